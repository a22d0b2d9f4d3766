#include "interceptors/capacity.h"

#include <array>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "interceptors/consumption.h"
#include "interceptors/error_body.h"
#include "interceptors/json_field.h"
#include "interceptors/rewritten_call.h"
#include "interceptors/rule.h"

namespace dynatape::interceptors {
namespace {

using nlohmann::json;

enum class Scope { table, index, partition, account };
constexpr std::string_view kScopes[] = {"table", "index", "partition", "account"};

struct Limits {
  Scope scope = Scope::table;
  std::array<std::int64_t, 2> per_second{};  ///< by Access; 0: no limit
  core::Duration burst = std::chrono::seconds(300);
  std::string index;
  std::string partition_key;
  bool on_demand = false;
};

enum class Access { read, write };

std::size_t place(Access access) { return static_cast<std::size_t>(access); }

Access access_of(const core::Call& call) {
  return call.operation()->kind == core::OperationKind::write ? Access::write : Access::read;
}

/// The buckets of one rule: one for each thing that it limits, made when it is first met.
class Buckets {
 public:
  explicit Buckets(const Limits& limits) : limits_(limits) {}

  /// Whether `name` has `least` at `now`.
  bool has(const std::string& name, Access access, MicroUnits least, core::TimePoint now) {
    const std::lock_guard lock(mutex_);
    return bucket(name, access, now).at(now) >= least;
  }
  void take(const std::string& name, Access access, MicroUnits used, core::TimePoint now) {
    const std::lock_guard lock(mutex_);
    bucket(name, access, now).take(used);
  }

 private:
  /// A million things are told apart; those that first come after are never throttled.
  static constexpr std::size_t kMostBuckets = 1'000'000;

  /// With mutex_ held.
  TokenBucket& bucket(const std::string& name, Access access, core::TimePoint now) {
    const auto key = std::pair(name, access);
    const auto found = buckets_.find(key);
    if (found != buckets_.end()) return found->second;
    TokenBucket fresh(limits_.per_second[place(access)], limits_.burst, now);
    if (buckets_.size() >= kMostBuckets) return spare_ = fresh;
    return buckets_.emplace(key, fresh).first->second;
  }

  const Limits limits_;
  std::mutex mutex_;
  std::map<std::pair<std::string, Access>, TokenBucket> buckets_;  ///< guarded by mutex_
  TokenBucket spare_{1, std::chrono::seconds(1), {}};              ///< guarded by mutex_
};

class Capacity final : public Fault {
 public:
  explicit Capacity(const Limits& limits)
      : limits_(limits), buckets_(std::make_unique<Buckets>(limits)) {}

  [[nodiscard]] std::string_view name() const override { return "capacity"; }
  [[nodiscard]] std::string describe() const override {
    std::string text = "throttles";
    const auto add = [&](Access access, const char* what) {
      const std::int64_t rate = limits_.per_second[place(access)];
      if (rate != 0) text += " " + std::string(what) + " above " + std::to_string(rate) + "/s";
    };
    add(Access::read, "reads");
    add(Access::write, "writes");
    return text + " of each " + std::string(kScopes[static_cast<std::size_t>(limits_.scope)]);
  }

  [[nodiscard]] core::Task<core::Result<core::Reply>> handle(core::Exchange& exchange,
                                                             Firing& firing,
                                                             Inner inner) const override {
    const core::Call& call = exchange.call();
    const auto least = least_consumption(call);
    if (!least || !rewritable(call) || limits_.per_second[place(access_of(call))] == 0) {
      firing.undelivered("it limits no call of this kind");
      co_return co_await inner(exchange);
    }
    const std::vector<std::string> limited = limited_by(call);
    if (limited.empty()) {
      firing.undelivered("the call names no one partition");
      co_return co_await inner(exchange);
    }
    const Access access = access_of(call);
    for (const std::string& name : limited) {
      if (buckets_->has(name, access, at_least(*least), exchange.clock().now())) continue;
      exchange.note("capacity", std::string(firing.rule()) + ": throttled");
      firing.delivered(exchange);
      co_return throttle(call);
    }
    auto result = co_await send_rewritten(exchange, inner, asking_consumption(call));
    if (result && refuses_signature(*result)) {
      firing.undelivered(kSignatureInTheWay);
      co_return co_await inner.past_rules(exchange);
    }
    firing.undelivered(count(exchange, result, *least)
                           ? "there was capacity"
                           : "the upstream does not say what it consumed");
    co_return result;
  }

 private:
  /// Of an index a transaction draws as any write does.
  [[nodiscard]] MicroUnits at_least(MicroUnits least) const {
    return limits_.scope == Scope::index ? std::min(least, kUnit) : least;
  }

  /// The names of the buckets that the call draws from, each once.
  [[nodiscard]] std::vector<std::string> limited_by(const core::Call& call) const {
    if (limits_.scope == Scope::account) return {"account"};
    std::vector<std::string> names;
    for (const std::string& table : call.tables()) {
      const std::string name = bucket_of(call, parse_table_name(table).name);
      if (!name.empty()) names.push_back(name);
    }
    return names;
  }

  [[nodiscard]] std::string bucket_of(const core::Call& call, const std::string& table) const {
    std::string name = call.identity().region + "/" + table;
    if (limits_.scope != Scope::partition) return name;
    for (const char* member : {"Key", "Item"}) {
      const json place = call.params().value(member, json());
      if (!place.is_object() || !place.contains(limits_.partition_key)) continue;
      return name + "/" +
             place.at(limits_.partition_key).dump(-1, ' ', true, json::error_handler_t::replace);
    }
    return {};
  }

  /// Takes what the call has consumed out of the buckets, and its report out of the answer. Whether
  /// there was one.
  bool count(core::Exchange& exchange, core::Result<core::Reply>& result, MicroUnits least) const {
    if (!result) return false;
    const core::Call& call = exchange.call();
    const core::TimePoint now = exchange.clock().now();
    if (result->response.status != 200) {
      // A write whose condition fails is paid for all the same.
      const bool ran = result->response.body.find("ConditionalCheckFailed") != std::string::npos;
      for (const std::string& name : ran ? limited_by(call) : std::vector<std::string>()) {
        buckets_->take(name, access_of(call), least, now);
      }
      return true;
    }
    auto consumption = consumption_in(call, result->response.body);
    if (!consumption) return false;
    for (const ConsumedUnits& one : consumption->units) {
      if (limits_.scope == Scope::index && one.index != limits_.index) continue;
      const bool counts =
          limits_.scope == Scope::account || limits_.scope == Scope::index || one.index.empty();
      const std::string name =
          limits_.scope == Scope::account ? "account" : bucket_of(call, one.table);
      if (counts && !name.empty()) buckets_->take(name, access_of(call), one.units, now);
    }
    result->response.body = std::move(consumption->body);
    return true;
  }

  [[nodiscard]] core::Reply throttle(const core::Call& call) const {
    ErrorShape shape;
    shape.exception =
        find_exception(limits_.scope == Scope::account ? "RequestLimitExceeded"
                       : limits_.on_demand             ? "ThrottlingException"
                                                       : "ProvisionedThroughputExceededException");
    shape.reason.limit = limits_.scope == Scope::account     ? "AccountLimitExceeded"
                         : limits_.scope == Scope::partition ? "KeyRangeThroughputExceeded"
                         : limits_.on_demand                 ? "MaxOnDemandThroughputExceeded"
                                                             : "ProvisionedThroughputExceeded";
    shape.reason.index = limits_.index;
    shape.reason.table_only = limits_.scope != Scope::index;
    return {{shape.exception->status,
             {{"Content-Type", "application/x-amz-json-1.0"}},
             error_body(shape, call).value_or("{}")},
            core::Source::fault,
            {}};
  }

  const Limits limits_;
  std::unique_ptr<Buckets> buckets_;  // what the rule remembers of the calls before
};

Limits read_limits(const JsonField& options) {
  static constexpr std::string_view kBillings[] = {"provisioned", "on_demand"};
  constexpr std::uint64_t kMostPerSecond = 1'000'000;
  options.must_be_object();
  Limits limits;
  if (const auto of = options.member("of")) {
    const std::string scope = of->choice(kScopes, "what is limited");
    for (std::size_t i = 0; i < std::size(kScopes); ++i) {
      if (kScopes[i] == scope) limits.scope = static_cast<Scope>(i);
    }
  }
  if (limits.scope == Scope::partition) limits.per_second = {3000, 1000};
  const auto rate = [&](const char* member, Access access) {
    const auto field = options.member(member);
    if (!field) return;
    limits.per_second[place(access)] = static_cast<std::int64_t>(field->count(1, kMostPerSecond));
  };
  rate("read", Access::read);
  rate("write", Access::write);
  if (limits.per_second == std::array<std::int64_t, 2>{}) {
    options.mistake("it needs read or write, in units per second");
  }
  if (const auto burst = options.member("burst")) {
    limits.burst = burst->duration();
    if (limits.burst < std::chrono::seconds(1)) burst->must_be("at least 1s");
  }
  if (const auto billing = options.member("billing")) {
    limits.on_demand = billing->choice(kBillings, "how the table is billed") == "on_demand";
  }
  return limits;
}

/// A member that one scope needs and no other takes.
std::string read_for(const JsonField& options, const char* member, Scope scope, Scope wanted) {
  const auto field = options.member(member);
  const std::string of(kScopes[static_cast<std::size_t>(wanted)]);
  if (field && scope != wanted) field->mistake("only a limit of " + of + " takes it");
  if (!field && scope == wanted) {
    options.mistake("a limit of " + of + " needs \"" + member + "\"");
  }
  return field ? field->text() : "";
}

}  // namespace

std::unique_ptr<const Fault> make_capacity(const JsonField& options) {
  Limits limits = read_limits(options);
  limits.index = read_for(options, "index", limits.scope, Scope::index);
  limits.partition_key = read_for(options, "partition_key", limits.scope, Scope::partition);
  return std::make_unique<Capacity>(limits);
}

}  // namespace dynatape::interceptors
