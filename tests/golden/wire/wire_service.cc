// The emulator behind the HTTP port: every answer of the golden tests comes over one kept-alive
// connection to a server, whose headers are checked on the way.

#include <catch2/catch.hpp>
#include <optional>

#include "core/digest.h"
#include "core/operation.h"
#include "proxy/application.h"
#include "proxy/options.h"
#include "tests/golden/case.h"
#include "tests/support/tcp.h"

namespace dynatape::golden {
namespace {

/// A server on a free port and the only connection to it.
class Server {
 public:
  explicit Server(emulator::Options emulator) : application_(started(emulator)) {
    const std::string& url = application_->url();
    const auto port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    connection_.emplace(support::TcpConnection::to(port));
  }

  std::string exchange(std::string_view request) {
    if (!connection_->send(request)) throw std::runtime_error("the connection is gone");
    return connection_->read_message();
  }

  /// Another access key for each: an account has databases of its own.
  std::string new_account() { return "GOLDEN" + std::to_string(++accounts_); }

 private:
  static std::unique_ptr<proxy::Application> started(emulator::Options emulator) {
    proxy::ProxyOptions options;
    options.listen.port = 0;
    options.emulator = emulator;
    options.clock = {core::TimePoint(kNow), 0};
    options.threads = 1;
    auto application = proxy::Application::create(options);
    if (!application) throw std::runtime_error(application.error().message);
    (*application)->start();
    return std::move(*application);
  }

  std::unique_ptr<proxy::Application> application_;
  std::optional<support::TcpConnection> connection_;
  int accounts_ = 0;
};

/// One server for all cases with the same options, to the end of the process.
Server& server_of(emulator::Options options) {
  static std::vector<std::pair<emulator::Options, std::unique_ptr<Server>>> servers;
  for (const auto& [known, server] : servers) {
    if (known == options) return *server;
  }
  return *servers.emplace_back(options, std::make_unique<Server>(options)).second;
}

std::string http_request(const std::string& account, const std::string& operation,
                         const std::string& body) {
  const core::Operation* const known = core::find_operation(operation);
  const auto service = known != nullptr ? known->service : core::Service::dynamodb;
  return "POST / HTTP/1.1\r\nHost: dynamodb.us-east-1.amazonaws.com\r\n"
         "Content-Type: application/x-amz-json-1.0\r\nX-Amz-Target: " +
         std::string(core::target_prefix(service)) + "." + operation +
         "\r\nX-Amz-Date: 20260921T141320Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential=" +
         account +
         "/20260921/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=unverified\r\n"
         "Content-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// The value of a header that stands in `head` once.
std::string header(std::string_view head, std::string_view name) {
  const std::string line = "\r\n" + std::string(name) + ": ";
  const auto at = head.find(line);
  if (at == std::string_view::npos || head.find(line, at + 1) != std::string_view::npos) return {};
  const auto value = head.substr(at + line.size());
  return std::string(value.substr(0, value.find("\r\n")));
}

emulator::Answer checked_answer(const std::string& message) {
  const auto split = message.find("\r\n\r\n") + 4;
  const std::string head = message.substr(0, split);
  emulator::Answer answer{std::stoi(message.substr(9, 3)), message.substr(split)};
  INFO(head);
  CHECK(head.starts_with("HTTP/1.1 "));
  CHECK(header(head, "Content-Type") == "application/x-amz-json-1.0");
  CHECK(header(head, "x-amz-crc32") == std::to_string(core::crc32(answer.body)));
  CHECK(header(head, "x-amzn-RequestId").size() == 52);
  CHECK(header(head, "Date") == "Mon, 21 Sep 2026 14:13:20 GMT");
  CHECK(header(head, "Content-Length") == std::to_string(answer.body.size()));
  return answer;
}

class WireService final : public Service {
 public:
  explicit WireService(Server& server) : server_(server), account_(server.new_account()) {}

  emulator::Answer call(const std::string& operation, const std::string& body) override {
    return checked_answer(server_.exchange(http_request(account_, operation, body)));
  }

 private:
  Server& server_;
  std::string account_;
};

}  // namespace

std::unique_ptr<Service> make_service(emulator::Options options) {
  return std::make_unique<WireService>(server_of(options));
}

}  // namespace dynatape::golden
