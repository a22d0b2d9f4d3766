// Any bytes, in pieces of any size, are requests or a refusal, and the same ones in any pieces.

#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "proxy/http/request_parser.h"

namespace {

using dynatape::http::RequestParser;

struct Read {
  std::vector<dynatape::core::Request> requests;
  dynatape::http::Refusal refusal;

  bool operator==(const Read&) const = default;
};

Read read(std::string_view bytes, std::size_t piece) {
  RequestParser parser({.max_header_bytes = 512, .max_body_bytes = 2048});
  Read result;
  while (!bytes.empty() && parser.state() != RequestParser::State::refused) {
    const std::size_t taken = parser.feed(bytes.substr(0, piece));
    if (taken == 0 && parser.state() != RequestParser::State::refused) std::abort();
    bytes.remove_prefix(taken);
    if (parser.state() == RequestParser::State::complete) {
      result.requests.push_back(parser.take().request);
    }
  }
  result.refusal = parser.refusal();
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (read(bytes, bytes.size()) != read(bytes, 1 + data[0])) std::abort();
  return 0;
}
