#pragma once

// One TCP connection as bytes: reads without waiting for more than it needs, writes at once where
// the socket takes it, and ends in order or by reset. For .cc files of this folder only, because
// Asio is heavy.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/task.h"
#include "proxy/net/await.h"
#include "proxy/net/delivery.h"
#include "proxy/net/io_loop.h"

namespace dynatape::net {

class Connection final : public ByteSink {
 public:
  Connection(IoLoop& loop, tcp::socket socket);

  /// `co_await`s bytes into `buffer`, which lives until then; ends with an error where the peer has
  /// closed or cancel() was called.
  [[nodiscard]] auto read(std::span<char> buffer) {
    return completion([this, buffer](auto done) {
      socket_.async_read_some(asio::buffer(buffer.data(), buffer.size()), std::move(done));
    });
  }
  /// Reads what has come already; 0 for nothing and for the peer's end.
  [[nodiscard]] std::size_t read_now(std::span<char> buffer);

  /// Nothing has come and the peer has not closed, as between two requests it should be.
  [[nodiscard]] bool quiet();

  /// What is to be sent: append to it, then flush.
  [[nodiscard]] std::string& out() { return out_; }

  enum class Written { all, some, failed };
  /// Sends as much of out() as the socket takes without waiting.
  Written write_now();
  /// Sends all of out(); false where the peer is gone. Cheap where it need not wait: try
  /// write_now() first.
  [[nodiscard]] core::Task<bool> flush();
  /// Sends `bytes` alone; out() must be empty.
  [[nodiscard]] core::Task<bool> write(std::string_view bytes) override;

  /// Ends the connection in order. Where the peer has sent more or `may_send` more, reads that to
  /// the peer's end first: unread bytes would turn the end into a reset, which overtakes answers.
  [[nodiscard]] core::Task<void> close(bool may_send);
  /// Reads to the peer's end or cancel(), and throws away what comes.
  [[nodiscard]] core::Task<void> discard();
  /// Ends the connection with a reset, once the peer has what was sent.
  [[nodiscard]] core::Task<void> reset();

  /// Ends what waits for the peer.
  void cancel();

  /// Grows whenever bytes go out.
  [[nodiscard]] std::uint64_t progress() const { return progress_; }
  /// Waits until the peer takes more.
  [[nodiscard]] bool blocked() const { return blocked_; }

 private:
  [[nodiscard]] bool all_acknowledged();

  IoLoop& loop_;
  tcp::socket socket_;
  IoLoop::Enrolled enrolled_;
  std::string out_;
  std::size_t sent_ = 0;  ///< how much of out_ has gone
  std::uint64_t progress_ = 0;
  bool blocked_ = false;
};

}  // namespace dynatape::net
