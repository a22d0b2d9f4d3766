#pragma once

// The `access_log` interceptor: one line for each exchange, when its answer is known.
//
//   time=2026-11-20T16:23:01.123456Z id=42 op=PutItem table=orders status=400 source=fault ms=0.153
//   notes="error: throttled-writes: ThrottlingException"
//
// (on one line), with session=NAME behind the id where it is not the default session's. A field
// without a value is "-"; a value with blanks or quotes is a JSON string, so that nothing a client
// sends can forge a line.

#include <functional>
#include <string>
#include <string_view>

#include "core/pipeline.h"

namespace dynatape::interceptors {

class AccessLog final : public core::Interceptor {
 public:
  /// Takes a line without its newline; called from every loop's thread.
  using Sink = std::function<void(std::string_view line)>;

  explicit AccessLog(Sink sink) : sink_(std::move(sink)) {}

  [[nodiscard]] std::string_view name() const override { return "access_log"; }
  [[nodiscard]] core::Task<core::Result<core::Reply>> handle(core::Exchange& exchange,
                                                             core::Next next) override;

 private:
  Sink sink_;
};

/// The line for an exchange that took `took`.
[[nodiscard]] std::string access_line(const core::Exchange& exchange,
                                      const core::Result<core::Reply>& result, core::Duration took);

}  // namespace dynatape::interceptors
