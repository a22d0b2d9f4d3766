// Every planned fault of every interceptor ends, as delivered or as not delivered with the reason,
// and the exchange says the same as the counts.

#include <catch2/catch.hpp>
#include <map>
#include <numeric>

#include "interceptors/interceptor_table.h"
#include "lab.h"

namespace dynatape::interceptors {
namespace {

/// One way to write each interceptor that rules can use.
const std::map<std::string_view, std::string> kSamples{
    {"latency", R"("1ms")"},
    {"error", R"("ThrottlingException")"},
    {"lost_request", "{}"},
    {"lost_answer", "{}"},
    {"applied_twice", "{}"},
    {"hang", "{}"},
    {"reset", "{}"},
    {"close", "{}"},
    {"truncate", "{}"},
    {"dribble", "{}"},
    {"bandwidth", R"({"bytes_per_second":1000})"},
    {"slow_upload", R"({"bytes_per_second":1000})"},
    {"cut_upload", "{}"},
    {"no_continue", "{}"},
    {"slow_accept", R"("1ms")"},
    {"wrong_crc32", "{}"},
    {"malformed_json", "{}"},
    {"wrong_encoding", "{}"},
    {"bad_gateway", "{}"},
    {"clock_skew", R"({"ahead":"10m"})"},
    {"unprocessed", R"({"count":1})"},
    {"short_page", R"({"items":1})"},
    {"stale", R"({"lag":"1s"})"},
    {"index_lag", R"({"lag":"1s"})"},
    {"hold", R"({"for":"1s"})"},
    {"capacity", R"({"write":1000})"},
    {"hook", R"({"url":"http://127.0.0.1:1/","on_failure":"pass"})"},
};

/// Do not act on an UpdateItem, or not in a lab: its upstream remembers and holds nothing, a hook
/// has nobody to ask, and all calls come whole.
constexpr std::string_view kCannotAct[] = {"unprocessed", "short_page", "stale", "index_lag",
                                           "hold",        "capacity",   "hook",  "slow_upload",
                                           "cut_upload",  "no_continue"};

/// Meant to drive the client away, so delivered also where it leaves.
constexpr std::string_view kDriveAway[] = {"hang",    "reset",     "close",      "truncate",
                                           "dribble", "bandwidth", "slow_accept"};
/// Pass nothing on.
constexpr std::string_view kAnswerThemselves[] = {"error", "lost_request", "bad_gateway"};

bool among(const auto& names, std::string_view name) {
  return std::ranges::find(names, name) != std::end(names);
}

enum class End { delivered, undelivered };

void check_end(const Lab& lab, End end) {
  const FaultTally tally = lab.rules->tallies().front();
  CHECK(tally.planned == 1);
  CHECK(tally.delivered == (end == End::delivered ? 1 : 0));
  REQUIRE(lab.faults.size() == 1);
  const auto state = lab.faults.front()->state();
  CHECK(state.ended);
  CHECK(state.undelivered_because.empty() == (end == End::delivered));
  if (end == End::delivered) {
    CHECK(tally.undelivered.empty());
  } else {
    CHECK(tally.undelivered ==
          std::map<std::string, std::uint64_t>{{state.undelivered_because, 1}});
  }
}

}  // namespace

TEST_CASE("truth: the samples are of all interceptors that rules can use") {
  std::size_t rows = 0;
  for (const InterceptorRow& row : interceptor_table()) {
    if (!row.make) continue;
    ++rows;
    INFO(row.name);
    CHECK(kSamples.contains(row.name));
  }
  CHECK(kSamples.size() == rows);
}

TEST_CASE("truth: a fault whose answer leaves whole is delivered") {
  for (const auto& [name, options] : kSamples) {
    INFO(name);
    Lab lab(one_rule("{\"" + std::string(name) + "\":" + options + "}"));
    lab.call(update_item("t", "a"));
    check_end(lab, among(kCannotAct, name) ? End::undelivered : End::delivered);
  }
}

TEST_CASE("truth: a fault whose client is gone is not delivered, unless it was to drive it away") {
  for (const auto& [name, options] : kSamples) {
    INFO(name);
    Lab lab(one_rule("{\"" + std::string(name) + "\":" + options + "}"));
    lab.client_stays = false;
    lab.call(update_item("t", "a"));
    check_end(lab, among(kDriveAway, name) ? End::delivered : End::undelivered);
  }
}

TEST_CASE("truth: a fault of an answer that does not come is not delivered") {
  for (const auto& [name, options] : kSamples) {
    INFO(name);
    Lab lab(one_rule("{\"" + std::string(name) + "\":" + options + "}"));
    lab.upstream->fails = true;
    const auto answer = lab.try_call(update_item("t", "a"));
    CHECK(answer.has_value() == among(kAnswerThemselves, name));
    // Who waited before a call that then failed has been delayed all the same.
    const bool acted = among(kAnswerThemselves, name) || name == "latency" || name == "slow_accept";
    check_end(lab, acted ? End::delivered : End::undelivered);
  }
}

TEST_CASE("truth: a fault that an earlier one keeps from acting is not delivered") {
  for (const auto& [name, options] : kSamples) {
    INFO(name);
    Lab lab(R"({"rules":[{"name":"first","then":{"error":"ThrottlingException"}},
                         {"name":"r","then":{")" +
            std::string(name) + "\":" + options + "}}]}");
    lab.call(update_item("t", "a"));
    const FaultTally tally = lab.rules->tallies().back();
    CHECK(tally.delivered == 0);
    CHECK(tally.undelivered ==
          std::map<std::string, std::uint64_t>{{"an earlier rule answered the call", 1}});
    CHECK(lab.faults.back()->state().undelivered_because == "an earlier rule answered the call");
  }
}

}  // namespace dynatape::interceptors
