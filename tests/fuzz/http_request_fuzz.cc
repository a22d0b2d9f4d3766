// Any bytes, in pieces of any size, are requests or a refusal, and the same ones in any pieces.

#include <cstddef>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "proxy/http/request_parser.h"
#include "tests/fuzz/target.h"

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

void dynatape::fuzz::try_input(std::string_view input) {
  if (input.empty()) return;
  const std::string_view bytes = input.substr(1);
  const std::size_t piece = 1 + static_cast<unsigned char>(input.front());
  if (read(bytes, bytes.size()) != read(bytes, piece)) std::abort();
}
