#include "core/exchange.h"

namespace dynatape::core {

Exchange::Exchange(std::uint64_t id, Request request, Loop& loop, const Clock& clock,
                   SessionChoice session)
    : id_(id),
      request_(std::move(request)),
      loop_(loop),
      clock_(clock),
      session_(session),
      started_(clock.now()),
      began_(clock.monotonic()),
      call_(request_) {}

void Exchange::note(std::string_view who, std::string what) {
  notes_.push_back({std::string(who), std::move(what)});
}

std::shared_ptr<PlannedFault> Exchange::plan(std::string_view rule, std::string_view fault) {
  return faults_.emplace_back(std::make_shared<PlannedFault>(rule, fault));
}

void Exchange::body_came(std::string body, std::optional<std::string> encoded_body) {
  request_.body = std::move(body);
  request_.encoded_body = std::move(encoded_body);
  upload_ = nullptr;
  call_.reread();
}

void Exchange::when_sent(WhenSent then) {
  if (!when_sent_) {
    when_sent_ = std::move(then);
    return;
  }
  when_sent_ = [first = std::move(when_sent_), second = std::move(then)](bool whole) mutable {
    first(whole);
    second(whole);
  };
}

}  // namespace dynatape::core
