#pragma once

// Calls that an interceptor makes for itself while it answers a client's: in the client's session,
// region and account, with its headers. What goes wrong is an answer, or that there is none.

#include <expected>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/exchange.h"
#include "core/pipeline.h"

namespace dynatape::interceptors {

using nlohmann::ordered_json;
using Answer = core::Result<core::Reply>;

/// A value, or what to answer in its stead.
template <class T>
using Attempt = std::expected<T, Answer>;

/// Makes one call; its answer's body. Any status but 200 is to be answered as it is.
[[nodiscard]] core::Task<Attempt<ordered_json>> call_upstream(core::Exchange& exchange,
                                                              core::Upstream& upstream,
                                                              std::string operation,
                                                              ordered_json params);

/// The items of a table, page by page. What it is made of outlives it.
class ScannedPages {
 public:
  /// `scan`: the parameters of the first call.
  ScannedPages(core::Exchange& exchange, core::Upstream& upstream, ordered_json scan)
      : exchange_(exchange), upstream_(upstream), scan_(std::move(scan)) {}

  /// The next page's items; nullopt behind the last page.
  [[nodiscard]] core::Task<Attempt<std::optional<ordered_json>>> next();

 private:
  core::Exchange& exchange_;
  core::Upstream& upstream_;
  ordered_json scan_;  ///< of the next page; null behind the last
};

/// The success of an operation.
[[nodiscard]] core::Reply success(const ordered_json& body);
/// An exception of the service, by its name.
[[nodiscard]] core::Reply exception(const core::Exchange& exchange, std::string_view name,
                                    std::string message);
/// The same as the failed state of an Attempt.
[[nodiscard]] std::unexpected<Answer> refusal(const core::Exchange& exchange, std::string_view name,
                                              std::string message);

/// The short name of the exception in an answer that is an error, or "".
[[nodiscard]] std::string exception_name(const core::Response& response);
[[nodiscard]] std::string exception_message(const core::Response& response);

}  // namespace dynatape::interceptors
