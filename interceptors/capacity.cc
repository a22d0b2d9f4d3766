#include "interceptors/capacity.h"

#include <algorithm>
#include <functional>
#include <map>

#include "core/rewriting.h"
#include "interceptors/admissions.h"
#include "interceptors/batch.h"
#include "interceptors/capacity_limits.h"
#include "interceptors/rewritten_call.h"
#include "interceptors/statement_batch.h"
#include "interceptors/table_name.h"
#include "interceptors/throttle_answer.h"

namespace dynatape::interceptors {
namespace {

using Answering = core::Task<core::Result<core::Reply>>;

/// Why a call was not throttled.
constexpr std::string_view kNoLimit = "it limits no call of this kind";
constexpr std::string_view kNoPartition = "the call names no one partition";
constexpr std::string_view kNotSet = "the upstream does not say what its tables are set to";
constexpr std::string_view kThereWas = "there was capacity";
constexpr std::string_view kNotReported = "the upstream does not say what it consumed";

/// What the tables of a call are set to, by the names it gives them.
using Settings = std::map<std::string, std::shared_ptr<const TableThroughput>, std::less<>>;

using Exceptions = std::vector<std::optional<Exceeded>>;

Exceptions exceeded_in(const Admissions& admissions) {
  Exceptions exceeded;
  for (const Admission& admission : admissions) exceeded.push_back(admission.exceeded);
  return exceeded;
}

LeftOut left_out_of(const Admissions& admissions) {
  LeftOut left_out;
  for (const Admission& admission : admissions) left_out.push_back(admission.exceeded.has_value());
  return left_out;
}

/// What is passed on of a call that can be carried out in part.
struct Rest {
  std::string body;  ///< empty: nothing
  /// The answer to it made one to the whole call; empty where that cannot be done.
  std::function<std::string(std::string_view)> complete;
};

/// nullopt where the call is refused as a whole: no batch, or one of which nothing is left.
std::optional<Rest> rest_of(const core::Call& call, const Admissions& admissions) {
  LeftOut left_out = left_out_of(admissions);
  const bool nothing = std::ranges::all_of(left_out, std::identity());
  if (call.name() == "BatchExecuteStatement") {
    return Rest{nothing ? "" : without_statements(call, left_out),
                [exceeded = exceeded_in(admissions)](std::string_view answer) {
                  return with_statement_errors(answer, exceeded);
                }};
  }
  const auto batch = Batch::of(call);
  if (!batch || nothing) return std::nullopt;
  std::string body = batch->without(left_out);
  return Rest{std::move(body), [batch = *batch, left_out](std::string_view answer) {
                return batch.completed(answer, left_out);
              }};
}

class Capacity final : public Fault {
 public:
  explicit Capacity(const CapacityLimits& limits)
      : limits_(limits),
        meters_(std::make_unique<Meters>()),
        tables_(std::make_unique<TableThroughputs>(limits.burst)) {}

  [[nodiscard]] std::string_view name() const override { return "capacity"; }
  [[nodiscard]] std::string describe() const override { return limits_.describe(); }

  [[nodiscard]] Answering handle(core::Exchange& exchange, Firing& firing,
                                 Inner inner) const override {
    const core::Call& call = exchange.call();
    const auto parts = parts_of(call);
    Admissions admissions;
    if (parts) admissions = co_await admitted(exchange, inner, *parts);
    const LeftOut left_out = left_out_of(admissions);
    const auto count = std::ranges::count(left_out, true);
    if (admissions.empty()) {
      firing.undelivered(parts ? nothing_drawn() : parts.error());
      auto result = co_await inner(exchange);
      learn(exchange, result);
      co_return result;
    }
    if (count == 0) co_return co_await pass_on(exchange, firing, inner, admissions);
    exchange.note(name(), noted(firing, left_out));
    if (const auto rest = rest_of(call, admissions)) {
      co_return co_await pass_rest(exchange, firing, inner, *rest, admissions);
    }
    give_back(*meters_, admissions, exchange.clock().now());
    firing.delivered(exchange);
    co_return throttle_answer(call, exceeded_in(admissions));
  }

 private:
  using Parts = std::vector<Part>;

  /// What each part takes, as far as there is enough; empty where nothing of the call is limited.
  core::Task<Admissions> admitted(core::Exchange& exchange, Inner inner, const Parts& parts) const {
    Settings settings;
    if (limits_.as_set) co_await look_up(exchange, inner, parts, settings, /*anew=*/false);
    Admissions admissions = draws_of(exchange.call(), parts, settings);
    if (std::ranges::all_of(admissions, [](const Admission& one) { return one.draws.empty(); })) {
      co_return Admissions();
    }
    admit(*meters_, admissions, exchange.clock().now());
    const auto exceeded = [](const Admission& one) { return one.exceeded.has_value(); };
    if (!limits_.as_set || std::ranges::none_of(admissions, exceeded)) co_return admissions;
    // Perhaps they are set to more by now.
    give_back(*meters_, admissions, exchange.clock().now());
    co_await look_up(exchange, inner, parts, settings, /*anew=*/true);
    admissions = draws_of(exchange.call(), parts, settings);
    admit(*meters_, admissions, exchange.clock().now());
    co_return admissions;
  }

  core::Task<void> look_up(core::Exchange& exchange, Inner inner, const Parts& parts,
                           Settings& settings, bool anew) const {
    if (anew) settings.clear();
    for (const Part& part : parts) {
      if (part.table.empty() || settings.contains(part.table)) continue;
      settings[part.table] = anew ? co_await tables_->anew(exchange, inner, part.table)
                                  : co_await tables_->of(exchange, inner, part.table);
    }
  }

  [[nodiscard]] Admissions draws_of(const core::Call& call, const Parts& parts,
                                    const Settings& settings) const {
    Admissions admissions;
    for (const Part& part : parts) {
      const auto set = settings.find(part.table);
      const TableThroughput* const throughput = set == settings.end() ? nullptr : set->second.get();
      admissions.push_back({limits_.draws_of(part, call.identity().region, throughput), {}});
    }
    return admissions;
  }

  /// A table that was made or deleted has no past, and its settings may be others now.
  void learn(const core::Exchange& exchange, const core::Result<core::Reply>& answer) const {
    const core::Call& call = exchange.call();
    tables_->learn(exchange, answer);
    const bool another = call.name() == "CreateTable" || call.name() == "DeleteTable";
    if (!another || !answer || answer->response.status != 200) return;
    for (const std::string& table : call.tables()) {
      meters_->forget(call.identity().region, parse_table_name(table).name);
    }
  }

  [[nodiscard]] std::string_view nothing_drawn() const {
    if (limits_.as_set) return kNotSet;
    return limits_.scope == CapacityLimits::Scope::partition ? kNoPartition : kNoLimit;
  }

  static std::string noted(const Firing& firing, const LeftOut& left_out) {
    const std::string text = std::string(firing.rule()) + ": throttled";
    if (left_out.size() == 1) return text;
    return text + " " + std::to_string(std::ranges::count(left_out, true)) + " of " +
           std::to_string(left_out.size()) + " parts";
  }

  /// The call as it is, which there was capacity for.
  Answering pass_on(core::Exchange& exchange, Firing& firing, Inner inner,
                    const Admissions& admissions) const {
    std::string_view why;
    auto result = co_await measured(exchange, inner, admissions, why);
    firing.undelivered(why);
    if (why == kSignatureInTheWay) co_return co_await inner.past_rules(exchange);
    co_return result;
  }

  /// The part of the call that there was capacity for.
  Answering pass_rest(core::Exchange& exchange, Firing& firing, Inner inner, const Rest& rest,
                      const Admissions& admissions) const {
    std::string_view why;
    core::Result<core::Reply> result = nothing_done();
    if (!rest.body.empty()) {
      const core::Rewriting smaller(exchange, rest.body);
      result = co_await measured(exchange, inner, admissions, why);
    }
    if (why == kSignatureInTheWay) {
      firing.undelivered(why);
      co_return co_await inner.past_rules(exchange);
    }
    std::string whole;
    if (result && result->response.status == 200) whole = rest.complete(result->response.body);
    if (whole.empty()) {
      firing.undelivered("the rest of the batch was not carried out");
    } else {
      result->response.body = std::move(whole);
      firing.delivered(exchange);
    }
    co_return result;
  }

  /// The answer to no statement.
  static core::Reply nothing_done() {
    return {{200, {{"Content-Type", "application/x-amz-json-1.0"}}, R"({"Responses":[]})"},
            core::Source::fault,
            {}};
  }

  /// Sends a call that takes what was admitted, and makes good what it has consumed. `why` says how
  /// that went.
  Answering measured(core::Exchange& exchange, Inner inner, const Admissions& admissions,
                     std::string_view& why) const {
    const core::Call& call = exchange.call();
    auto result = co_await send_rewritten(exchange, inner, asking_consumption(call));
    const core::TimePoint now = exchange.clock().now();
    why = kThereWas;
    if (result && refuses_signature(*result)) why = kSignatureInTheWay;
    if (!result || (result->response.status != 200 && !was_paid_for(*result))) {
      give_back(*meters_, admissions, now);
    } else if (result->response.status == 200) {
      auto consumption = consumption_in(call, result->response.body);
      if (!consumption) {
        why = kNotReported;
      } else {
        settle(*meters_, admissions, consumption->units, now);
        result->response.body = std::move(consumption->body);
      }
    }
    co_return result;
  }

  /// A write whose condition fails costs what was expected of it.
  static bool was_paid_for(const core::Reply& reply) {
    return reply.response.body.find("ConditionalCheckFailed") != std::string::npos;
  }

  const CapacityLimits limits_;
  // What the rule remembers of the calls before.
  std::unique_ptr<Meters> meters_;
  std::unique_ptr<TableThroughputs> tables_;
};

}  // namespace

std::unique_ptr<const Fault> make_capacity(const JsonField& options) {
  return std::make_unique<Capacity>(read_capacity_limits(options));
}

}  // namespace dynatape::interceptors
