// The part of a session that takes a request early: its head is answered by who then says how the
// body is to be read.

#include <algorithm>
#include <charconv>
#include <utility>

#include "proxy/http/answer.h"
#include "proxy/net/session.h"

namespace dynatape::net {
namespace {

using core::Demands;
using core::Received;
using State = http::RequestParser::State;

constexpr std::uint64_t kPiecesPerSecond = 50;  // of a slow upload
constexpr std::string_view kNoBody = "the request has no body";
constexpr std::string_view kGone = "the client was gone";

std::optional<std::size_t> content_length(const core::Request& head) {
  const auto text = head.headers.get("Content-Length");
  std::size_t length = 0;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), length).ec != std::errc())
    return std::nullopt;
  return length;
}

/// After how many bytes to cut; nullopt: not at all.
std::optional<std::size_t> cut_of(Demands& demands, const core::Request& head) {
  if (!demands.cut_upload) return std::nullopt;
  auto& [cut, honoured] = *demands.cut_upload;
  honoured.no("the request's body was no longer than that");
  if (!cut.fraction) return cut.after;
  const auto length = content_length(head);
  if (length) return static_cast<std::size_t>(*cut.fraction * static_cast<double>(*length));
  honoured.no("the request does not say how long its body is");
  return std::nullopt;
}

/// How many bytes to read at a time; 0: as many as come.
std::size_t piece_of(Demands& demands) {
  if (!demands.slow_upload) return 0;
  demands.slow_upload->honoured.no(kNoBody);
  const std::uint64_t rate = demands.slow_upload->what.bytes_per_second;
  return static_cast<std::size_t>(std::max<std::uint64_t>(rate / kPiecesPerSecond, 1));
}

core::Duration time_of(std::size_t bytes, const core::SlowUpload& slow) {
  return core::Duration(
      static_cast<std::int64_t>(bytes * std::uint64_t{1'000'000} / slow.bytes_per_second));
}

}  // namespace

core::Task<bool> Session::serve_early() {
  const Asked asked(parser_.head());
  body_end_ = std::nullopt;
  enter(Phase::handling);
  if (!connection_.out().empty()) context_.push_soon(*this);
  Answer answer = co_await answer_early();
  if (!body_end_) {
    Demands none;
    static_cast<void>(co_await receive(none));
  }
  enter(Phase::handling);
  if (body_end_ == Received::End::lost) {
    if (answer.sent) answer.sent(Sent::lost);
    if (parser_.state() == State::refused) refuse(parser_.refusal());
    co_return false;
  }
  if (answer.stream) co_return co_await send_stream(std::move(answer), asked);
  co_return co_await deliver(std::move(answer), asked);
}

core::Task<Answer> Session::answer_early() {
  const core::Request& head = parser_.head().request;
  std::optional<Answer> answer;
  try {
    answer = co_await context_.early->answer({head.method, head.target, head.headers, {}, {}},
                                             *this, context_.loop);
  } catch (const std::exception& error) {
    answer = answer_of(error);
  }
  co_return *std::move(answer);
}

core::Task<Received> Session::receive(Demands& demands) {
  body_end_ = co_await read_body(demands);
  if (body_end_ != Received::End::whole) co_return Received{.end = *body_end_};
  core::Request whole = parser_.take().request;
  co_return Received{Received::End::whole, std::move(whole.body), std::move(whole.encoded_body)};
}

core::Task<Received::End> Session::read_body(Demands& demands) {
  const auto cut = cut_of(demands, parser_.head().request);
  const std::size_t piece_bytes = piece_of(demands);
  if (demands.no_continue) demands.no_continue->honoured.no("the client did not wait for it");
  for (std::size_t got = 0; parser_.state() == State::body;) {
    if (cut && got >= *cut) {
      demands.cut_upload->honoured.yes();
      co_return Received::End::cut;
    }
    std::size_t most = buffer_.size();
    if (cut) most = std::min(most, *cut - got);
    if (piece_bytes > 0) most = std::min(most, piece_bytes);
    if (unread_.empty() && !co_await await_body(most, demands)) {
      if (demands.cut_upload) demands.cut_upload->honoured.no(kGone);
      co_return Received::End::lost;
    }
    const std::size_t taken = parser_.feed(unread_.substr(0, most));
    unread_.remove_prefix(taken);
    got += taken;
    if (piece_bytes == 0) continue;
    demands.slow_upload->honoured.yes();
    co_await context_.loop.sleep(time_of(taken, demands.slow_upload->what));
  }
  co_return parser_.state() == State::complete ? Received::End::whole : Received::End::lost;
}

core::Task<bool> Session::await_body(std::size_t most, Demands& demands) {
  if (parser_.take_expectation()) {
    if (demands.no_continue) {
      demands.no_continue->honoured.yes();
    } else {
      connection_.out() += http::kContinue;
    }
  }
  if (!co_await flush()) co_return false;
  enter(Phase::transfer);
  const bool came = received(co_await connection_.read(std::span(buffer_).first(most)));
  enter(Phase::handling);
  co_return came;
}

}  // namespace dynatape::net
