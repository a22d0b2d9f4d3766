#pragma once

// The sessions of a process, and which of them a request chooses: the one its path names
// (/session/NAME), else the one its access key id is bound to, else the default session. Safe to
// call from any thread; a request that goes to the default session takes no lock.

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/message.h"
#include "core/result.h"
#include "proxy/sessions/session.h"

namespace dynatape::sessions {

/// Why `name` can be no session's; an empty text where it can.
[[nodiscard]] std::string mistake_in_name(std::string_view name);

class Sessions {
 public:
  /// `fallback` is the default session; it lives as long as this.
  explicit Sessions(std::shared_ptr<Session> fallback);

  struct Chosen {
    Session* session = nullptr;           ///< nullptr where the path names none that there is
    std::shared_ptr<Session> owner = {};  ///< keeps it, where it is not the default session
    bool by_path = false;
    std::string wanted = {};  ///< the name in the path, where there is no such session
  };
  /// Takes the part that names a session off the request's target.
  [[nodiscard]] Chosen choose(core::Request& request) const;

  [[nodiscard]] Session& fallback() const { return *fallback_; }
  /// nullptr where there is none.
  [[nodiscard]] std::shared_ptr<Session> find(std::string_view name) const;
  /// The default session first, the others by name.
  [[nodiscard]] std::vector<std::shared_ptr<Session>> all() const;
  [[nodiscard]] std::vector<std::string> access_keys(std::string_view name) const;

  /// Takes in a session, with the access keys that choose it. Fails where the name or a key is
  /// taken.
  [[nodiscard]] core::Result<void> add(std::shared_ptr<Session> session,
                                       std::span<const std::string> access_keys);
  /// Forgets a session and its keys; never the default one.
  void remove(std::string_view name);

 private:
  [[nodiscard]] Chosen by_path(core::Request& request) const;

  const std::shared_ptr<Session> fallback_;  // shared, as the others are, with who asks for them
  std::atomic<bool> has_keys_ = false;       ///< spares the lock
  mutable std::mutex mutex_;
  /// Both guarded by mutex_.
  std::map<std::string, std::shared_ptr<Session>, std::less<>> sessions_;
  std::map<std::string, std::shared_ptr<Session>, std::less<>> by_key_;
};

}  // namespace dynatape::sessions
