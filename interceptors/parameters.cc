#include "interceptors/parameters.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "interceptors/rewritten_call.h"
#include "interceptors/table_name.h"

namespace dynatape::interceptors {
namespace {

using nlohmann::ordered_json;

/// The service names members in its messages with a small first letter.
std::string path_of(std::string_view name) {
  std::string path(name);
  if (!path.empty() && path[0] >= 'A' && path[0] <= 'Z') path[0] = static_cast<char>(path[0] + 32);
  return path;
}

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

/// What the service calls a JSON value that it cannot convert.
std::string_view kind_of(const ordered_json& value) {
  if (value.is_string()) return "STRING_VALUE";
  if (value.is_number_float()) return "DECIMAL_VALUE";
  if (value.is_number()) return "NUMBER_VALUE";
  if (value.is_boolean()) return value.get<bool>() ? "TRUE_VALUE" : "FALSE_VALUE";
  return {};
}

std::string cannot_convert(const ordered_json& value, std::string_view wanted) {
  const bool nested = wanted == "Structure" || wanted == "List";
  if (nested && !value.is_structured()) return "Unexpected field type";
  if (!nested && value.is_array()) {
    return "Unrecognized collection type class java.lang." + std::string(wanted);
  }
  if (wanted == "Boolean" && value.is_string()) return "Unexpected token received from parser";
  const auto kind = kind_of(value);
  if (kind.empty()) return "Start of structure or map found where not expected";
  return std::string(kind) + " cannot be converted to " + std::string(wanted);
}

/// The service takes some texts for booleans.
std::optional<bool> meant_by(std::string_view text) {
  if (text == "true" || text == "yes" || text == "1") return true;
  if (text == "false" || text == "no" || text == "0") return false;
  return std::nullopt;
}

/// Whether `value` is one of "[A, B]".
bool stands_in(std::string_view set, std::string_view value) {
  set = set.substr(1, set.size() - 2);
  while (!set.empty()) {
    const auto end = set.find(", ");
    if (set.substr(0, end) == value) return true;
    if (end == std::string_view::npos) return false;
    set.remove_prefix(end + 2);
  }
  return false;
}

}  // namespace

Parameters::Parameters(const core::Exchange& exchange)
    : params_(rewritable(exchange.call()) ? ordered_json::parse(exchange.request().body)
                                          : ordered_json()) {
  if (!params_.is_object()) wrong_type_ = "Start of structure or map found where not expected";
}

const ordered_json* Parameters::find(std::string_view name, std::string_view wanted,
                                     bool (ordered_json::*is)() const noexcept) {
  if (!params_.is_object()) return nullptr;
  const auto found = params_.find(name);
  if (found == params_.end() || found->is_null()) return nullptr;
  if (((*found).*is)()) return &*found;
  if (wrong_type_.empty()) wrong_type_ = cannot_convert(*found, wanted);
  return nullptr;
}

void Parameters::violate(std::string_view name, const std::string& value, const std::string& rule) {
  violations_.push_back("Value " + value + " at '" + path_ + path_of(name) +
                        "' failed to satisfy constraint: Member must " + rule);
}

/// Of a structure that is not there, nothing is missing.
void Parameters::miss(std::string_view name, bool required) {
  if (required && params_.is_object()) violate(name, "null", "not be null");
}

Parameters Parameters::inside(std::string_view name, Presence presence) {
  const ordered_json* const found = find(name, "Structure", &ordered_json::is_object);
  if (!found) miss(name, presence.required);
  return {found ? *found : ordered_json(), path_ + path_of(name) + "."};
}

void Parameters::take(Parameters&& inside) {
  if (wrong_type_.empty()) wrong_type_ = std::move(inside.wrong_type_);
  if (refused_.empty()) refused_ = std::move(inside.refused_);
  violations_.insert(violations_.end(), std::make_move_iterator(inside.violations_.begin()),
                     std::make_move_iterator(inside.violations_.end()));
}

std::optional<std::string> Parameters::text(std::string_view name, const TextLimits& limits) {
  const ordered_json* const found = find(name, "String", &ordered_json::is_string);
  if (!found) {
    miss(name, limits.required);
    return std::nullopt;
  }
  auto text = found->get<std::string>();
  const std::string quoted = "'" + text + "'";
  if (!limits.one_of.empty() && !stands_in(limits.one_of, text)) {
    violate(name, quoted, "satisfy enum value set: " + std::string(limits.one_of));
  }
  const bool named = limits.is_name || limits.is_table;
  if (named &&
      !std::ranges::all_of(limits.is_table ? parse_table_name(text).name : text, is_name_char)) {
    violate(name, quoted, "satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
  }
  if (text.size() < limits.min) {
    violate(name, quoted, "have length greater than or equal to " + std::to_string(limits.min));
  }
  if (text.size() > limits.max) {
    violate(name, quoted, "have length less than or equal to " + std::to_string(limits.max));
  }
  return text;
}

std::optional<std::int64_t> Parameters::integer(std::string_view name, std::int64_t min,
                                                std::int64_t max) {
  const ordered_json* const found = find(name, "Integer", &ordered_json::is_number_integer);
  if (!found) return std::nullopt;
  const auto value = found->get<std::int64_t>();
  const std::string quoted = "'" + std::to_string(value) + "'";
  if (value < min)
    violate(name, quoted, "have value greater than or equal to " + std::to_string(min));
  if (value > max) violate(name, quoted, "have value less than or equal to " + std::to_string(max));
  return value;
}

std::optional<core::TimePoint> Parameters::time(std::string_view name) {
  const ordered_json* const found = find(name, "Timestamp", &ordered_json::is_number);
  if (!found) return std::nullopt;
  const double seconds = found->get<double>();
  constexpr double kFarthest = 1e11;  // in the year 5138
  if (!(std::abs(seconds) < kFarthest)) {
    violate(name, "'" + found->dump() + "'", "be a time");
    return std::nullopt;
  }
  return core::TimePoint(core::Duration(std::llround(seconds * 1e6)));
}

std::optional<bool> Parameters::flag(std::string_view name, Presence presence) {
  const auto given = params_.is_object() ? params_.find(name) : params_.end();
  if (given != params_.end() && given->is_string()) {
    if (const auto meant = meant_by(given->get_ref<const std::string&>())) return meant;
  }
  const ordered_json* const found = find(name, "Boolean", &ordered_json::is_boolean);
  if (!found) miss(name, presence.required);
  return found ? std::optional(found->get<bool>()) : std::nullopt;
}

std::optional<ordered_json> Parameters::list(std::string_view name) {
  const ordered_json* const found = find(name, "List", &ordered_json::is_array);
  return found ? std::optional(*found) : std::nullopt;
}

std::optional<ordered_json> Parameters::structure(std::string_view name) {
  const ordered_json* const found = find(name, "Structure", &ordered_json::is_object);
  return found ? std::optional(*found) : std::nullopt;
}

void Parameters::refuse(std::span<const std::string_view> names) {
  if (!params_.is_object()) return;
  for (const std::string_view name : names) {
    const auto found = params_.find(name);
    if (found != params_.end() && !found->is_null() && refused_.empty()) refused_ = name;
  }
}

std::optional<Parameters::Problem> Parameters::problem() const {
  if (!wrong_type_.empty()) return Problem{"SerializationException", wrong_type_};
  if (!violations_.empty()) {
    std::string message = std::to_string(violations_.size()) + " validation error" +
                          (violations_.size() == 1 ? "" : "s") + " detected: ";
    for (std::size_t i = 0; i < violations_.size(); ++i) {
      message += (i == 0 ? "" : "; ") + violations_[i];
    }
    return Problem{"ValidationException", message};
  }
  if (refused_.empty()) return std::nullopt;
  return Problem{"ValidationException", "Dynatape does not implement the parameter " + refused_};
}

}  // namespace dynatape::interceptors
