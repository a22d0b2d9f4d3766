#include "emulator/wire/json.h"

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <limits>

namespace dynatape::wire {
namespace {

// Above this, the parser's buffers are given back after the next parse instead of kept.
constexpr std::size_t kKeptCapacity = 1 << 20;

std::int64_t to_integer(double value) {
  constexpr double kLimit = 9.2e18;
  return static_cast<std::int64_t>(std::clamp(value, -kLimit, kLimit));
}

}  // namespace

std::optional<Json> Json::parse(std::string_view text) {
  // One parser per thread: its buffers are what makes parsing free of allocations.
  thread_local auto parser = std::make_unique<simdjson::dom::parser>();
  if (parser->capacity() > kKeptCapacity && text.size() < kKeptCapacity) {
    parser = std::make_unique<simdjson::dom::parser>();
  }
  if (parser->parse(text.data(), text.size()).error() != simdjson::SUCCESS) return std::nullopt;
  return Json(parser->doc.tape.get(), reinterpret_cast<const char*>(parser->doc.string_buf.get()),
              1);
}

Json::Kind Json::kind() const {
  switch (tag()) {
    case '{':
      return Kind::object;
    case '[':
      return Kind::array;
    case '"':
      return Kind::string;
    case 'l':
    case 'u':
      return Kind::integer;
    case 'd':
      return Kind::decimal;
    case 't':
    case 'f':
      return Kind::boolean;
    default:
      return Kind::null;
  }
}

std::int64_t Json::integer() const {
  const std::uint64_t bits = tape_[at_ + 1];
  if (tag() == 'd') return to_integer(std::bit_cast<double>(bits));
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  if (tag() == 'u')
    return bits > static_cast<std::uint64_t>(kMax) ? kMax : static_cast<std::int64_t>(bits);
  return static_cast<std::int64_t>(bits);
}

}  // namespace dynatape::wire
