#include "interceptors/json_field.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "interceptors/duration_text.h"
#include "interceptors/suggestion.h"

namespace dynatape::interceptors {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestShownValue = 60;

/// The value on one line, cut where it is long.
std::string shown(const json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return value.empty() ? "an empty list" : "a list";
  std::string text = value.dump(-1, ' ', /*ensure_ascii=*/true, json::error_handler_t::replace);
  if (text.size() > kLongestShownValue) text = text.substr(0, kLongestShownValue) + "...";
  return text;
}

std::string in_quotes(std::string_view name) {
  return json(name).dump(-1, ' ', /*ensure_ascii=*/true, json::error_handler_t::replace);
}

/// A member's name as a path shows it: bare where it is plain, so that a path stays one line.
std::string path_step(std::string_view name) {
  const bool plain = std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
  return plain && !name.empty() ? std::string(name) : in_quotes(name);
}

const json& nothing() {
  static const json null;
  return null;
}

}  // namespace

bool JsonField::is_string() const { return value_->is_string(); }
bool JsonField::is_object() const { return value_->is_object(); }

std::string JsonField::text() const {
  const auto* text = value_->get_ptr<const std::string*>();
  if (text && !text->empty()) return *text;
  must_be("a string that is not empty");
  return {};
}

std::uint64_t JsonField::count(std::uint64_t least, std::uint64_t most) const {
  if (value_->is_number_unsigned()) {
    const auto number = value_->get<std::uint64_t>();
    if (number >= least && number <= most) return number;
  }
  must_be("a whole number from " + std::to_string(least) +
          (most == UINT64_MAX ? " on" : " to " + std::to_string(most)));
  return least;
}

double JsonField::probability() const {
  if (value_->is_number()) {
    const double number = value_->get<double>();
    if (number >= 0 && number <= 1) return number;
  }
  must_be("a number from 0 to 1");
  return 0;
}

double JsonField::rate(double most) const {
  if (value_->is_number()) {
    const double number = value_->get<double>();
    if (number > 0 && number <= most) return number;
  }
  must_be("a number above 0, up to " + json(most).dump());
  return most;
}

bool JsonField::boolean() const {
  if (value_->is_boolean()) return value_->get<bool>();
  must_be("true or false");
  return false;
}

core::Duration JsonField::duration() const {
  if (const auto* text = value_->get_ptr<const std::string*>()) {
    if (const auto duration = parse_duration(*text)) return *duration;
  }
  must_be("a duration up to " + to_text(kLongestDuration) +
          R"(, such as "250us", "20ms", "1.5s" or "2m")");
  return {};
}

std::string JsonField::choice(std::span<const std::string_view> known,
                              std::string_view what) const {
  const auto* text = value_->get_ptr<const std::string*>();
  if (text && std::ranges::find(known, *text) != known.end()) return *text;
  std::string right(what);
  const std::string suggestion = text ? did_you_mean(*text, known) : "";
  if (!suggestion.empty()) {
    right += suggestion;
  } else if (known.size() <= 16) {
    right += ": " + joined(known);
  }
  must_be(right);
  return {};
}

void JsonField::must_be_object() const {
  if (!value_->is_object()) must_be("an object");
}

void JsonField::only(std::span<const std::string_view> known) const {
  must_be_object();
  if (!value_->is_object()) return;
  for (const auto& [name, member] : value_->items()) {
    if (std::ranges::find(known, name) != known.end()) continue;
    const std::string suggestion = did_you_mean(name, known);
    mistake("unknown member " + in_quotes(name) +
            (suggestion.empty() ? "; it takes " + joined(known) : suggestion));
    return;
  }
}

std::optional<JsonField> JsonField::member(std::string_view name) const {
  if (!value_->is_object()) return std::nullopt;
  const auto found = value_->find(name);
  if (found == value_->end()) return std::nullopt;
  const std::string separator = path_.empty() ? "" : ".";
  return JsonField(*found, path_ + separator + path_step(name), *mistake_);
}

JsonField JsonField::required(std::string_view name, std::string_view example) const {
  if (auto found = member(name)) return *found;
  mistake("it needs " + std::string(example));
  return {nothing(), path_, *mistake_};
}

std::vector<std::string> JsonField::member_names() const {
  std::vector<std::string> names;
  if (!value_->is_object()) return names;
  for (const auto& [name, member] : value_->items()) names.push_back(name);
  return names;
}

std::vector<JsonField> JsonField::elements() const {
  std::vector<JsonField> fields;
  if (!value_->is_array()) {
    must_be("a list");
    return fields;
  }
  for (std::size_t i = 0; i < value_->size(); ++i) {
    fields.emplace_back((*value_)[i], path_ + "[" + std::to_string(i) + "]", *mistake_);
  }
  return fields;
}

std::vector<JsonField> JsonField::one_or_more() const {
  if (!value_->is_array()) return {*this};
  if (value_->empty()) must_be("a value or a list of some");
  return elements();
}

void JsonField::must_be(std::string_view right) const {
  if (!mistake_->empty()) return;
  *mistake_ = (path_.empty() ? "the document" : path_) + " is " + shown(*value_) + "; it must be " +
              std::string(right);
}

void JsonField::mistake(std::string_view sentence) const {
  if (!mistake_->empty()) return;
  *mistake_ = (path_.empty() ? "" : path_ + ": ") + std::string(sentence);
}

}  // namespace dynatape::interceptors
