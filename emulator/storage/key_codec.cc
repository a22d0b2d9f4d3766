#include "emulator/storage/key_codec.h"

// MD5 orders partitions here and protects nothing. The old interface is the fast one: the new one
// spends more on looking the algorithm up than on the hash.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/md5.h>

#include <algorithm>
#include <array>
#include <vector>

namespace dynatape::storage {
namespace {

// Strings and binaries end with 00 01; a 00 inside is written 00 FF, which sorts after the end.
constexpr char kEscape = '\0';
constexpr char kEscapedZero = '\xff';
constexpr char kEnd = '\1';
constexpr std::size_t kHashBytes = sizeof(std::uint64_t);

using model::AttributeDefinition;
using model::AttributeValue;
using model::Item;
using model::ItemView;
using model::KeySchema;
using model::ValueView;

void append_escaped(std::string& out, std::string_view bytes) {
  for (std::size_t zero = bytes.find('\0'); zero != std::string_view::npos;
       zero = bytes.find('\0')) {
    out.append(bytes.substr(0, zero));
    out.push_back(kEscape);
    out.push_back(kEscapedZero);
    bytes.remove_prefix(zero + 1);
  }
  out.append(bytes);
}

/// The bytes of a string or a binary value.
std::string_view raw_bytes(const AttributeValue& value) {
  if (const auto* text = value.get<std::string>()) return *text;
  if (const auto* binary = value.get<model::Binary>()) return binary->bytes;
  return {};
}

void append_big_endian(std::string& out, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(number >> shift));
}

/// The least string greater than every string that begins with `prefix`; empty where there is none.
std::string after_prefix(std::string_view prefix) {
  const std::size_t last = prefix.find_last_not_of('\xff');
  if (last == std::string_view::npos) return {};
  std::string next(prefix.substr(0, last + 1));
  next.back() = static_cast<char>(static_cast<unsigned char>(next.back()) + 1);
  return next;
}

KeyRange prefix_range(std::string prefix) {
  std::string upper = after_prefix(prefix);
  return {std::move(prefix), std::move(upper)};
}

std::string_view raw_bytes(const ValueView& value) { return value.text(); }

void append_number(std::string& out, const AttributeValue& value) {
  value.get<model::Number>()->append_sortable(out);
}
void append_number(std::string& out, const ValueView& value) {
  value.number().append_sortable(out);
}

/// `Value` is an AttributeValue or a ValueView, `Item` an Item or an ItemView.
template <class Value>
void append_value(std::string& out, const Value& value) {
  if (value.type() == model::Type::n) {
    append_number(out, value);
    return;
  }
  append_escaped(out, raw_bytes(value));
  out.push_back(kEscape);
  out.push_back(kEnd);
}

/// Appends the values of `part`, or returns false where one is missing or of another type.
template <class Item>
bool append_part(std::string& out, const std::vector<AttributeDefinition>& part, const Item& item) {
  for (const AttributeDefinition& attribute : part) {
    const auto value = item.find(attribute.name);
    if (!value || value->type() != attribute.type) return false;
    append_value(out, *value);
  }
  return true;
}

/// Puts the hash of a partition's attributes before them; they begin at `start` after 8 bytes of
/// room. A single string or binary is hashed as it is, as the service does.
template <class Value>
void set_partition_hash(std::string& out, std::size_t start, const Value* only) {
  std::string_view hashed = std::string_view(out).substr(start + kHashBytes);
  if (only != nullptr && only->type() != model::Type::n) hashed = raw_bytes(*only);
  const std::uint64_t hash = partition_hash(hashed);
  for (std::size_t i = 0; i < kHashBytes; ++i) {
    out[start + i] = static_cast<char>(hash >> (8 * (kHashBytes - 1 - i)));
  }
}

template <class Item>
bool append_key(std::string& out, const KeySchema& schema, const Item& item) {
  const std::size_t start = out.size();
  out.append(kHashBytes, '\0');
  if (!append_part(out, schema.hash, item)) return false;
  const auto first = item.find(schema.hash.front().name);
  const bool single = first && schema.hash.size() == 1;
  set_partition_hash(out, start, single ? &*first : nullptr);
  return append_part(out, schema.range, item);
}

template <class Item>
std::optional<std::string> make_table_key(const KeySchema& schema, const Item& item) {
  std::string key;
  if (!append_key(key, schema, item)) return std::nullopt;
  return key;
}

template <class Item>
std::optional<std::string> make_index_key(const KeySchema& index, const KeySchema& table,
                                          const Item& item) {
  std::string key;
  if (!append_key(key, index, item) || !append_part(key, table.hash, item) ||
      !append_part(key, table.range, item)) {
    return std::nullopt;
  }
  return key;
}

}  // namespace

std::uint64_t partition_hash(std::string_view partition_key_bytes) {
  constexpr std::string_view kSalt = "Outliers";
  std::array<unsigned char, MD5_DIGEST_LENGTH> digest;
  MD5_CTX context;
  MD5_Init(&context);
  MD5_Update(&context, kSalt.data(), kSalt.size());
  MD5_Update(&context, partition_key_bytes.data(), partition_key_bytes.size());
  MD5_Final(digest.data(), &context);
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < sizeof hash; ++i) hash = hash << 8 | digest[i];
  return hash;
}

void append_key_value(std::string& out, const AttributeValue& value) { append_value(out, value); }
void append_key_value(std::string& out, const ValueView& value) { append_value(out, value); }

std::optional<std::string> table_key(const KeySchema& schema, const Item& item) {
  return make_table_key(schema, item);
}
std::optional<std::string> table_key(const KeySchema& schema, ItemView item) {
  return make_table_key(schema, item);
}

std::optional<std::string> index_key(const KeySchema& index, const KeySchema& table,
                                     const Item& item) {
  return make_index_key(index, table, item);
}
std::optional<std::string> index_key(const KeySchema& index, const KeySchema& table,
                                     ItemView item) {
  return make_index_key(index, table, item);
}

KeyRange partition_range(std::span<const AttributeValue> values) {
  std::string prefix(kHashBytes, '\0');
  for (const AttributeValue& value : values) append_value(prefix, value);
  set_partition_hash(prefix, 0, values.size() == 1 ? values.data() : nullptr);
  return prefix_range(std::move(prefix));
}

KeyRange sort_range(const KeyRange& partition, std::span<const AttributeValue> equals,
                    SortComparison comparison, const AttributeValue& first,
                    const AttributeValue* second) {
  std::string base = partition.lower;
  for (const AttributeValue& value : equals) append_key_value(base, value);
  KeyRange within = prefix_range(base);
  std::string exact = base;
  append_key_value(exact, first);
  switch (comparison) {
    case SortComparison::equal:
      return prefix_range(std::move(exact));
    case SortComparison::less:
      return {within.lower, std::move(exact)};
    case SortComparison::less_equal:
      return {within.lower, after_prefix(exact)};
    case SortComparison::greater:
      return {after_prefix(exact), within.upper};
    case SortComparison::greater_equal:
      return {std::move(exact), within.upper};
    case SortComparison::begins_with: {
      std::string prefix = std::move(base);
      append_escaped(prefix, raw_bytes(first));
      return prefix_range(std::move(prefix));
    }
    case SortComparison::between: {
      std::string last = within.lower;
      append_key_value(last, *second);
      return {std::move(exact), after_prefix(last)};
    }
  }
  return within;
}

KeyRange segment_range(std::uint32_t segment, std::uint32_t total) {
  const auto boundary = [total](std::uint64_t number) {
    std::string key;
    if (number > 0 && number < total) {
      const auto hashes = static_cast<unsigned __int128>(1) << 64;
      append_big_endian(key, static_cast<std::uint64_t>((hashes * number + total - 1) / total));
    }
    return key;
  };
  return {boundary(segment), boundary(std::uint64_t{segment} + 1)};
}

KeyRange after(std::string_view key) { return {std::string(key) + '\0', {}}; }

KeyRange KeyRange::intersect(const KeyRange& other) const {
  const bool other_ends_first = !other.upper.empty() && (upper.empty() || other.upper < upper);
  return {std::max(lower, other.lower), other_ends_first ? other.upper : upper};
}

}  // namespace dynatape::storage
