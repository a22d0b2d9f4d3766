#pragma once

// A pipeline to try rules on: calls go in as values, replies and notes come out. Sleeps
// take no time. One Lab per thread; the pipeline may be shared.

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/pipeline.h"
#include "interceptors/rule_reader.h"
#include "interceptors/rules_interceptor.h"
#include "tests/support/manual_loop.h"

namespace dynatape::interceptors {

using LabLoop = support::ManualLoop;

/// Answers with what stands in `next`, else with an empty success, or not at all; and counts.
class EmptyUpstream final : public core::Upstream {
 public:
  core::Task<core::Result<core::Reply>> send(core::Exchange&) override {
    calls.fetch_add(1);
    if (fails) co_return core::failure("the upstream is gone");
    core::Response response{200, {}, "{}"};
    if (!next.empty()) {
      response = std::move(next.front());
      next.pop_front();
    }
    co_return core::Reply{std::move(response), core::Source::emulator, {}};
  }

  std::atomic<int> calls = 0;
  std::deque<core::Response> next;  ///< for one thread
  bool fails = false;
};

/// A call as an SDK sends it.
struct CallSpec {
  std::string operation;
  std::string body = "{}";
  std::string invocation = {};
  std::string region = {};
  core::Headers headers = {};

  [[nodiscard]] core::Request request() const;
};

[[nodiscard]] CallSpec get_item(std::string_view table, std::string_view key);
[[nodiscard]] CallSpec put_item(std::string_view table, std::string_view key);
[[nodiscard]] CallSpec update_item(std::string_view table, std::string_view key);

/// A file with one rule, "r", that does `then`; `members` are further ones of the rule, each behind
/// a comma.
[[nodiscard]] std::string one_rule(std::string_view then, std::string_view members = "");
/// The same, throttling what `when` says.
[[nodiscard]] std::string throttle(std::string_view when, std::string_view members = "");

/// The rules of `text`, which must be right.
[[nodiscard]] std::shared_ptr<const RuleSet> rules_of(std::string_view text);
/// What the reader says against `text`, which must be wrong.
[[nodiscard]] std::string mistake_in(std::string_view text);

/// 2023-11-14T22:13:20Z, when the clock of a lab begins.
inline constexpr core::TimePoint kStart{std::chrono::seconds(1'700'000'000)};

/// An upstream behind the given rules.
class Lab {
 public:
  explicit Lab(std::string_view rules, RulesOptions options = {});
  explicit Lab(std::shared_ptr<core::Interceptor> interceptor);
  /// Shares the other's pipeline, on another thread.
  Lab(const Lab& other) : rules(other.rules), upstream(other.upstream), pipeline(other.pipeline) {}

  /// Puts other rules in their place, as an edit of a session's rules does.
  void edit(std::string_view text);

  core::Result<core::Reply> try_call(const CallSpec& spec);
  /// The same, which must have an answer.
  core::Reply call(const CallSpec& spec);
  /// Whether the call was answered by a fault.
  bool faulted(const CallSpec& spec) { return call(spec).source == core::Source::fault; }
  /// One '!' for each of `n` equal calls that a fault answered, '.' for the others.
  std::string pattern(const CallSpec& spec, int n);

  std::shared_ptr<RulesInterceptor> rules;
  std::shared_ptr<EmptyUpstream> upstream = std::make_shared<EmptyUpstream>();
  core::Pipeline pipeline;
  LabLoop loop;  ///< sleeps take no real time, and add up in elapsed()
  core::FrozenClock clock{kStart};
  std::vector<core::Note> notes;                            ///< of the last call
  std::vector<std::shared_ptr<core::PlannedFault>> faults;  ///< of the last call
  std::uint64_t next_id = 1;
  bool client_stays = true;  ///< to receive the answers
  std::string session = "default";
};

}  // namespace dynatape::interceptors
