#include "emulator/operations/start_key.h"

#include <algorithm>

#include "emulator/storage/key_codec.h"

namespace dynatape::operations {
namespace {

using model::Outcome;

constexpr std::string_view kInvalid = "The provided starting key is invalid";
constexpr std::string_view kMismatch = "The provided key element does not match the schema";

std::size_t key_attribute_count(const ReadSource& source) {
  const model::KeySchema& table = source.table().key;
  std::size_t count = table.hash.size() + table.range.size();
  if (source.index == nullptr) return count;
  for (const auto* part : {&source.key().hash, &source.key().range}) {
    for (const model::AttributeDefinition& attribute : *part) {
      if (table.find(attribute.name) == nullptr) ++count;
    }
  }
  return count;
}

}  // namespace

Outcome<void> check_start_count(const ReadSource& source, const model::Item& start) {
  if (start.size() == key_attribute_count(source)) return {};
  return model::invalid(std::string(kInvalid));
}

Outcome<void> check_start_present(const std::vector<model::AttributeDefinition>& attributes,
                                  const model::Item& start) {
  const bool present = std::ranges::all_of(
      attributes, [&](const auto& attribute) { return start.find(attribute.name) != nullptr; });
  if (present) return {};
  return model::invalid(std::string(kInvalid));
}

Outcome<void> check_start_attributes(const std::vector<model::AttributeDefinition>& attributes,
                                     const model::Item& start) {
  for (const model::AttributeDefinition& attribute : attributes) {
    const model::AttributeValue* value = start.find(attribute.name);
    if (value == nullptr) return model::invalid(std::string(kInvalid));
    if (value->type() != attribute.type) return model::invalid(std::string(kMismatch));
  }
  return {};
}

Outcome<void> check_start_table_key(const ReadSource& source, const model::Item& start) {
  if (storage::table_key(source.table().key, start)) return {};
  return std::unexpected(start_mismatch());
}

model::ServiceError start_mismatch() {
  return {model::ErrorType::validation, std::string(kInvalid).append(": ").append(kMismatch)};
}

}  // namespace dynatape::operations
