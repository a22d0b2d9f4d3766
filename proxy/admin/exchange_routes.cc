// What happened: the latest exchanges, and a live stream of them.

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/call.h"
#include "interceptors/source_name.h"
#include "proxy/admin/describe.h"
#include "proxy/admin/handlers.h"

namespace dynatape::admin {
namespace {

using core::failure;
using core::Result;
using sessions::ExchangeLog;
using sessions::LoggedExchange;

constexpr core::Duration kHeartbeat = std::chrono::seconds(10);
constexpr std::size_t kUsualLimit = 100;

/// Which exchanges are asked for; an empty member is no question.
struct Filter {
  std::string operation, table, session, rule;
  std::optional<int> status;
  std::size_t limit = kUsualLimit;

  [[nodiscard]] bool fits(const LoggedExchange& exchange, const core::Call& call) const {
    const auto is_table = [&](const std::string& name) { return name == table; };
    const auto by_rule = [&](const auto& fault) { return fault->rule() == rule; };
    return (operation.empty() || call.name() == operation) &&
           (session.empty() || exchange.session == session) &&
           (!status || exchange.status == *status) &&
           (rule.empty() || std::ranges::any_of(exchange.faults, by_rule)) &&
           (table.empty() || std::ranges::any_of(call.tables(), is_table));
  }
};

template <class T>
Result<std::optional<T>> number_in(const Asked& asked, std::string_view name) {
  const std::string text = asked.parameter(name);
  if (text.empty()) return std::nullopt;
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) return value;
  return failure("'" + std::string(name) + "' must be a whole number, not '" + text + "'");
}

Result<Filter> filter_of(const Asked& asked) {
  Filter filter{asked.parameter("operation"), asked.parameter("table"), asked.parameter("session"),
                asked.parameter("rule"), std::nullopt};
  const auto status = number_in<int>(asked, "status");
  if (!status) return std::unexpected(status.error());
  filter.status = *status;
  const auto limit = number_in<std::size_t>(asked, "limit");
  if (!limit) return std::unexpected(limit.error());
  filter.limit = limit->value_or(kUsualLimit);
  if (!filter.operation.empty() && !core::find_operation(filter.operation)) {
    return failure("there is no operation '" + filter.operation + "'");
  }
  return filter;
}

ordered_json json_of(const core::PlannedFault& fault) {
  const auto state = fault.state();
  ordered_json json = {{"rule", fault.rule()}, {"fault", fault.fault()}};
  json["state"] = !state.ended                        ? "under way"
                  : state.undelivered_because.empty() ? "delivered"
                                                      : "undelivered";
  if (!state.undelivered_because.empty()) json["because"] = state.undelivered_because;
  return json;
}

ordered_json json_of(const LoggedExchange& exchange, const core::Call& call) {
  ordered_json json = {{"id", exchange.id},
                       {"session", exchange.session},
                       {"time", text_of(exchange.started)},
                       {"operation", call.name()},
                       {"tables", call.tables()},
                       {"access_key", call.identity().access_key},
                       {"region", call.identity().region},
                       {"status", exchange.status},
                       {"source", interceptors::source_name(exchange.source)},
                       {"ms", static_cast<double>(exchange.took.count()) / 1000},
                       {"notes", ordered_json::array()},
                       {"faults", ordered_json::array()}};
  for (const auto& note : exchange.notes) {
    json["notes"].push_back({{"who", note.who}, {"what", note.what}});
  }
  for (const auto& fault : exchange.faults) json["faults"].push_back(json_of(*fault));
  return json;
}

/// Server-sent events: one for each exchange that fits, a comment now and then, so that a client
/// that is gone is noticed.
class EventStream final : public net::Stream {
 public:
  EventStream(std::shared_ptr<ExchangeLog::Follower> follower, Filter filter, const Asked& asked)
      : follower_(std::move(follower)),
        filter_(std::move(filter)),
        loop_(asked.loop),
        session_(asked.session),
        spoke_(session_->clock().monotonic()) {}

  [[nodiscard]] core::Task<std::optional<std::string>> next() override {
    if (std::exchange(fresh_, false)) co_return ": exchanges from now on\n\n";
    for (;;) {
      const auto news = co_await follower_->next(loop_, kHeartbeat);
      if (!news) co_return std::nullopt;
      std::string events = events_of(*news);
      const core::Duration now = session_->clock().monotonic();
      if (events.empty() && now - spoke_ >= kHeartbeat) events = ": still there\n\n";
      if (events.empty()) continue;
      spoke_ = now;
      co_return events;
    }
  }
  void stop() override { follower_->stop(); }

 private:
  [[nodiscard]] std::string events_of(const ExchangeLog::Follower::News& news) const {
    std::string events;
    if (news.dropped > 0) {
      events += "event: dropped\ndata: {\"exchanges\":" + std::to_string(news.dropped) + "}\n\n";
    }
    for (const auto& entry : news.entries) {
      const core::Call call(entry->request);
      if (!filter_.fits(*entry, call)) continue;
      const auto json = json_of(*entry, call);
      events += "event: exchange\nid: " + std::to_string(entry->id) +
                "\ndata: " + json.dump(-1, ' ', false, ordered_json::error_handler_t::replace) +
                "\n\n";
    }
    return events;
  }

  const std::shared_ptr<ExchangeLog::Follower> follower_;  // shared with the log
  const Filter filter_;
  core::Loop& loop_;
  const std::shared_ptr<sessions::Session> session_;  // for its monotonic readings
  core::Duration spoke_;                              ///< when the last piece went
  bool fresh_ = true;
};

}  // namespace

Answering get_exchanges(Services& services, Asked asked) {
  const auto filter = filter_of(asked);
  if (!filter) co_return answer_of(refusal(400, filter.error().message));
  ordered_json list = ordered_json::array();
  for (const auto& entry : services.log.recent()) {
    if (list.size() == filter->limit) break;
    const core::Call call(entry->request);
    if (filter->fits(*entry, call)) list.push_back(json_of(*entry, call));
  }
  co_return answer_of(json_answer(200, {{"exchanges", std::move(list)}}));
}

Answering stream_exchanges(Services& services, Asked asked) {
  auto filter = filter_of(asked);
  if (!filter) co_return answer_of(refusal(400, filter.error().message));
  net::Answer answer =
      answer_of({200, {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}}, ""});
  answer.stream = std::make_unique<EventStream>(services.log.follow(), *std::move(filter), asked);
  co_return answer;
}

}  // namespace dynatape::admin
