// The performance floor: answers every request with one fixed body of about 1 KB over the same road
// as the proxy, with nothing behind it.
//
// usage: dynatape_echo [--threads N] [--bytes N] [--ready-file FILE]
// Prints its port on standard output, or into FILE; ends on SIGTERM and SIGINT.

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <string>

#include "core/clock.h"
#include "proxy/net/server.h"

namespace {

using dynatape::core::Loop;
using dynatape::core::Reply;
using dynatape::core::Request;
using dynatape::core::Task;
using dynatape::net::Answer;
using dynatape::net::Server;
using dynatape::net::ServerOptions;

std::string item_of(std::size_t bytes) {
  std::string body = R"({"Item":{"id":{"S":"floor"},"payload":{"S":")";
  const std::string end = R"("}}})";
  if (body.size() + end.size() < bytes) body.append(bytes - body.size() - end.size(), 'x');
  return body + end;
}

Task<Answer> answer(const std::string& body) {
  Reply reply;
  reply.response.headers.add("Content-Type", "application/x-amz-json-1.0");
  reply.response.body = body;
  co_return reply;
}

int fail(const std::string& message) {
  std::cerr << "dynatape_echo: " << message << '\n';
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  std::map<std::string, std::string> given = {
      {"--threads", "0"}, {"--bytes", "1024"}, {"--ready-file", ""}};
  for (int i = 1; i < argc; i += 2) {
    if (!given.contains(argv[i]) || i + 1 == argc) {
      return fail("usage: dynatape_echo [--threads N] [--bytes N] [--ready-file FILE]");
    }
    given[argv[i]] = argv[i + 1];
  }
  const std::string body = item_of(std::strtoul(given["--bytes"].c_str(), nullptr, 10));
  ServerOptions options;
  options.threads = static_cast<unsigned>(std::strtoul(given["--threads"].c_str(), nullptr, 10));
  const dynatape::core::SystemClock clock;
  auto server =
      Server::listen(options, clock, [&body](const Request&, Loop&) { return answer(body); });
  if (!server) return fail(server.error().message);
  (*server)->stop_on({SIGTERM, SIGINT});
  const std::string port = std::to_string((*server)->port()) + "\n";
  if (given["--ready-file"].empty()) {
    std::cout << port << std::flush;
  } else {
    std::ofstream(given["--ready-file"]) << port;
  }
  (*server)->run();
}
