#include "emulator/operations/shard_iterator.h"

#include <charconv>

#include "emulator/wire/base64.h"

namespace dynatape::operations {
namespace {

constexpr std::string_view kVersion = "|1|";

/// Takes a whole number and the separator after it off the front of `text`.
template <class T>
bool take_number(std::string_view& text, T& out) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto [stop, error] = std::from_chars(begin, end, out);
  if (error != std::errc{} || stop == end || *stop != '|') return false;
  text.remove_prefix(static_cast<std::size_t>(stop - begin) + 1);
  return true;
}

}  // namespace

std::string ShardIterator::text() const {
  std::string inner = std::to_string(position) + "|" +
                      std::to_string(issued.time_since_epoch().count()) + "|" + shard;
  std::string out = stream_arn;
  out += kVersion;
  wire::append_base64(out, inner);
  return out;
}

std::optional<ShardIterator> ShardIterator::parse(const std::string& text) {
  const auto at = text.find(kVersion);
  if (at == std::string::npos) return std::nullopt;
  const auto inner = wire::decode_base64(std::string_view(text).substr(at + kVersion.size()));
  if (!inner) return std::nullopt;
  ShardIterator iterator;
  iterator.stream_arn = text.substr(0, at);
  std::string_view rest = *inner;
  std::int64_t issued = 0;
  if (!take_number(rest, iterator.position) || !take_number(rest, issued)) return std::nullopt;
  iterator.issued = model::TimePoint(std::chrono::microseconds(issued));
  iterator.shard = rest;
  return iterator;
}

}  // namespace dynatape::operations
