#include "proxy/net/session.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <exception>
#include <optional>
#include <utility>

#include "proxy/http/answer.h"
#include "proxy/http/request_id.h"

namespace dynatape::net {
namespace {

constexpr std::size_t kBatchBytes = std::size_t{64} << 10;  // of pipelined answers sent at one go

}  // namespace

Answer answer_of(const std::exception& error) {
  core::Reply reply;
  reply.response = http::response_of({500, std::string("the handler failed: ") + error.what()});
  return reply;
}

void SessionContext::push_soon(Session& session) {
  if (std::ranges::find(unpushed, &session) != unpushed.end()) return;
  unpushed.push_back(&session);
  if (unpushed.size() > 1) return;
  asio::post(loop.context(), [this] {
    for (Session* waiting : std::exchange(unpushed, {})) waiting->push();
  });
}

Session::Session(SessionContext& context, tcp::socket socket)
    : context_(context),
      connection_(context.loop, std::move(socket)),
      parser_({context.options.max_header_bytes, context.options.max_body_bytes}) {}

Session::~Session() {
  std::erase(context_.unpushed, this);
  settle(Sent::lost);
}

core::Task<void> Session::run() {
  if (early()) {
    enter(Phase::handling);
    co_await context_.early->accepted(context_.loop);
    enter(Phase::idle);
  }
  for (bool goes_on = true; goes_on && co_await next_request();) {
    if (parser_.stopped()) {
      goes_on = co_await serve_early();
      continue;
    }
    http::Incoming incoming = parser_.take();
    const Asked asked(incoming);
    enter(Phase::handling);
    if (!connection_.out().empty()) context_.push_soon(*this);
    std::optional<Answer> answer;
    try {
      answer = co_await context_.handler(std::move(incoming.request), context_.loop);
    } catch (const std::exception& error) {
      answer = answer_of(error);
    }
    if (answer->stream) {
      goes_on = co_await send_stream(*std::move(answer), asked);
    } else if (answer->reply.delivery == core::Delivery{}) {
      goes_on = queue(*std::move(answer), asked);
    } else {
      goes_on = co_await deliver(*std::move(answer), asked);
    }
    if (connection_.out().size() > kBatchBytes && !co_await flush()) goes_on = false;
  }
  co_await flush();
  enter(Phase::lingering);
  gave_up_ = false;
  const bool refused = parser_.state() == http::RequestParser::State::refused;
  const bool mid_body = body_end_ == core::Received::End::cut;
  co_await connection_.close(refused || mid_body || !unread_.empty());
}

core::Task<bool> Session::next_request() {
  while (!parse()) {
    if (parser_.state() == http::RequestParser::State::refused) {
      refuse(parser_.refusal());
      co_return false;
    }
    if (parser_.take_expectation()) connection_.out() += http::kContinue;
    if (!co_await flush()) co_return false;
    if (context_.draining && phase_ == Phase::idle) {
      if (!received({{}, connection_.read_now(buffer_)})) co_return false;
    } else if (!received(co_await connection_.read(buffer_))) {
      co_return false;
    }
  }
  co_return true;
}

bool Session::parse() {
  parser_.stop_after_head(early());
  unread_.remove_prefix(parser_.feed(unread_));
  switch (parser_.state()) {
    case http::RequestParser::State::idle:
      enter(Phase::idle);
      break;
    case http::RequestParser::State::head:
      enter(Phase::head);
      break;
    case http::RequestParser::State::body:
      if (parser_.stopped()) return true;
      enter(Phase::transfer);
      break;
    case http::RequestParser::State::complete:
      return true;
    case http::RequestParser::State::refused:
      break;
  }
  return false;
}

bool Session::received(const Completed& read) {
  std::size_t bytes = read.bytes;
  const bool interrupted = read.error == asio::error::operation_aborted;
  // The server stops: what the client sent before it could know is still answered.
  if (interrupted && !gave_up_) bytes = connection_.read_now(buffer_);
  unread_ = {buffer_.data(), bytes};
  if (bytes == 0 && gave_up_ && phase_ == Phase::head) {
    refuse({408, "the head of the request was not whole in time"});
  }
  return bytes > 0;
}

core::Task<bool> Session::flush() {
  const bool sent =
      connection_.write_now() == Connection::Written::all || co_await connection_.flush();
  settle(sent ? Sent::whole : Sent::lost);
  co_return sent;
}

bool Session::queue(Answer answer, const Asked& asked) {
  const bool keep_alive = asked.keep_alive && !context_.draining;
  write(connection_.out(), answer.reply.response, asked, keep_alive);
  if (answer.sent) unsettled_.push_back(std::move(answer.sent));
  return keep_alive;
}

core::Task<bool> Session::deliver(Answer answer, Asked asked) {
  const core::Delivery& plan = answer.reply.delivery;
  const bool keep_alive = asked.keep_alive && !context_.draining;
  std::string bytes;
  write(bytes, answer.reply.response, asked, keep_alive, plan.claimed_encoding);
  const bool sent =
      co_await flush() && co_await net::deliver(connection_, context_.loop, bytes, plan);
  if (answer.sent) answer.sent(sent ? Sent::whole : Sent::lost);
  if (!sent) co_return false;
  if (plan.ending == core::Ending::reset) {
    co_await connection_.reset();
    co_return false;
  }
  if (plan.ending == core::Ending::close) co_return false;
  if (!cuts(plan, bytes.size())) co_return keep_alive;
  // The rest never comes; how long to wait for it is up to the client.
  enter(Phase::transfer);
  co_await connection_.discard();
  co_return false;
}

core::Task<bool> Session::send_stream(Answer answer, Asked asked) {
  const std::unique_ptr<Stream> stream = std::move(answer.stream);
  // HTTP/1.0 knows no chunks: there the connection's end is the body's.
  const bool chunked = !asked.http_1_0;
  const bool keep_alive = chunked && asked.keep_alive && !context_.draining;
  const http::RequestId id(context_.request_ids);
  http::append_streamed_head(connection_.out(), answer.reply.response,
                             {.date = context_.date.now(),
                              .request_id = id.text(),
                              .http_1_0 = asked.http_1_0,
                              .keep_alive = keep_alive});
  if (!co_await flush()) co_return false;
  if (asked.head) co_return keep_alive;
  stream_ = stream.get();
  if (context_.draining) stream_->stop();
  bool sent = true;
  while (sent) {
    const auto piece = co_await stream->next();
    if (!piece) break;
    if (piece->empty()) continue;
    sent = co_await connection_.write(chunked ? http::chunk_of(*piece) : *piece);
  }
  stream_ = nullptr;
  if (sent && chunked) sent = co_await connection_.write(http::kLastChunk);
  co_return sent&& keep_alive && !context_.draining;
}

void Session::refuse(const http::Refusal& refusal) {
  write(connection_.out(), http::response_of(refusal), {}, false);
}

void Session::write(std::string& out, const core::Response& response, const Asked& asked,
                    bool keep_alive, std::string_view claimed_encoding) {
  const http::RequestId id(context_.request_ids);
  http::append_answer(out, response,
                      {.date = context_.date.now(),
                       .request_id = id.text(),
                       .gzip = asked.accepts_gzip,
                       .claimed_encoding = claimed_encoding,
                       .head = asked.head,
                       .http_1_0 = asked.http_1_0,
                       .keep_alive = keep_alive});
}

Session::Phase Session::phase() const { return connection_.blocked() ? Phase::transfer : phase_; }

void Session::give_up() {
  gave_up_ = true;
  connection_.cancel();
}

void Session::end_if_idle() {
  if (phase() == Phase::idle) connection_.cancel();
  if (stream_) stream_->stop();
}

void Session::push() {
  // What fails here fails again, and for good, when the session flushes.
  if (phase() == Phase::handling) connection_.write_now();
}

void Session::settle(Sent sent) {
  for (auto& tell : std::exchange(unsettled_, {})) tell(sent);
}

void Session::enter(Phase phase) {
  if (phase != phase_ || phase == Phase::transfer) ++progress_;
  phase_ = phase;
}

}  // namespace dynatape::net
