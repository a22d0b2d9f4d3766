#include "interceptors/ambiguous.h"

#include <nlohmann/json.hpp>

#include "interceptors/duration_text.h"
#include "interceptors/error_body.h"
#include "interceptors/json_field.h"

namespace dynatape::interceptors {
namespace {

/// What a client meets instead of an answer.
struct Loss {
  core::Delivery delivery;
  const ExceptionRow* exception = nullptr;  ///< nullptr: the connection ends

  [[nodiscard]] core::Reply reply(const core::Call& call) const {
    core::Reply reply = exception ? error_reply(*exception, call) : core::Reply();
    reply.source = core::Source::fault;
    reply.delivery = delivery;
    return reply;
  }

  [[nodiscard]] std::string describe() const {
    const std::string wait = delivery.delay > core::Duration::zero()
                                 ? "after " + to_text(delivery.delay) + " "
                                 : std::string();
    if (exception) return wait + "answers " + std::string(exception->name);
    return wait + (delivery.ending == core::Ending::reset ? "resets" : "closes") +
           " the connection without an answer";
  }
};

class LostRequest final : public Fault {
 public:
  explicit LostRequest(Loss loss) : loss_(std::move(loss)) {}

  [[nodiscard]] std::string_view name() const override { return "lost_request"; }
  [[nodiscard]] std::string describe() const override {
    return "does not pass the call on and " + loss_.describe();
  }

  [[nodiscard]] core::Task<core::Result<core::Reply>> handle(core::Exchange& exchange,
                                                             Firing& firing, Inner) const override {
    exchange.note("lost_request", std::string(firing.rule()) + ": not applied");
    firing.delivered(exchange);
    co_return loss_.reply(exchange.call());
  }

 private:
  Loss loss_;
};

class LostAnswer final : public AnswerFault {
 public:
  explicit LostAnswer(Loss loss) : loss_(std::move(loss)) {}

  [[nodiscard]] std::string_view name() const override { return "lost_answer"; }
  [[nodiscard]] std::string describe() const override {
    return "passes the call on and " + loss_.describe();
  }

 private:
  void change(core::Reply& reply, const core::Exchange& exchange) const override {
    reply = loss_.reply(exchange.call());
  }
  [[nodiscard]] std::string note(const core::Reply& reply) const override {
    return "answered " + std::to_string(reply.response.status) + ", and lost";
  }

  Loss loss_;
};

class AppliedTwice final : public Fault {
 public:
  explicit AppliedTwice(bool second) : second_(second) {}

  [[nodiscard]] std::string_view name() const override { return "applied_twice"; }
  [[nodiscard]] std::string describe() const override {
    return std::string("passes the call on twice and answers as the ") +
           (second_ ? "second" : "first");
  }

  [[nodiscard]] core::Task<core::Result<core::Reply>> handle(core::Exchange& exchange,
                                                             Firing& firing,
                                                             Inner inner) const override {
    auto first = co_await inner(exchange);
    if (!first) {
      firing.undelivered("there was no answer to the call");
      co_return first;
    }
    // Its copy meets the upstream as it is: the faults of later rules belong to the call itself.
    auto second = co_await inner.past_rules(exchange);
    if (!second) {
      firing.undelivered("there was no answer to the copy");
      co_return first;
    }
    exchange.note("applied_twice", std::string(firing.rule()) + ": answered " +
                                       std::to_string(first->response.status) + " and " +
                                       std::to_string(second->response.status));
    firing.delivered(exchange);
    co_return second_ ? std::move(second) : std::move(first);
  }

 private:
  bool second_;
};

Loss read_loss(const JsonField& options) {
  options.must_be_object();
  Loss loss;
  if (const auto field = options.member("delay")) loss.delivery.delay = field->duration();
  std::string ending = "reset";
  if (const auto field = options.member("ending")) {
    static const auto known = [] {
      std::vector<std::string_view> names{"reset", "close"};
      for (const ExceptionRow& row : exception_table()) {
        if (row.status >= 500) names.push_back(row.name);
      }
      return names;
    }();
    ending = field->choice(known, "what the client meets");
  }
  loss.exception = find_exception(ending);
  if (!loss.exception) {
    loss.delivery.ending = ending == "close" ? core::Ending::close : core::Ending::reset;
    loss.delivery.cut_after = 0;
  }
  return loss;
}

}  // namespace

std::unique_ptr<const Fault> make_lost_request(const JsonField& options) {
  return std::make_unique<LostRequest>(read_loss(options));
}

std::unique_ptr<const Fault> make_lost_answer(const JsonField& options) {
  return std::make_unique<LostAnswer>(read_loss(options));
}

std::unique_ptr<const Fault> make_applied_twice(const JsonField& options) {
  static constexpr std::string_view kAnswers[] = {"first", "second"};
  options.must_be_object();
  std::string answer = "first";
  if (const auto field = options.member("answer")) {
    answer = field->choice(kAnswers, "which of the two answers");
  }
  return std::make_unique<AppliedTwice>(answer == "second");
}

}  // namespace dynatape::interceptors
