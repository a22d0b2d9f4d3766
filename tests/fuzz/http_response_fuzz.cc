// Any bytes are an answer or a failure with a reason, and the same in any pieces.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "proxy/http/client.h"

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

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (read(bytes, std::max<std::size_t>(bytes.size(), 1)) != read(bytes, 1 + data[0])) std::abort();
  return 0;
}
