#include "interceptors/hook.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "core/http_client.h"
#include "core/json.h"
#include "interceptors/duration_text.h"
#include "interceptors/hook_message.h"
#include "interceptors/json_field.h"
#include "interceptors/rewritten_call.h"

namespace dynatape::interceptors {
namespace {

using core::Reply;
using core::Result;

constexpr core::Duration kUsualTimeout = std::chrono::seconds(2);
// Fixed sentences: they are counted.
constexpr std::string_view kNoAnswer = "the hook gave no answer";
constexpr std::string_view kNoVerdict = "the hook's answer was no verdict";

struct HookOptions {
  std::string url;
  bool on_request = true;
  bool on_answer = false;
  core::Duration timeout = kUsualTimeout;
  bool passes_on_failure = false;
};

/// Answers what there is: the inside of the onion once it has answered.
class Answered final : public core::Upstream {
 public:
  explicit Answered(Reply reply) : reply_(std::move(reply)) {}
  [[nodiscard]] core::Task<Result<Reply>> send(core::Exchange&) override { co_return reply_; }

 private:
  Reply reply_;
};

class Hook final : public Fault {
 public:
  explicit Hook(HookOptions options) : options_(std::move(options)) {}

  [[nodiscard]] std::string_view name() const override { return "hook"; }
  [[nodiscard]] std::string describe() const override {
    const char* const about = !options_.on_answer    ? "the call"
                              : !options_.on_request ? "the answer"
                                                     : "the call and the answer";
    return "asks " + options_.url + " about " + about + ", for up to " + to_text(options_.timeout) +
           (options_.passes_on_failure ? ", and goes on without it where it fails" : "");
  }

  [[nodiscard]] core::Task<Result<Reply>> handle(core::Exchange& exchange, Firing& firing,
                                                 Inner inner) const override {
    std::optional<std::string> edited;
    if (options_.on_request) {
      auto verdict = co_await ask(exchange, firing, nullptr);
      if (!verdict && !options_.passes_on_failure) co_return failed(verdict.error());
      if (!verdict) co_return co_await inner(exchange);
      if (verdict->error) co_return co_await verdict->error->handle(exchange, firing, inner);
      if (verdict->answer) {
        firing.delivered(exchange);
        co_return Reply{*std::move(verdict->answer), core::Source::fault, {}};
      }
      edited = std::move(verdict->params);
    }
    auto result = edited ? co_await send_rewritten(exchange, inner, *std::move(edited))
                         : co_await inner(exchange);
    if (options_.on_answer) co_return co_await about_answer(exchange, firing, std::move(result));
    firing.delivered(exchange);
    co_return result;
  }

 private:
  core::Task<Result<Reply>> about_answer(core::Exchange& exchange, Firing& firing,
                                         Result<Reply> result) const {
    if (!result) {
      firing.undelivered("there was no answer to ask the hook about");
      co_return result;
    }
    auto verdict = co_await ask(exchange, firing, &result->response);
    if (!verdict && !options_.passes_on_failure) co_return failed(verdict.error());
    if (!verdict) co_return result;
    if (verdict->error) {
      Answered answered(*std::move(result));
      co_return co_await verdict->error->handle(exchange, firing, {{}, core::Next({}, answered)});
    }
    if (verdict->answer) result->response = *std::move(verdict->answer);
    firing.delivered(exchange);
    co_return result;
  }

  /// The verdict; where there is none, the firing has ended and the error says why.
  core::Task<Result<HookVerdict>> ask(core::Exchange& exchange, Firing& firing,
                                      const core::Response* answer) const {
    const std::string who =
        std::string(firing.rule()) + (answer ? ", on the answer: " : ", on the request: ");
    const auto fail = [&](std::string_view reason, const std::string& why) {
      exchange.note("hook", who + "failed, " + why);
      firing.undelivered(reason);
      return core::failure("the hook " + options_.url + " of rule '" + std::string(firing.rule()) +
                           "' " + why);
    };
    if (!firing.http()) co_return fail(kNoAnswer, "cannot be asked here");
    auto said = co_await firing.http()->post(exchange.loop(), options_.url,
                                             hook_question(exchange, firing.rule(), answer),
                                             options_.timeout);
    if (!said) co_return fail(kNoAnswer, "gave no answer: " + said.error().message);
    auto verdict = read_hook_verdict(*said, answer);
    if (!verdict) co_return fail(kNoVerdict, verdict.error().message);
    exchange.note("hook", who + (verdict->error    ? "an error"
                                 : verdict->answer ? "an answer of its own"
                                 : verdict->params ? "edited"
                                                   : "passed"));
    co_return verdict;
  }

  /// A status that no SDK retries: a broken hook shall be seen at once.
  static Reply failed(const core::Error& error) {
    const nlohmann::ordered_json body = {{"__type", "com.dynatape#HookFailedException"},
                                         {"message", error.message}};
    return {{400, {{"Content-Type", "application/x-amz-json-1.0"}}, core::dumped(body)},
            core::Source::fault,
            {}};
  }

  HookOptions options_;
};

/// `http://HOST[:PORT][/PATH]`; who asks it reads it again, and says what else is wrong with it.
bool is_http_url(std::string_view text) {
  constexpr std::string_view kScheme = "http://";
  if (!text.starts_with(kScheme)) return false;
  text.remove_prefix(kScheme.size());
  const auto place = text.substr(0, text.find('/'));
  const auto colon = place.ends_with(']') ? std::string_view::npos : place.rfind(':');
  if (place.substr(0, colon).empty() || text.find_first_of(" ?#") != std::string_view::npos) {
    return false;
  }
  if (colon == std::string_view::npos) return true;
  const auto port = place.substr(colon + 1);
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  return error == std::errc() && end == port.data() + port.size() && number > 0;
}

std::string read_url(const JsonField& field) {
  std::string url = field.text();
  if (!is_http_url(url)) field.must_be("an http:// URL such as http://127.0.0.1:9000/hook");
  return url;
}

void read_stages(const JsonField& field, HookOptions& hook) {
  static constexpr std::string_view kStages[] = {"request", "answer"};
  hook.on_request = hook.on_answer = false;
  for (const JsonField& element : field.one_or_more()) {
    const bool answer = element.choice(kStages, "when a hook is asked") == "answer";
    (answer ? hook.on_answer : hook.on_request) = true;
  }
}

}  // namespace

std::unique_ptr<const Fault> make_hook(const JsonField& options) {
  static constexpr std::string_view kOnFailure[] = {"error", "pass"};
  HookOptions hook;
  if (options.is_string()) {
    hook.url = read_url(options);
    return std::make_unique<Hook>(std::move(hook));
  }
  options.must_be_object();
  hook.url = read_url(options.required("url", R"("url", as in "url": "http://127.0.0.1:9000/")"));
  if (const auto field = options.member("on")) read_stages(*field, hook);
  if (const auto field = options.member("timeout")) {
    hook.timeout = field->duration();
    if (hook.timeout <= core::Duration::zero()) field->must_be("above 0");
  }
  if (const auto field = options.member("on_failure")) {
    hook.passes_on_failure = field->choice(kOnFailure, "what a failing hook does") == "pass";
  }
  return std::make_unique<Hook>(std::move(hook));
}

}  // namespace dynatape::interceptors
