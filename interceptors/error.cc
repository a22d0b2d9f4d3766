#include "interceptors/error.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "interceptors/duration_text.h"
#include "interceptors/error_body.h"
#include "interceptors/json_field.h"

namespace dynatape::interceptors {
namespace {

/// The reply, and what of it the exception does not say.
struct ErrorOptions {
  ErrorShape shape;
  int status = 400;
  std::optional<core::Duration> retry_after;
};

class ErrorFault final : public Fault {
 public:
  explicit ErrorFault(ErrorOptions options) : options_(std::move(options)) {}

  [[nodiscard]] std::string_view name() const override { return "error"; }
  [[nodiscard]] std::string describe() const override {
    return "answers " + std::string(options_.shape.exception->name) + " (HTTP " +
           std::to_string(options_.status) + ")";
  }

  [[nodiscard]] core::Task<core::Result<core::Reply>> handle(core::Exchange& exchange,
                                                             Firing& firing,
                                                             Inner inner) const override {
    auto reply = error_reply(options_.shape, exchange.call());
    const std::string rule(firing.rule());
    if (!reply) {
      exchange.note("error", rule + ": not delivered, " + std::string(reply.error()));
      firing.undelivered(reply.error());
      co_return co_await inner(exchange);
    }
    exchange.note("error", rule + ": " + std::string(options_.shape.exception->name));
    firing.delivered(exchange);
    reply->response.status = options_.status;
    if (options_.retry_after) {
      const auto ms = std::chrono::ceil<std::chrono::milliseconds>(*options_.retry_after);
      reply->response.headers.add("x-amz-retry-after", std::to_string(ms.count()));
    }
    co_return *std::move(reply);
  }

 private:
  ErrorOptions options_;
};

const ExceptionRow* read_exception(const JsonField& field) {
  static const auto names = [] {
    std::vector<std::string_view> all;
    for (const ExceptionRow& row : exception_table()) all.push_back(row.name);
    return all;
  }();
  return find_exception(field.choice(names, "an exception of DynamoDB"));
}

/// "KeyRangeThroughputExceeded", or "TableWriteKeyRangeThroughputExceeded".
ThrottlingReason read_reason(const JsonField& field, bool has_index) {
  ThrottlingReason reason;
  const std::string text = field.text();
  std::string_view rest = text;
  const auto take = [&](std::string_view word) {
    if (!rest.starts_with(word)) return false;
    rest.remove_prefix(word.size());
    return true;
  };
  reason.table_only = take("Table");
  const bool index = !reason.table_only && take("Index");
  if (reason.table_only || index) {
    reason.access = take("Read") ? "Read" : take("Write") ? "Write" : "";
  }
  const auto limits = throttling_limits();
  const bool whole = (!reason.table_only && !index) || !reason.access.empty();
  if (!whole || std::ranges::find(limits, rest) == limits.end()) {
    field.must_be(
        "a limit (ProvisionedThroughputExceeded, AccountLimitExceeded, KeyRangeThroughputExceeded, "
        "MaxOnDemandThroughputExceeded), or one after Table or Index and Read or Write");
  }
  if (index && !has_index) field.mistake("a reason of an index needs \"index\", its name");
  if (reason.table_only && has_index) field.must_be("one of an index where \"index\" is given");
  reason.limit = rest;
  return reason;
}

CancellationReason read_cancellation(const JsonField& field) {
  CancellationReason reason;
  if (field.is_object()) {
    static constexpr std::string_view kMembers[] = {"code", "message", "item"};
    field.only(kMembers);
    reason.code = field.required("code", "\"code\"").choice(cancellation_codes(), "a code");
    if (const auto message = field.member("message")) reason.message = message->text();
    if (const auto item = field.member("item")) {
      item->must_be_object();
      if (reason.code != "ConditionalCheckFailed") {
        item->mistake("only ConditionalCheckFailed comes with an item");
      }
      reason.item = item->value().dump();
    }
  } else {
    reason.code = field.choice(cancellation_codes(), "a code");
  }
  if (reason.message.empty()) reason.message = cancellation_message(reason.code);
  return reason;
}

std::vector<CancellationReason> read_cancellations(const JsonField& field) {
  std::vector<CancellationReason> reasons;
  for (const JsonField& element : field.elements()) reasons.push_back(read_cancellation(element));
  const bool any = std::ranges::any_of(reasons, [](const auto& r) { return r.code != "None"; });
  if (!any) field.mistake("it needs at least one code other than None");
  return reasons;
}

/// Options that mean nothing for the exception are mistakes, not decoration.
void only_for(const JsonField& options, std::string_view member, bool fits, std::string_view what) {
  if (const auto field = options.member(member); field && !fits) {
    field->mistake("only " + std::string(what) + " takes it");
  }
}

void read_details(const JsonField& options, ErrorShape& shape) {
  const Detail detail = shape.exception ? shape.exception->detail : Detail::none;
  const bool throttles =
      detail == Detail::throttling_reasons || detail == Detail::throttling_reasons_lower;
  only_for(options, "reason", throttles, "a throttling exception");
  only_for(options, "index", throttles, "a throttling exception");
  only_for(options, "cancellation_reasons", detail == Detail::cancellation_reasons,
           "TransactionCanceledException");
  const auto index = options.member("index");
  if (const auto field = options.member("reason")) {
    shape.reason = read_reason(*field, index.has_value());
  }
  if (index) shape.reason.index = index->text();
  if (const auto field = options.member("message")) shape.message = field->text();
  if (const auto field = options.member("cancellation_reasons")) {
    shape.cancellations = read_cancellations(*field);
  }
}

}  // namespace

std::unique_ptr<const Fault> make_error(const JsonField& options) {
  const bool brief = options.is_string();
  ErrorOptions error;
  error.shape.exception = read_exception(
      brief ? options : options.required("type", R"("type", the name of an exception)"));
  if (!error.shape.exception) return nullptr;
  error.status = error.shape.exception->status;
  if (brief) return std::make_unique<ErrorFault>(std::move(error));
  read_details(options, error.shape);
  if (const auto field = options.member("status")) {
    error.status = static_cast<int>(field->count(400, 599));
  }
  if (const auto field = options.member("retry_after")) error.retry_after = field->duration();
  return std::make_unique<ErrorFault>(std::move(error));
}

}  // namespace dynatape::interceptors
