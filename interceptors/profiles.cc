#include "interceptors/profiles.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace dynatape::interceptors {
namespace {

constexpr std::string_view kThrottleStorm =
    R"(// A table that has too little capacity: three of ten writes and one of ten reads are throttled.
// Each attempt is decided anew, so most calls get through after a retry or two, and some never.
{
  "rules": [
    { "name": "throttle-storm: writes",
      "when": { "operation": ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"],
                "probability": 0.3 },
      "then": { "error": "ProvisionedThroughputExceededException" } },
    { "name": "throttle-storm: reads",
      "when": { "operation": ["GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems"],
                "probability": 0.1 },
      "then": { "error": "ProvisionedThroughputExceededException" } },
    { "name": "throttle-storm: control plane",
      "when": { "operation": ["CreateTable", "UpdateTable", "DeleteTable", "DescribeTable"], "probability": 0.1 },
      "then": { "error": "ThrottlingException" } }
  ]
}
)";

constexpr std::string_view kHotPartition =
    R"(// A key that is asked for too often: beyond its first 20 calls, half of the calls of a key are
// throttled for its partition alone. Keys that are asked for seldom notice nothing.
{
  "rules": [
    { "name": "hot-partition: writes",
      "when": { "operation": ["PutItem", "UpdateItem", "DeleteItem"],
                "after": 20, "per": "key", "probability": 0.5 },
      "then": { "error": { "type": "ThrottlingException", "reason": "KeyRangeThroughputExceeded" } } },
    { "name": "hot-partition: reads",
      "when": { "operation": "GetItem", "after": 20, "per": "key", "probability": 0.5 },
      "then": { "error": { "type": "ThrottlingException", "reason": "KeyRangeThroughputExceeded" } } }
  ]
}
)";

constexpr std::string_view kSlowP99 =
    R"(// A service with a long tail: half the calls take 5 ms more, one of a hundred 300 ms and more.
{
  "rules": [
    { "name": "slow-p99",
      "then": { "latency": { "lognormal": { "p50": "5ms", "p99": "300ms" } } } }
  ]
}
)";

constexpr std::string_view kFlakyNetwork =
    R"(// A network that loses and breaks things: of a hundred calls some five do not end well. Of those
// some were applied and some were not, and the client cannot tell which.
{
  "rules": [
    { "name": "flaky-network: connection reset", "when": { "probability": 0.015 }, "then": { "reset": {} } },
    { "name": "flaky-network: answer cut", "when": { "probability": 0.01 }, "then": { "truncate": { "at": "50%" } } },
    { "name": "flaky-network: request lost", "when": { "probability": 0.01 }, "then": { "lost_request": {} } },
    { "name": "flaky-network: stall", "when": { "probability": 0.005 },
      "then": { "hang": { "for": "3s", "ending": "reset" } } },
    { "name": "flaky-network: bad gateway", "when": { "probability": 0.01 }, "then": { "bad_gateway": {} } }
  ]
}
)";

constexpr std::string_view kPartialBatches =
    R"(// Batches that are not done whole: half of them leave about a third of their entries unprocessed, and
// pages of a Query or Scan come short. No SDK sends the rest again by itself: that is the application's.
{
  "rules": [
    { "name": "partial-batches: unprocessed",
      "when": { "operation": ["BatchWriteItem", "BatchGetItem"], "probability": 0.5 },
      "then": { "unprocessed": { "fraction": 0.33 } } },
    { "name": "partial-batches: short pages",
      "when": { "operation": ["Query", "Scan"], "probability": 0.5 },
      "then": { "short_page": { "items": 2 } } }
  ]
}
)";

constexpr std::string_view kStaleReads =
    R"(// Reads that lag behind writes, as eventually consistent reads may: by up to half a second, and global
// indexes by up to two. Consistent reads and transactions are never stale. Needs the emulator behind it.
{
  "rules": [
    { "name": "stale-reads: tables",
      "when": { "operation": ["GetItem", "BatchGetItem", "Query", "Scan"] },
      "then": { "stale": { "lag": "500ms", "mode": "bounded" } } },
    { "name": "stale-reads: indexes",
      "when": { "operation": ["Query", "Scan"] },
      "then": { "index_lag": { "lag": "2s", "mode": "bounded" } } }
  ]
}
)";

constexpr std::string_view kLostAnswers =
    R"(// One write of ten is applied, and its answer is lost; its retry gets through. An ADD without a
// condition or a token then counts twice: the summary names these calls.
{
  "rules": [
    { "name": "lost-answers",
      "when": { "operation": ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems",
                              "ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"],
                "attempt": 1, "probability": 0.1 },
      "then": { "lost_answer": {} } }
  ]
}
)";

constexpr std::string_view kExpiredCredentials =
    R"(// Credentials that expire in the middle of the work: after 20 calls the next 20 are refused, then
// all is well again. No SDK retries these; what asks for new credentials must be the application.
{
  "rules": [
    { "name": "expired-credentials",
      "when": { "after": 20, "first": 40 },
      "then": { "error": "ExpiredTokenException" } }
  ]
}
)";

constexpr std::string_view kRegionOutage =
    R"(// A region that goes away and comes back: after 20 calls, 100 in a row fail, whatever is retried.
// Add "region" to "when" to have one region of several go.
{
  "rules": [
    { "name": "region-outage: stall",
      "when": { "after": 20, "first": 120, "probability": 0.1 },
      "then": { "hang": { "for": "1s", "applied": false } } },
    { "name": "region-outage: errors",
      "when": { "after": 20, "first": 120, "probability": 0.5 },
      "then": { "error": "InternalServerError" } },
    { "name": "region-outage: unavailable",
      "when": { "after": 20, "first": 120 },
      "then": { "error": "ServiceUnavailable" } }
  ]
}
)";

constexpr Profile kProfiles[] = {
    {"throttle-storm", "too little capacity: many writes and some reads are throttled",
     kThrottleStorm},
    {"hot-partition", "keys that are called too often are throttled", kHotPartition},
    {"slow-p99", "a long tail of latency", kSlowP99},
    {"flaky-network", "resets, cut answers, lost requests, stalls, bad gateways", kFlakyNetwork},
    {"partial-batches", "batches that are not done whole, and short pages", kPartialBatches},
    {"stale-reads", "reads and indexes that lag behind writes", kStaleReads},
    {"lost-answers", "writes that are applied, but whose answers are lost", kLostAnswers},
    {"expired-credentials", "credentials that expire in the middle of the work",
     kExpiredCredentials},
    {"region-outage", "a region that goes away and comes back", kRegionOutage},
};

constexpr auto kNames = [] {
  std::array<std::string_view, std::size(kProfiles)> names{};
  std::ranges::transform(kProfiles, names.begin(), &Profile::name);
  return names;
}();

}  // namespace

std::span<const Profile> profiles() { return kProfiles; }
std::span<const std::string_view> profile_names() { return kNames; }

const Profile* find_profile(std::string_view name) {
  const auto* const found = std::ranges::find(kProfiles, name, &Profile::name);
  return found == std::end(kProfiles) ? nullptr : found;
}

nlohmann::ordered_json with_profiles_written_out(nlohmann::ordered_json file) {
  using nlohmann::ordered_json;
  if (!file.is_object() || !file.contains("profile")) return file;
  const ordered_json named = file.at("profile");
  ordered_json rules = ordered_json::array();
  const auto add = [&](const ordered_json& list) {
    for (const ordered_json& rule : list) rules.push_back(rule);
  };
  for (const ordered_json& name : named.is_array() ? named : ordered_json::array({named})) {
    const Profile* const profile = find_profile(name.get<std::string>());
    if (!profile) return file;
    add(ordered_json::parse(profile->text, nullptr, true, /*ignore_comments=*/true).at("rules"));
  }
  add(file.value("rules", ordered_json::array()));
  file.erase("profile");
  file["rules"] = std::move(rules);
  return file;
}

std::string list_profiles() {
  std::string text;
  for (const Profile& profile : kProfiles) {
    text.append(profile.name).append(": ").append(profile.summary).append("\n");
  }
  return text;
}

}  // namespace dynatape::interceptors
