#include "interceptors/predicate.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <span>

#include "core/json.h"

namespace dynatape::interceptors {
namespace {

using nlohmann::json;

/// DynamoDB's own documents nest to 32 levels, some 70 of JSON; a hostile body must not exhaust the
/// stack.
constexpr int kDeepest = 100;

/// The type letters of {"S": ...}, where the object is such a value; "" where it is not.
std::string_view type_of(const json& object) {
  static constexpr std::string_view kTypes[] = {"S",  "N",  "B",  "BOOL", "NULL",
                                                "SS", "NS", "BS", "M",    "L"};
  if (!object.is_object() || object.size() != 1) return {};
  const auto* const found = std::ranges::find(kTypes, object.begin().key());
  return found == std::end(kTypes) ? std::string_view() : *found;
}

std::optional<model::Number> number_of(std::string_view text) {
  const auto number = model::Number::parse(text);
  return number ? std::optional(*number) : std::nullopt;
}

std::string in_quotes(std::string_view text) { return core::dumped(json(text)); }

/// Writes documents that mean the same alike; false where one is too deep.
class Canonical {
 public:
  [[nodiscard]] bool append(const json& value, int depth = 0) {
    if (depth > kDeepest) return false;
    if (value.is_object()) return append_object(value, depth);
    if (value.is_array()) return append_list(value, depth);
    if (value.is_string()) {
      text_ += in_quotes(value.get_ref<const std::string&>());
      return true;
    }
    append_number_or_word(value.dump());
    return true;
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  bool append_object(const json& object, int depth) {
    const std::string_view type = type_of(object);
    const json* const inner = type.empty() ? nullptr : &*object.begin();
    if (type == "N" && inner->is_string()) {
      append_number_or_word(inner->get_ref<const std::string&>());
      return true;
    }
    if (type == "S" || type == "BOOL" || type == "M" || type == "L") {
      return append(*inner, depth + 1);
    }
    if (type == "NULL") {
      text_ += "null";
      return true;
    }
    if (type.ends_with('S') && inner->is_array()) return append_set(type, *inner);
    text_ += '{';
    for (const auto& [name, member] : object.items()) {
      text_ += in_quotes(name) + ":";
      if (!append(member, depth + 1)) return false;
      text_ += ',';
    }
    text_ += '}';
    return true;
  }

  bool append_list(const json& list, int depth) {
    text_ += '[';
    for (const json& element : list) {
      if (!append(element, depth + 1)) return false;
      text_ += ',';
    }
    text_ += ']';
    return true;
  }

  bool append_set(std::string_view type, const json& set) {
    std::vector<std::string> members;
    for (const json& element : set) {
      Canonical member;
      const bool number = type == "NS" && element.is_string();
      if (!member.append(number ? json{{"N", element}} : element, kDeepest - 2)) return false;
      members.push_back(member.take());
    }
    std::ranges::sort(members);
    text_.append(type).append("(");
    for (const std::string& member : members) text_ += member + ",";
    text_ += ')';
    return true;
  }

  void append_number_or_word(const std::string& text) {
    const auto number = number_of(text);
    text_ += number ? number->to_string() : text;
  }

  std::string text_;
};

std::optional<Value> typed_value(std::string_view type, const json& inner) {
  const auto* text = inner.get_ptr<const std::string*>();
  if (type == "S" && text) return *text;
  if (type == "B" && text) return Base64{*text};
  if (type == "BOOL" && inner.is_boolean()) return inner.get<bool>();
  if (type == "NULL") return Null{};
  if (type == "N" && text) {
    if (const auto number = number_of(*text)) return *number;
  }
  return std::nullopt;
}

/// Below 0, 0 or above 0; nullopt where the two are not of one kind, or of one without an order.
std::optional<int> compare(const Value& a, const Value& b) {
  if (const auto* number = std::get_if<model::Number>(&a)) {
    const auto* other = std::get_if<model::Number>(&b);
    if (!other) return std::nullopt;
    return *number < *other ? -1 : *number == *other ? 0 : 1;
  }
  if (const auto* text = std::get_if<std::string>(&a)) {
    if (const auto* other = std::get_if<std::string>(&b)) return text->compare(*other);
  }
  return std::nullopt;
}

/// Whether the order of `value` and `bound`, where there is one, is as it should be.
template <class Right>
bool stands(const Value& value, const std::optional<Value>& bound, Right right) {
  if (!bound) return true;
  const auto order = compare(value, *bound);
  return order && right(*order);
}

/// {"M": {...}} and {"L": [...]} without their type.
const json& untyped(const json& value) {
  const std::string_view type = type_of(value);
  return type == "M" || type == "L" ? *value.begin() : value;
}

/// Calls `visit` with every value at `path`, until it returns true; whether it did.
template <class Visit>
bool reach(const json& from, std::span<const std::string> path, const Visit& visit, int depth = 0) {
  if (path.empty()) return visit(from);
  const std::string& step = path.front();
  const auto rest = path.subspan(1);
  const json& inside = untyped(from);
  if (step == "*" || step == "[*]" || step == "**") {
    const bool deep = step == "**";
    if (deep && reach(from, rest, visit, depth)) return true;
    const bool fits = deep || (step == "*" ? inside.is_object() : inside.is_array());
    if (!fits || !inside.is_structured() || depth > kDeepest) return false;
    return std::ranges::any_of(
        inside, [&](const json& one) { return reach(one, deep ? path : rest, visit, depth + 1); });
  }
  if (step.starts_with('[')) {
    std::size_t place = 0;
    std::from_chars(step.data() + 1, step.data() + step.size() - 1, place);
    return inside.is_array() && place < inside.size() && reach(inside[place], rest, visit, depth);
  }
  const json* next = core::member(from, step);
  if (!next) next = core::member(inside, step);
  return next && reach(*next, rest, visit, depth);
}

std::string listed(const std::vector<Value>& values) {
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) text += i + 1 == values.size() ? " or " : ", ";
    text += to_text(values[i]);
  }
  return text;
}

}  // namespace

std::optional<Value> value_of(const json& value) {
  if (value.is_null()) return Null{};
  if (value.is_boolean()) return value.get<bool>();
  if (const auto* text = value.get_ptr<const std::string*>()) return *text;
  if (value.is_number()) {
    if (const auto number = number_of(value.dump())) return *number;
  }
  const std::string_view type = type_of(value);
  if (!type.empty()) {
    if (auto typed = typed_value(type, *value.begin())) return typed;
  }
  Canonical canonical;
  if (!canonical.append(value)) return std::nullopt;
  return Document{canonical.take()};
}

std::string to_text(const Value& value) {
  struct Text {
    std::string operator()(Null) const { return "null"; }
    std::string operator()(bool truth) const { return truth ? "true" : "false"; }
    std::string operator()(const model::Number& number) const { return number.to_string(); }
    std::string operator()(const std::string& text) const { return in_quotes(text); }
    std::string operator()(const Base64& bytes) const { return "bytes " + bytes.text; }
    std::string operator()(const Document& document) const { return document.text; }
  };
  return std::visit(Text(), value);
}

std::string lookup_text(const Value& value) {
  struct Text {
    std::string operator()(Null) const { return "0"; }
    std::string operator()(bool truth) const { return truth ? "1" : "2"; }
    std::string operator()(const model::Number& number) const { return "N" + number.to_string(); }
    std::string operator()(const std::string& text) const { return "S" + text; }
    std::string operator()(const Base64& bytes) const { return "B" + bytes.text; }
    std::string operator()(const Document& document) const { return "D" + document.text; }
  };
  return std::visit(Text(), value);
}

bool Predicate::holds(const json* json) const {
  if (!json || absent) return absent && !json;
  const auto value = value_of(*json);
  return value && holds(*value);
}

bool Predicate::holds(std::string_view text) const {
  return !absent && holds(Value(std::string(text)));
}

bool Predicate::holds(const Value& value) const {
  if (!one_of.empty() && std::ranges::find(one_of, value) == one_of.end()) return false;
  if (prefix) {
    const auto* text = std::get_if<std::string>(&value);
    if (!text || !text->starts_with(*prefix)) return false;
  }
  return stands(value, greater, [](int order) { return order > 0; }) &&
         stands(value, less, [](int order) { return order < 0; }) &&
         stands(value, at_least, [](int order) { return order >= 0; }) &&
         stands(value, at_most, [](int order) { return order <= 0; });
}

std::string describe(const Predicate& predicate) {
  if (predicate.absent) return "is not there";
  std::string text;
  const auto say = [&](const std::string& what) { text += (text.empty() ? "" : " and ") + what; };
  if (!predicate.one_of.empty()) say("= " + listed(predicate.one_of));
  if (predicate.prefix) say("begins with " + in_quotes(*predicate.prefix));
  if (predicate.greater) say("is above " + to_text(*predicate.greater));
  if (predicate.less) say("is below " + to_text(*predicate.less));
  if (predicate.at_least && predicate.at_most) {
    say("is from " + to_text(*predicate.at_least) + " to " + to_text(*predicate.at_most));
  }
  return text.empty() ? "is there" : text;
}

bool PathPredicate::holds(const json& document) const {
  const auto anything = [](const json&) { return true; };
  if (predicate.absent) return !reach(document, path, anything);
  return reach(document, path, [&](const json& value) { return predicate.holds(&value); });
}

bool hold(const PathPredicates& predicates, const json& document) {
  return std::ranges::all_of(predicates,
                             [&](const PathPredicate& one) { return one.holds(document); });
}

std::string describe(const PathPredicates& predicates) {
  std::string text;
  for (const PathPredicate& one : predicates) {
    if (!text.empty()) text += " and ";
    text += cassettes::to_text(one.path) + " " + describe(one.predicate);
  }
  return text;
}

}  // namespace dynatape::interceptors
