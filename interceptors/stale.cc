#include "interceptors/stale.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/json.h"
#include "core/statement.h"
#include "interceptors/duration_text.h"
#include "interceptors/json_field.h"
#include "interceptors/rule.h"

namespace dynatape::interceptors {
namespace {

using core::member;
using nlohmann::json;

/// As many as an upstream remembers.
constexpr std::uint64_t kMostWrites = 1000;

struct Lag {
  core::Duration age{0};
  std::uint64_t writes = 0;  ///< where not 0, it counts and not the age
  bool bounded = false;

  [[nodiscard]] std::string text() const {
    if (writes == 0) return to_text(age);
    return writes == 1 ? "1 write" : std::to_string(writes) + " writes";
  }

  /// The part of it that this read lags: nothing of it, all of it, or in between.
  [[nodiscard]] Lag drawn(core::Rng& rng) const {
    if (!bounded) return *this;
    const double part = rng.uniform();
    Lag drawn;
    drawn.age = core::Duration(std::llround(part * static_cast<double>(age.count())));
    drawn.writes = static_cast<std::uint64_t>(part * static_cast<double>(writes + 1));
    return drawn;
  }
  [[nodiscard]] bool none() const { return writes == 0 && age == core::Duration::zero(); }
};

bool is_true(const json& object, const char* name) {
  const json* value = member(object, name);
  return value && *value == true;
}

constexpr std::string_view kNoRead =
    "only GetItem, BatchGetItem, Query, Scan and SELECT are eventually consistent";
constexpr std::string_view kConsistent = "the read is consistent";
constexpr std::string_view kPartlyConsistent = "a part of the batch is read consistently";

/// Whether one of the tables of a batch, or one of its statements, is read consistently.
bool any_consistent(const json& parts) {
  return parts.is_structured() &&
         std::ranges::any_of(parts, [](const json& one) { return is_true(one, "ConsistentRead"); });
}

bool selects(const json& holder) {
  const auto* text = core::text_member(holder, "Statement");
  return text && core::is_select(*text);
}

/// Why the service would never answer the call from its past; empty where it may.
std::string_view never_stale(const core::Call& call) {
  const json& params = call.params();
  const std::string_view name = call.name();
  if (name == "BatchGetItem") {
    const json* tables = member(params, "RequestItems");
    return tables && any_consistent(*tables) ? kPartlyConsistent : "";
  }
  if (name == "BatchExecuteStatement") {
    const json* statements = member(params, "Statements");
    if (!statements || !statements->is_array()) return kNoRead;
    if (!std::ranges::all_of(*statements, selects)) return kNoRead;
    return any_consistent(*statements) ? kPartlyConsistent : "";
  }
  const bool reads = name == "GetItem" || name == "Query" || name == "Scan" ||
                     (name == "ExecuteStatement" && selects(params));
  if (!reads) return kNoRead;
  return is_true(params, "ConsistentRead") ? kConsistent : "";
}

/// The index that a call reads, if it names one.
std::string index_of(const json& params) {
  const std::string named = core::text_of(params, "IndexName");
  return named.empty() ? core::target_of_statement(core::text_of(params, "Statement")).index
                       : named;
}

core::StaleRead demand_of(const core::Call& call, const Lag& lag, bool index_only) {
  core::StaleRead stale{.age = lag.age, .writes = lag.writes, .global_index_only = index_only};
  for (const std::string& table : call.tables()) {
    stale.tables.push_back(parse_table_name(table).name);
  }
  stale.index = index_of(call.params());
  return stale;
}

class Stale final : public Fault {
 public:
  Stale(Lag lag, bool index_only) : lag_(lag), index_only_(index_only) {}

  [[nodiscard]] std::string_view name() const override {
    return index_only_ ? "index_lag" : "stale";
  }
  [[nodiscard]] std::string describe() const override {
    return std::string(index_only_ ? "reads global indexes" : "reads") +
           (lag_.bounded ? " up to " : " ") + lag_.text() + " late";
  }
  [[nodiscard]] bool draws() const override { return lag_.bounded; }
  [[nodiscard]] bool needs_past() const override { return true; }

  [[nodiscard]] core::Task<core::Result<core::Reply>> handle(core::Exchange& exchange,
                                                             Firing& firing,
                                                             Inner inner) const override {
    const core::Call& call = exchange.call();
    std::string_view why = never_stale(call);
    const Lag lag = lag_.drawn(firing.rng());
    core::StaleRead wanted = demand_of(call, lag, index_only_);
    if (why.empty() && index_only_ && wanted.index.empty()) why = "the call reads no index";
    if (why.empty() && lag.none()) why = "it was to read the present, by chance";
    if (!why.empty()) {
      firing.undelivered(why);
      co_return co_await inner(exchange);
    }
    auto& slot = exchange.demands().stale;
    if (slot) slot->honoured.no("a later rule asks for another moment");
    auto outer = std::exchange(slot, core::Demand<core::StaleRead>{std::move(wanted)});
    auto result = co_await inner(exchange);
    const auto honoured = std::exchange(slot, std::move(outer))->honoured;
    if (!honoured.why_not.empty()) {
      firing.undelivered(honoured.why_not);
      co_return result;
    }
    exchange.note(name(), std::string(firing.rule()) + ": " + lag.text() + " late");
    firing.delivered(exchange);
    co_return result;
  }

 private:
  Lag lag_;
  bool index_only_;
};

std::unique_ptr<const Fault> make(const JsonField& options, bool index_only) {
  static constexpr std::string_view kWrites[] = {"writes"};
  static constexpr std::string_view kModes[] = {"adversarial", "bounded"};
  options.must_be_object();
  Lag lag;
  const JsonField field = options.required("lag", R"("lag", such as "200ms" or {"writes": 3})");
  if (field.is_object()) {
    field.only(kWrites);
    lag.writes = field.required("writes", R"("writes", a number)").count(1, kMostWrites);
  } else {
    lag.age = field.duration();
    if (lag.none()) field.must_be("above 0");
  }
  if (const auto mode = options.member("mode")) {
    lag.bounded = mode->choice(kModes, "how a read lags") == "bounded";
  }
  return std::make_unique<Stale>(lag, index_only);
}

}  // namespace

std::unique_ptr<const Fault> make_stale(const JsonField& options) { return make(options, false); }
std::unique_ptr<const Fault> make_index_lag(const JsonField& options) {
  return make(options, true);
}

}  // namespace dynatape::interceptors
