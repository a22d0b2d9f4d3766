#include "emulator/expression/placeholders.h"

#include <algorithm>

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

template <class Entries>
model::Outcome<void> check_entries(const std::optional<Entries>& entries,
                                   std::string_view parameter, char sigil) {
  if (!entries) return {};
  if (entries->empty()) return invalid(parameter, " must not be empty");
  for (const auto& entry : *entries) {
    const std::string_view name = key(entry);
    if (!name.empty() && name.front() == sigil && is_word(name.substr(1))) continue;
    return invalid(parameter,
                   " contains invalid key: Syntax error; key: \"" + std::string(name) + "\"");
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
  return check_entries(values_, kValues, ':');
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
