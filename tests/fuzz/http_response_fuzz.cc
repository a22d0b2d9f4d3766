// Any bytes are an answer or a failure with a reason, and the same in any pieces.

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "proxy/http/client.h"
#include "tests/fuzz/target.h"

namespace {

using dynatape::http::ResponseParser;

std::pair<dynatape::core::Response, std::string> read(std::string_view bytes, std::size_t piece) {
  ResponseParser parser({.max_header_bytes = 512, .max_body_bytes = 2048}, false);
  while (!bytes.empty() && parser.state() == ResponseParser::State::reading) {
    const std::size_t taken = parser.feed(bytes.substr(0, piece));
    if (taken == 0 && parser.state() == ResponseParser::State::reading) std::abort();
    bytes.remove_prefix(taken);
  }
  parser.finish();
  if (parser.state() == ResponseParser::State::reading) std::abort();
  if (parser.state() == ResponseParser::State::failed && parser.failure().empty()) std::abort();
  std::string failure = parser.failure();
  return {parser.take(), std::move(failure)};
}

}  // namespace

void dynatape::fuzz::try_input(std::string_view input) {
  if (input.empty()) return;
  const std::string_view bytes = input.substr(1);
  const std::size_t piece = 1 + static_cast<unsigned char>(input.front());
  if (read(bytes, std::max<std::size_t>(bytes.size(), 1)) != read(bytes, piece)) std::abort();
}
