#include "emulator/wire/constraint.h"

#include <algorithm>

namespace dynatape::wire {
namespace {

/// The service lists no more violations than these.
constexpr std::size_t kMaxReported = 10;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

/// Lengths count characters (UTF-16 units would differ only outside what names may hold).
std::int64_t length_of(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; });
}

/// "KeySchema" as the messages print it: "keySchema".
std::string camel(std::string_view name) {
  std::string text{name};
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] + 32);
  return text;
}

std::string quoted(std::string_view value) { return "'" + std::string(value) + "'"; }

}  // namespace

bool EnumSet::contains(std::string_view value) const {
  std::string_view rest = printed;
  while (!rest.empty()) {
    rest.remove_prefix(1);  // '[' or ' ' or, at the end, ']'
    const auto end = rest.find_first_of(",]");
    if (end == std::string_view::npos) return false;
    if (rest.substr(0, end) == value) return true;
    rest.remove_prefix(end + 1);
  }
  return false;
}

std::string Path::print() const {
  if (step_ == Step::root) return {};
  std::string text = parent_->print();
  switch (step_) {
    case Step::member:
      if (!text.empty()) text += '.';
      return text + camel(name_);
    case Step::element:
      return text + "." + std::to_string(number_) + ".member";
    default:
      return text + "." + std::string(name_) + ".member";
  }
}

void Violations::missing(const Path& path) { violate("null", path, "Member must not be null"); }

void Violations::check(const std::string& value, const Constraint& constraint, const Path& path) {
  if (constraint.pattern == Pattern::name && !std::ranges::all_of(value, is_name_character)) {
    violate(quoted(value), path, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
  }
  if (constraint.min || constraint.max) {
    const std::int64_t length = length_of(value);
    if (constraint.min && length < *constraint.min) too_short(value, *constraint.min, path);
    if (constraint.max && length > *constraint.max) too_long(value, *constraint.max, path);
  }
  const EnumSet& one_of = constraint.one_of;
  if (one_of.printed.empty() || one_of.contains(value)) return;
  constexpr std::string_view kDemand = "Member must satisfy enum value set: ";
  if (wording_ == Wording::newer && !one_of.nameless.empty()) {
    add("Failed to satisfy constraint: " + std::string(kDemand) + std::string(one_of.nameless));
  } else {
    violate(quoted(value), path, std::string(kDemand) + std::string(one_of.printed));
  }
}

void Violations::check(std::int64_t value, const Constraint& constraint, const Path& path) {
  if (constraint.min && value < *constraint.min) {
    violate(quoted(std::to_string(value)), path,
            "Member must have value greater than or equal to " + std::to_string(*constraint.min));
  }
  if (constraint.max && value > *constraint.max) {
    violate(quoted(std::to_string(value)), path,
            "Member must have value less than or equal to " + std::to_string(*constraint.max));
  }
}

void Violations::too_short(std::string_view value, std::int64_t min, const Path& path) {
  violate(quoted(value), path,
          "Member must have length greater than or equal to " + std::to_string(min));
}

void Violations::too_long(std::string_view value, std::int64_t max, const Path& path) {
  violate(quoted(value), path,
          "Member must have length less than or equal to " + std::to_string(max));
}

void Violations::violate(std::string_view value, const Path& path, std::string_view demand) {
  std::string text = "Value ";
  text += value;
  text += " at '";
  text += path.print();
  text += "' failed to satisfy constraint: ";
  text += demand;
  texts_.push_back(std::move(text));
}

model::ServiceError Violations::error() const {
  const std::size_t count = std::min(texts_.size(), kMaxReported);
  std::string message = std::to_string(count);
  message += count == 1 ? " validation error detected: " : " validation errors detected: ";
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) message += "; ";
    message += texts_[i];
  }
  return {model::ErrorType::validation, std::move(message)};
}

}  // namespace dynatape::wire
