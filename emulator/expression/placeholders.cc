#include "emulator/expression/placeholders.h"

#include <algorithm>

#include "emulator/expression/limits.h"
#include "emulator/model/attribute_name.h"

namespace dynatape::expression {

namespace {

constexpr std::string_view kNames = "ExpressionAttributeNames";
constexpr std::string_view kValues = "ExpressionAttributeValues";

bool is_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::string_view key(const std::pair<std::string, std::string>& entry) { return entry.first; }
std::string_view key(const model::Attribute& entry) { return entry.name; }

std::unexpected<model::ServiceError> invalid(std::string_view parameter, std::string_view why) {
  return model::invalid(std::string(parameter).append(why));
}

std::size_t size_bytes(const std::pair<std::string, std::string>& entry) {
  return entry.first.size() + entry.second.size();
}
std::size_t size_bytes(const model::Attribute& entry) {
  return entry.name.size() + model::size_bytes(entry.value);
}

template <class Entries>
std::size_t size_bytes(const std::optional<Entries>& entries) {
  std::size_t bytes = 0;
  if (entries) {
    for (const auto& entry : *entries) bytes += size_bytes(entry);
  }
  return bytes;
}

// How a key that is too long and an empty name are told: AWS's answers to GetItem and Scan in
// us-east-1, which ExtendDB/extenddb#181 captured (2026); the length of a key in values is not
// told. How too many bytes are told: the checks of AWS's DAX client, amazon-dax-client for
// JavaScript.

model::Outcome<void> check_name(const std::pair<std::string, std::string>& entry) {
  const auto& [placeholder, name] = entry;
  if (name.empty()) {
    return invalid(kNames, " contains invalid value: Empty attribute name for key " + placeholder);
  }
  if (name.size() > model::kMaxAttributeNameBytes)
    return model::invalid(model::kAttributeNameTooLarge);
  return {};
}
model::Outcome<void> check_name(const model::Attribute&) { return {}; }

template <class Entry>
model::Outcome<void> check_entry(const Entry& entry, std::string_view parameter, char sigil) {
  const std::string_view name = key(entry);
  if (name.size() > kMaxPlaceholderBytes) {
    std::string why =
        " contains invalid key: The expression attribute map contains a key that is too long;";
    if (parameter == kNames) why += " size of key: " + std::to_string(name.size());
    return invalid(parameter, why);
  }
  if (name.empty() || name.front() != sigil || !is_word(name.substr(1))) {
    return invalid(parameter,
                   " contains invalid key: Syntax error; key: \"" + std::string(name) + "\"");
  }
  return check_name(entry);
}

template <class Entries>
model::Outcome<void> check_entries(const std::optional<Entries>& entries,
                                   std::string_view parameter, char sigil) {
  if (!entries) return {};
  if (entries->empty()) return invalid(parameter, " must not be empty");
  if (size_bytes(entries) > kMaxSubstitutionBytes) {
    return invalid(parameter, " exceeds max size");
  }
  for (const auto& entry : *entries) {
    if (auto good = check_entry(entry, parameter, sigil); !good) return good;
  }
  return {};
}

template <class Entries>
model::Outcome<void> check_used(const std::optional<Entries>& entries,
                                const std::vector<bool>& used, std::string_view parameter) {
  std::string unused;
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i]) continue;
    if (!unused.empty()) unused += ", ";
    unused += key(*(entries->begin() + static_cast<std::ptrdiff_t>(i)));
  }
  if (unused.empty()) return {};
  std::string error = "Value provided in ";
  error.append(parameter).append(" unused in expressions: keys: {").append(unused) += '}';
  return model::invalid(std::move(error));
}

/// Where `name` stands among sorted entries; their count if it does not.
template <class Entries>
std::size_t position(const Entries& entries, std::string_view name) {
  const auto found = std::lower_bound(
      entries.begin(), entries.end(), name,
      [](const auto& entry, std::string_view wanted) { return key(entry) < wanted; });
  const bool here = found != entries.end() && key(*found) == name;
  return static_cast<std::size_t>((here ? found : entries.end()) - entries.begin());
}

}  // namespace

Placeholders::Placeholders(std::optional<Names> names, std::optional<Values> values)
    : names_(std::move(names)), values_(std::move(values)) {
  if (names_) {
    std::ranges::sort(*names_);
    names_used_.resize(names_->size());
  }
  if (values_) values_used_.resize(values_->size());
}

model::Outcome<void> Placeholders::check_allowed(bool names, bool values,
                                                 std::string_view why) const {
  const std::string refusal = " can only be specified when using expressions";
  if (names_ && !names) return invalid(kNames, refusal);
  if (values_ && !values) return invalid(kValues, std::string(refusal).append(why));
  return {};
}

model::Outcome<void> Placeholders::check_keys() const {
  const auto names = check_entries(names_, kNames, '#');
  if (!names) return names;
  const auto values = check_entries(values_, kValues, ':');
  if (!values) return values;
  if (size_bytes(names_) + size_bytes(values_) > kMaxSubstitutionBytes) {
    return model::invalid(
        "Combined size of ExpressionAttributeNames and ExpressionAttributeValues exceeds max size");
  }
  return {};
}

model::Outcome<void> Placeholders::check(bool has_expressions) const {
  const auto allowed = check_allowed(has_expressions, has_expressions);
  if (!allowed) return allowed;
  return check_keys();
}

const std::string* Placeholders::name(std::string_view placeholder) {
  const std::size_t at = names_ ? position(*names_, placeholder) : 0;
  if (at >= names_used_.size()) return nullptr;
  names_used_[at] = true;
  return &(*names_)[at].second;
}

const model::AttributeValue* Placeholders::value(std::string_view placeholder) {
  const std::size_t at = values_ ? position(*values_, placeholder) : 0;
  if (at >= values_used_.size()) return nullptr;
  values_used_[at] = true;
  return &(values_->begin() + at)->value;
}

model::Outcome<void> Placeholders::check_all_used() const {
  const auto names = check_used(names_, names_used_, kNames);
  if (!names) return names;
  return check_used(values_, values_used_, kValues);
}

}  // namespace dynatape::expression
