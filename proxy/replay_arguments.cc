#include "proxy/replay_arguments.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>

#include "core/operation.h"

namespace dynatape::proxy {
namespace {

using cassettes::OnMiss;
using cassettes::Repeats;
using cassettes::ReplayOptions;
using cassettes::Retries;

template <class Value>
using Words = std::pair<std::string_view, Value>;

constexpr Words<Repeats> kRepeats[] = {
    {"miss", Repeats::miss}, {"last", Repeats::last}, {"cycle", Repeats::cycle}};
constexpr Words<Retries> kRetries[] = {
    {"collapsed", Retries::collapsed}, {"faithful", Retries::faithful}, {"fresh", Retries::fresh}};
constexpr Words<OnMiss> kOnMiss[] = {
    {"fail", OnMiss::fail}, {"upstream", OnMiss::upstream}, {"emulate", OnMiss::emulate}};
constexpr Words<bool> kOrder[] = {{"conflicts", true}, {"any", false}};

template <class Value, std::size_t n>
std::optional<Value> value_of(const Words<Value> (&words)[n], std::string_view word) {
  const auto* row = std::ranges::find(words, word, &Words<Value>::first);
  return row == std::end(words) ? std::nullopt : std::optional(row->second);
}

/// POLICY, OPERATION=POLICY, or OPERATION:TABLE=POLICY, where either may be *.
bool add_repeats(ReplayOptions& options, std::string_view text) {
  const auto equals = text.rfind('=');
  const auto policy =
      value_of(kRepeats, equals == std::string_view::npos ? text : text.substr(equals + 1));
  if (!policy) return false;
  cassettes::RepeatRule rule{"", "", *policy};
  if (equals != std::string_view::npos) {
    const std::string_view calls = text.substr(0, equals);
    const auto colon = std::min(calls.find(':'), calls.size());
    const std::string_view operation = calls.substr(0, colon);
    if (operation != "*" && !core::find_operation(operation)) return false;
    if (operation != "*") rule.operation = operation;
    if (colon < calls.size() && calls.substr(colon + 1) != "*")
      rule.table = calls.substr(colon + 1);
  }
  options.repeats.push_back(std::move(rule));
  return true;
}

bool set_retries(ReplayOptions& options, std::string_view text) {
  const auto retries = value_of(kRetries, text);
  if (retries) options.retries = *retries;
  return retries.has_value();
}

bool set_order(ReplayOptions& options, std::string_view text) {
  const auto ordered = value_of(kOrder, text);
  if (ordered) options.ordered = *ordered;
  return ordered.has_value();
}

bool set_on_miss(ReplayOptions& options, std::string_view text) {
  const auto on_miss = value_of(kOnMiss, text);
  if (on_miss) options.on_miss = *on_miss;
  return on_miss.has_value();
}

bool set_patience(ReplayOptions& options, std::string_view text) {
  std::int64_t ms = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
  const bool right = error == std::errc() &&
                     std::string_view(end, text.data() + text.size()) == "ms" && ms >= 0 &&
                     ms <= 60'000;
  if (right) options.patience = std::chrono::milliseconds(ms);
  return right;
}

/// none, recorded, or xN.
bool set_timing(ReplayOptions& options, std::string_view text) {
  double factor = text == "recorded" ? 1 : 0;
  if (text.starts_with('x')) {
    const char* const end = text.data() + text.size();
    const auto [read, error] =
        std::from_chars(text.data() + 1, end, factor, std::chars_format::fixed);
    const bool right = error == std::errc() && read == end && factor >= 0.001 && factor <= 1'000;
    if (!right) return false;
  } else if (text != "none" && text != "recorded") {
    return false;
  }
  options.time_factor = factor;
  return true;
}

constexpr ReplayArgument kArguments[] = {
    {"--repeats",
     "What answers a call beyond the last recorded one of its kind: nothing, the last answer "
     "again, "
     "or the answers from the first on; may be given several times, the last that applies counts",
     "[OPERATION[:TABLE]=]miss|last|cycle",
     "miss, last or cycle, or such as GetItem=last or Query:orders=cycle", add_repeats},
    {"--retries",
     "What answers a call that was recorded with retries: collapsed: its last attempt; faithful: "
     "attempt by attempt; fresh: its last attempt that the service did not fail",
     "collapsed|faithful|fresh", "one of collapsed, faithful, fresh", set_retries},
    {"--order", "Whether calls that conflict must come in their recorded order", "conflicts|any",
     "conflicts or any", set_order},
    {"--order-wait",
     "How long a call waits for those that must come before it, while no other call is answered",
     "TIME", "from 0ms to 60000ms", set_patience},
    {"--timing",
     "How long an answer takes, by the session's clock: none: no time; recorded: as long as it "
     "took "
     "when it was recorded; x2: twice as long, x0.1: a tenth",
     "none|recorded|xN", "none, recorded, or x and a number from 0.001 to 1000, such as x2",
     set_timing},
    {"--on-miss",
     "What becomes of a call that the cassette has no answer to: an error; upstream: what "
     "--upstream names answers; emulate: an emulator that knows what was replayed so far answers, "
     "where that determines the answer",
     "fail|upstream|emulate", "one of fail, upstream, emulate", set_on_miss},
};

}  // namespace

std::span<const ReplayArgument> replay_arguments() { return kArguments; }

}  // namespace dynatape::proxy
