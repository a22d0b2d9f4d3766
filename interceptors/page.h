#pragma once

// A Query or Scan as an edit sees it: the request with another limit and start, and what an answer
// says of where the page ended.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/call.h"

namespace dynatape::interceptors {

/// Whether `call` reads pages, with parameters that an upstream could take.
[[nodiscard]] bool reads_page(const core::Call& call);
/// Its Limit; nullopt for none.
[[nodiscard]] std::optional<std::uint64_t> limit_of(const core::Call& call);
/// Its ExclusiveStartKey; null for none.
[[nodiscard]] nlohmann::json start_of(const core::Call& call);
/// Against the order of the sort key.
[[nodiscard]] bool goes_backward(const core::Call& call);

/// The call's body for a page of at most `limit` items after `start`, where that is not null.
[[nodiscard]] std::string page_request(const core::Call& call, std::uint64_t limit,
                                       const nlohmann::json& start);

/// What the answer to a Query or Scan says.
struct Page {
  nlohmann::json last_key;  ///< null: the last page
  std::uint64_t count = 0;
  std::uint64_t scanned = 0;
  nlohmann::ordered_json body;
};
/// nullopt for anything else than a success.
[[nodiscard]] std::optional<Page> read_page(int status, std::string_view body);

/// Keys that differ from `key` in one attribute and may stand shortly before it in the order of a
/// read, after it in one that goes backward: guesses, for an upstream to confirm.
[[nodiscard]] std::vector<nlohmann::json> keys_before(const nlohmann::json& key, bool backward);

}  // namespace dynatape::interceptors
