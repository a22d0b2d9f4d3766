#pragma once

// The composition root: builds everything the options ask for and wires it together. What is
// started here is stopped here, in the reverse order.

#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "proxy/options.h"
#include "proxy/sessions/summary.h"

namespace dynatape::proxy {

struct NamedSummary {
  std::string session;
  sessions::Summary summary;
};

class Application {
 public:
  /// Opens the cassette, reads the rules, binds the address. Nothing is served yet.
  [[nodiscard]] static core::Result<std::unique_ptr<Application>> create(
      const ProxyOptions& options);
  ~Application();
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  /// "http://127.0.0.1:8000"
  [[nodiscard]] const std::string& url() const;

  /// Serves on threads of its own from now on.
  void start();
  /// Answers the calls in flight, then closes the cassettes. The error says what could not be
  /// stored.
  [[nodiscard]] core::Result<void> stop();

  /// Puts the default session's databases, which must be the emulator's, into a file.
  [[nodiscard]] core::Result<void> store_database(const std::string& file, bool replace) const;

  /// What happened in each session that was not closed, complete once stopped; the default one
  /// first.
  [[nodiscard]] std::vector<NamedSummary> summaries() const;

 private:
  struct Parts;
  explicit Application(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace dynatape::proxy
