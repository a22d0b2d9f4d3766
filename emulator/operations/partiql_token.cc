#include "emulator/operations/partiql_token.h"

#include <chrono>
#include <cstdint>

#include "emulator/wire/base64.h"

namespace dynatape::operations {
namespace {

constexpr std::string_view kMagic = "dt1";
constexpr std::size_t kWord = 8;
constexpr std::size_t kFingerprint = 16;
constexpr std::chrono::hours kLifetime{1};

void append_word(std::string& out, std::uint64_t word) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(word >> shift);
}

std::uint64_t take_word(std::string_view& in) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < kWord; ++i) word = (word << 8U) | static_cast<unsigned char>(in[i]);
  in.remove_prefix(kWord);
  return word;
}

}  // namespace

std::string encode_token(const ReadPosition& position, std::string_view fingerprint,
                         model::TimePoint now) {
  std::string bytes(kMagic);
  bytes += fingerprint;
  append_word(bytes, static_cast<std::uint64_t>(now.time_since_epoch().count()));
  append_word(bytes, position.partition);
  bytes += position.row_key;
  std::string token;
  wire::append_base64(token, bytes);
  return token;
}

model::Outcome<ReadPosition> decode_token(std::string_view token, std::string_view fingerprint,
                                          model::TimePoint now) {
  const auto decoded = wire::decode_base64(token);
  const std::size_t least = kMagic.size() + kFingerprint + 2 * kWord;
  if (!decoded || decoded->size() < least || !decoded->starts_with(kMagic)) {
    return model::invalid("Invalid NextToken");
  }
  std::string_view rest = *decoded;
  rest.remove_prefix(kMagic.size());
  if (rest.substr(0, kFingerprint) != fingerprint) {
    return model::invalid("NextToken does not match request");
  }
  rest.remove_prefix(kFingerprint);
  const model::TimePoint made{
      model::TimePoint::duration(static_cast<std::int64_t>(take_word(rest)))};
  if (now >= made + kLifetime) return model::invalid("Invalid NextToken");
  ReadPosition position;
  position.partition = take_word(rest);
  position.row_key = rest;
  return position;
}

}  // namespace dynatape::operations
