#include "interceptors/expiry.h"

#include <algorithm>

#include "core/time_text.h"
#include "interceptors/backup_shapes.h"
#include "interceptors/upstream_call.h"

namespace dynatape::interceptors {
namespace {

using namespace std::chrono_literals;
using core::Result;

constexpr auto kSubject = TableSettings::Subject::time_to_live;
constexpr core::Duration kBetweenLooks = 1min;  // of the clock, as in the emulator
constexpr core::Duration kPoll = 1ms;           // while another look is under way
/// What expired longer ago is taken for a mistake, and stays.
constexpr std::chrono::days kOldestExpiry{5 * 365};

/// A call as the table's owner makes it. No signature can be right that nobody's secret made.
core::Request call_by(const TimeToLive& setting, core::TimePoint now) {
  const std::string date = core::amz_date(now);
  core::Request request{"POST", "/", {{"Content-Type", "application/x-amz-json-1.0"}}, {}, {}};
  request.headers.add("X-Amz-Date", date);
  request.headers.add("Authorization", "AWS4-HMAC-SHA256 Credential=" + setting.account + "/" +
                                           date.substr(0, 8) + "/" + setting.region +
                                           "/dynamodb/aws4_request, "
                                           "SignedHeaders=host;x-amz-date, Signature=" +
                                           std::string(64, '0'));
  return request;
}

std::unexpected<core::Error> failed(const TimeToLive& setting, const Answer& instead) {
  const std::string start = "expired items of table '" + setting.table + "' cannot be deleted: ";
  if (!instead) return core::failure(start + instead.error().message);
  return core::failure(start + exception_name(instead->response) + ": " +
                       exception_message(instead->response));
}

bool is_exception(const Answer& instead, std::string_view name) {
  return instead && exception_name(instead->response) == name;
}

/// The condition of having expired at `now`, with its names and values.
ordered_json expired_at(const TimeToLive& setting, core::TimePoint now) {
  const auto seconds = [](core::TimePoint time) {
    const auto count = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
    return ordered_json{{"N", std::to_string(std::max<std::int64_t>(count, 0))}};
  };
  return {{"ExpressionAttributeNames", {{"#expires", setting.attribute}}},
          {"ExpressionAttributeValues",
           {{":now", seconds(now)}, {":oldest", seconds(now - kOldestExpiry)}}}};
}

constexpr const char* kExpired = "#expires < :now AND #expires >= :oldest";

/// A page of the keys of expired items.
ordered_json scan_for(const TimeToLive& setting, const ordered_json& keys, core::TimePoint now) {
  ordered_json scan = expired_at(setting, now);
  scan["TableName"] = setting.table;
  scan["FilterExpression"] = kExpired;
  std::string projection;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::string name = "#key" + std::to_string(i);
    scan["ExpressionAttributeNames"][name] = keys[i].at("AttributeName");
    projection += (i == 0 ? "" : ", ") + name;
  }
  scan["ProjectionExpression"] = projection;
  return scan;
}

/// The upstream, with all that the table's owner writes noted for point-in-time recovery.
class NotedUpstream final : public core::Upstream {
 public:
  NotedUpstream(core::Upstream& upstream, WrittenTables& written, const TimeToLive& setting)
      : upstream_(upstream), written_(written), owner_(setting.account + "/" + setting.region) {}

  [[nodiscard]] core::Task<Answer> send(core::Exchange& exchange) override {
    if (!written_.any()) return upstream_.send(exchange);
    return written_.write(exchange, owner_, core::Next({}, upstream_));
  }

 private:
  core::Upstream& upstream_;
  WrittenTables& written_;
  const std::string owner_;
};

}  // namespace

bool Expiry::due(core::TimePoint now) const {
  if (!settings_->has(kSubject) || held_.load(std::memory_order_relaxed)) return false;
  const core::TimePoint next = next_.load(std::memory_order_relaxed);
  return now >= next || now < next - kBetweenLooks;  // a clock can be set back
}

void Expiry::start(core::Exchange& exchange) {
  if (busy_.exchange(true)) return;
  next_ = exchange.clock().now() + kBetweenLooks;
  {
    const std::lock_guard lock(mutex_);
    if (!failure_.empty()) exchange.note("polyfills", std::exchange(failure_, {}));
  }
  core::start(behind(shared_from_this(), exchange.loop(), exchange.clock()));
}

core::Task<void> Expiry::behind(std::shared_ptr<Expiry> self, core::Loop& loop,
                                const core::Clock& clock) {
  const auto done = co_await self->look(loop, clock);
  if (done) co_return;
  const std::lock_guard lock(self->mutex_);
  self->failure_ = done.error().message;
}

core::Task<Result<void>> Expiry::sweep(core::Loop& loop, const core::Clock& clock) {
  if (!settings_->has(kSubject)) co_return Result<void>();
  const auto self = shared_from_this();
  while (busy_.exchange(true)) co_await loop.sleep(kPoll);
  next_ = clock.now() + kBetweenLooks;
  co_return co_await look(loop, clock);
}

core::Task<Result<void>> Expiry::look(core::Loop& loop, const core::Clock& clock) {
  const struct Done {
    std::atomic<bool>& busy;
    ~Done() { busy = false; }
  } done{busy_};
  Result<void> outcome;
  for (const auto& [id, document] : settings_->all(kSubject)) {
    const auto setting = TimeToLive::of(document);
    if (!setting.enabled || setting.is_changing(clock.now(), change_delay_)) continue;
    core::Exchange exchange(0, call_by(setting, clock.now()), loop, clock);
    auto looked = co_await look_at(exchange, id, setting);
    if (!looked) outcome = std::move(looked);
    if (held_) break;
  }
  co_return outcome;
}

core::Task<Result<void>> Expiry::look_at(core::Exchange& exchange, const std::string& id,
                                         const TimeToLive& setting) {
  const auto told =
      co_await call_upstream(exchange, *upstream_, "DescribeTable", {{"TableName", setting.table}});
  if (!told && !is_exception(told.error(), "ResourceNotFoundException")) {
    co_return failed(setting, told.error());
  }
  const ordered_json table = told ? told->value("Table", ordered_json::object()) : ordered_json();
  if (!told || table_id(table) != id) co_return settings_->set(kSubject, id, nullptr);
  co_return co_await delete_expired(exchange, setting, table);
}

core::Task<Result<void>> Expiry::delete_expired(core::Exchange& exchange, const TimeToLive& setting,
                                                const ordered_json& table) {
  const core::TimePoint now = exchange.clock().now();
  ScannedPages pages(exchange, *upstream_,
                     scan_for(setting, table.value("KeySchema", ordered_json::array()), now));
  ordered_json removal = expired_at(setting, now);
  removal["TableName"] = setting.table;
  removal["ConditionExpression"] = kExpired;
  NotedUpstream noted(*upstream_, *written_, setting);
  while (!held_) {
    const auto keys = co_await pages.next();
    if (!keys) co_return failed(setting, keys.error());
    if (!*keys) break;
    for (const ordered_json& key : **keys) {
      if (held_) co_return Result<void>();
      removal["Key"] = key;
      const auto gone = co_await call_upstream(exchange, noted, "DeleteItem", removal);
      if (!gone && !is_exception(gone.error(), "ConditionalCheckFailedException")) {
        co_return failed(setting, gone.error());
      }
    }
  }
  co_return Result<void>();
}

}  // namespace dynatape::interceptors
