#include "emulator/operations/tags.h"

#include <locale.h>
#include <wctype.h>

#include <algorithm>
#include <optional>

namespace dynatape::operations {
namespace {

using model::Outcome;

// What is refused, and how: AWS's answers in ack-api-quirks (October 2026), DDB-TABLE-105 to 108
// and 372. Which of several wrong tags is told is not in it: here the first.

constexpr std::size_t kMaxTags = 50;
constexpr std::size_t kMaxKeyCharacters = 128;
constexpr std::size_t kMaxValueCharacters = 256;

std::unexpected<model::ServiceError> too_many_tags() {
  return model::invalid("Number of Tags exceed the current limit for the provided ResourceArn");
}

/// Takes the first character off valid UTF-8.
char32_t take_character(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  char32_t character = length == 1 ? lead : lead & (0xff >> (length + 1));
  for (std::size_t i = 1; i < std::min(length, text.size()); ++i) {
    character = character << 6 | (static_cast<unsigned char>(text[i]) & 0x3f);
  }
  text.remove_prefix(std::min(length, text.size()));
  return character;
}

/// Letters, digits and blanks of any script, and a few signs.
bool is_allowed(char32_t character) {
  constexpr std::u32string_view kOthers = U"+-=._:/@ \u00a0\u2007\u202f";
  if (kOthers.find(character) != std::u32string_view::npos) return true;
  static const locale_t kUnicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  const auto wide = static_cast<wint_t>(character);
  if (character < 0x80 || kUnicode == nullptr) return iswalnum(wide) != 0;
  return iswalnum_l(wide, kUnicode) != 0 || iswspace_l(wide, kUnicode) != 0;
}

bool is_valid(std::string_view text, std::size_t max_characters) {
  std::size_t characters = 0;
  while (!text.empty()) {
    if (!is_allowed(take_character(text)) || ++characters > max_characters) return false;
  }
  return true;
}

/// "aws:" in any case.
bool is_reserved(std::string_view key) {
  constexpr std::string_view kPrefix = "aws:";
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; };
  return key.size() >= kPrefix.size() &&
         std::ranges::equal(key.substr(0, kPrefix.size()), kPrefix, {}, lower);
}

Outcome<void> check_key(const std::optional<std::string>& key) {
  if (!key || key->empty() || !is_valid(*key, kMaxKeyCharacters)) {
    return model::invalid("The Tag Key provided is invalid, Key: " + key.value_or("null"));
  }
  if (is_reserved(*key))
    return model::invalid("Tag Key cannot be prefixed with aws:, Key: " + *key);
  return {};
}

Outcome<void> check_value(const std::optional<std::string>& value) {
  if (value && is_valid(*value, kMaxValueCharacters)) return {};
  return model::invalid("The Tag Value provided is invalid, Value: " + value.value_or("null"));
}

}  // namespace

Outcome<void> check_tags(const std::vector<TagInput>& tags) {
  std::vector<std::string_view> keys;
  for (const TagInput& tag : tags) {
    if (auto good = check_key(tag.key); !good) return good;
    if (auto good = check_value(tag.value); !good) return good;
    if (std::ranges::find(keys, *tag.key) != keys.end()) {
      return model::invalid("Duplicate Tag Keys provided as input: Duplicate Tag Key found " +
                            *tag.key);
    }
    keys.push_back(*tag.key);
    if (keys.size() > kMaxTags) return too_many_tags();
  }
  return {};
}

Outcome<void> check_tag_keys(const std::vector<std::string>& keys) {
  if (keys.size() > kMaxTags) return too_many_tags();
  for (const std::string& key : keys) {
    if (auto good = check_key(key); !good) return good;
  }
  return {};
}

Outcome<void> add_tags(const std::vector<TagInput>& input, std::vector<model::Tag>& tags) {
  for (const TagInput& tag : input) {
    const auto found = std::ranges::find(tags, *tag.key, &model::Tag::key);
    if (found == tags.end()) {
      tags.push_back({*tag.key, *tag.value});
    } else {
      found->value = *tag.value;
    }
  }
  if (tags.size() > kMaxTags) return too_many_tags();
  return {};
}

}  // namespace dynatape::operations
