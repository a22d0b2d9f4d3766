#pragma once

// Plain blocking TCP for tests: a client that speaks bytes, and a listener that a test scripts. No
// wait lasts longer than ten seconds; then the test fails with what came so far.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace dynatape::support {

/// How a connection ended, seen from this side.
enum class End { open, closed, reset };

class TcpConnection {
 public:
  /// To 127.0.0.1.
  static TcpConnection to(std::uint16_t port) {
    TcpConnection connection(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(connection.fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("cannot connect to port " + std::to_string(port));
    }
    return connection;
  }

  explicit TcpConnection(int fd) : fd_(fd) {
    const timeval limit{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  TcpConnection(TcpConnection&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)),
        received_(std::move(other.received_)),
        end_(other.end_) {}
  TcpConnection& operator=(TcpConnection&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(received_, other.received_);
    std::swap(end_, other.end_);
    return *this;
  }
  ~TcpConnection() { close(); }

  /// Sends all of `bytes`; false where the peer is gone.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void end_sending() { ::shutdown(fd_, SHUT_WR); }

  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  /// Ends the connection with a reset.
  void reset() {
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
  }

  /// The bytes up to and with `end`; takes them off.
  std::string read_to(std::string_view end) {
    while (received_.find(end) == std::string::npos && receive()) continue;
    const auto found = received_.find(end);
    if (found == std::string::npos) throw std::runtime_error("never came; only: " + received_);
    return take(found + end.size());
  }

  /// One HTTP message with a Content-Length, or without a body.
  std::string read_message() {
    std::string head = read_to("\r\n\r\n");
    static constexpr std::string_view kLength = "\r\nContent-Length: ";
    const auto length = head.find(kLength);
    if (length == std::string::npos) return head;
    const std::size_t bytes = std::stoul(head.substr(length + kLength.size()));
    while (received_.size() < bytes && receive()) continue;
    return head + take(bytes);
  }

  /// All bytes to the connection's end.
  std::string read_all() {
    while (receive()) continue;
    return take(received_.size());
  }

  /// How the connection has ended, as far as reading went.
  [[nodiscard]] End end() const { return end_; }

  /// Whether the peer sends or ends anything within `milliseconds`.
  [[nodiscard]] bool readable_within(int milliseconds) const {
    pollfd wanted{.fd = fd_, .events = POLLIN, .revents = 0};
    return ::poll(&wanted, 1, milliseconds) == 1;
  }

 private:
  bool receive() {
    std::array<char, 4096> buffer;
    const ssize_t received = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (received > 0) {
      received_.append(buffer.data(), static_cast<std::size_t>(received));
      return true;
    }
    if (received < 0 && errno != ECONNRESET) {
      throw std::runtime_error("nothing more came; only: " + received_);
    }
    end_ = received == 0 ? End::closed : End::reset;
    return false;
  }

  std::string take(std::size_t bytes) {
    std::string taken = received_.substr(0, bytes);
    received_.erase(0, bytes);
    return taken;
  }

  int fd_;
  std::string received_;
  End end_ = End::open;
};

/// Listens on a free port of 127.0.0.1.
class TcpListener {
 public:
  TcpListener() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(fd_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(fd_, 16) != 0 ||
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("cannot listen");
    }
    port_ = ntohs(address.sin_port);
  }
  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;
  ~TcpListener() { close(); }

  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// Whether anybody connects within `milliseconds`.
  [[nodiscard]] bool called_within(int milliseconds) const {
    pollfd wanted{.fd = fd_, .events = POLLIN, .revents = 0};
    return ::poll(&wanted, 1, milliseconds) == 1;
  }
  /// The next connection.
  TcpConnection accept() {
    if (!called_within(10'000)) throw std::runtime_error("nobody connected");
    return TcpConnection(::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC));
  }

 private:
  int fd_;
  std::uint16_t port_ = 0;
};

}  // namespace dynatape::support
