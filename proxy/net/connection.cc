#include "proxy/net/connection.h"

#include <sys/ioctl.h>

#include <array>
#include <boost/asio/buffer.hpp>

#include "proxy/net/descriptor.h"
#ifdef __linux__
#include <linux/sockios.h>
#endif

namespace dynatape::net {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kKeptBytes = std::size_t{64} << 10;       // of an emptied output buffer
constexpr std::size_t kDiscardedBytes = std::size_t{64} << 20;  // then a closing peer is cut off
constexpr int kResetPolls = 1000;
constexpr core::Duration kResetPoll = 1ms;

}  // namespace

Connection::Connection(IoLoop& loop, tcp::socket socket)
    : loop_(loop), socket_(std::move(socket)), enrolled_(loop, socket_) {
  close_on_exec(socket_.native_handle());
  error_code ignored;  // of a connection that is gone already: its first read will tell
  socket_.non_blocking(true, ignored);
  socket_.set_option(tcp::no_delay(true), ignored);
}

std::size_t Connection::read_now(std::span<char> buffer) {
  error_code error;
  const std::size_t bytes = socket_.read_some(asio::buffer(buffer.data(), buffer.size()), error);
  return error ? 0 : bytes;
}

bool Connection::quiet() {
  char byte = 0;
  error_code error;
  socket_.receive(asio::buffer(&byte, 1), tcp::socket::message_peek, error);
  return error == asio::error::would_block || error == asio::error::try_again;
}

Connection::Written Connection::write_now() {
  while (sent_ < out_.size()) {
    error_code error;
    const std::size_t bytes =
        socket_.write_some(asio::buffer(out_.data() + sent_, out_.size() - sent_), error);
    if (error == asio::error::would_block || error == asio::error::try_again) return Written::some;
    if (error) return Written::failed;
    sent_ += bytes;
    ++progress_;
  }
  sent_ = 0;
  out_.clear();
  if (out_.capacity() > kKeptBytes) out_.shrink_to_fit();
  return Written::all;
}

core::Task<bool> Connection::flush() {
  for (;;) {
    const Written written = write_now();
    if (written != Written::some) co_return written == Written::all;
    blocked_ = true;
    const Completed writable = co_await completion(
        [this](auto done) { socket_.async_wait(tcp::socket::wait_write, std::move(done)); });
    blocked_ = false;
    if (writable.error) co_return false;
  }
}

core::Task<bool> Connection::write(std::string_view bytes) {
  out_ += bytes;
  co_return co_await flush();
}

core::Task<void> Connection::close(bool may_send) {
  error_code ignored;  // the peer may have closed already
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  if (may_send || !quiet()) co_await discard();
  socket_.close(ignored);
}

core::Task<void> Connection::discard() {
  std::array<char, 4096> buffer;
  for (std::size_t discarded = 0; discarded < kDiscardedBytes;) {
    const Completed got = co_await read(buffer);
    if (got.error) co_return;
    discarded += got.bytes;
  }
}

core::Task<void> Connection::reset() {
  // A reset throws away what the peer has not acknowledged.
  for (int polls = 0; polls < kResetPolls && !all_acknowledged(); ++polls) {
    co_await loop_.sleep(kResetPoll);
    if (loop_.hurried()) break;
  }
  error_code ignored;  // the peer may have closed already
  socket_.set_option(tcp::socket::linger(true, 0), ignored);
  socket_.close(ignored);
}

bool Connection::all_acknowledged() {
#ifdef SIOCOUTQ
  int unacknowledged = 0;
  return ::ioctl(socket_.native_handle(), SIOCOUTQ, &unacknowledged) != 0 || unacknowledged == 0;
#else
  return true;
#endif
}

void Connection::cancel() {
  error_code ignored;  // nothing waits, or the socket is closed
  socket_.cancel(ignored);
}

}  // namespace dynatape::net
