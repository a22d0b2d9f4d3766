#include "tests/model/expression.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace dynatape::reference {
namespace {

json number(std::int64_t value) { return {{"N", std::to_string(value)}}; }
json string(std::string text) { return {{"S", std::move(text)}}; }

std::string random_text(Random& random) {
  std::string text(1 + below(random, 3), 'x');
  for (char& c : text) c = "xyz"[below(random, 3)];
  return text;
}

json random_number(Random& random) {
  return number(static_cast<std::int64_t>(below(random, 21)) - 10);
}

json random_set(Random& random) {
  std::set<std::string> members;
  for (std::size_t i = 1 + below(random, 3); i > 0; --i) members.insert(random_text(random));
  return {{"SS", members}};
}

json random_list(Random& random) {
  json elements = json::array();
  for (std::size_t i = below(random, 3); i > 0; --i) elements.push_back(random_number(random));
  return {{"L", elements}};
}

std::string type_of(const json& value) { return value.begin().key(); }
std::int64_t integer(const json& value) { return std::stoll(value.at("N").get<std::string>()); }

/// Below, at or above zero as a stands to b; nothing where they have no order.
std::optional<int> order(const json& a, const json& b) {
  if (type_of(a) != type_of(b)) return std::nullopt;
  if (type_of(a) == "N") return integer(a) < integer(b) ? -1 : integer(a) > integer(b) ? 1 : 0;
  if (type_of(a) == "S") return a.at("S").get<std::string>().compare(b.at("S").get<std::string>());
  return std::nullopt;
}

bool compares(const std::string& comparator, const json& a, const json& b) {
  if (comparator == "=") return a == b;
  if (comparator == "<>") return a != b;
  const std::optional<int> sign = order(a, b);
  if (!sign) return false;
  if (comparator == "<") return *sign < 0;
  if (comparator == "<=") return *sign <= 0;
  if (comparator == ">") return *sign > 0;
  return *sign >= 0;
}

bool contains(const json& value, const json& part) {
  const std::string type = type_of(value);
  if (type == "L") return std::ranges::find(value.at("L"), part) != value.at("L").end();
  if (type_of(part) != "S") return false;
  const auto sought = part.at("S").get<std::string>();
  if (type == "S") return value.at("S").get<std::string>().contains(sought);
  return type == "SS" && std::ranges::find(value.at("SS"), json(sought)) != value.at("SS").end();
}

Condition leaf(std::string kind, char attribute, std::vector<json> values = {}) {
  return {std::move(kind), std::string(1, attribute), std::move(values), {}};
}

Condition random_leaf(Random& random, char attribute) {
  constexpr std::array kComparators = {"=", "<>", "<", "<=", ">", ">="};
  const bool ordered = attribute == 'a' || attribute == 'b' || attribute == 'c' || attribute == 'g';
  const json value = random_value(random, attribute, false);
  switch (below(random, 8)) {
    case 0:
      return leaf("exists", attribute);
    case 1:
      return leaf("absent", attribute);
    case 2:
      return leaf("type", attribute, {string(chance(random, 2) ? "N" : "S")});
    case 3:
      return leaf("in", attribute, {value, random_value(random, attribute, false)});
    case 4: {
      const json other = random_value(random, attribute, false);
      if (!ordered) return leaf("=", attribute, {value});
      const bool rising = order(value, other).value() <= 0;
      return leaf("between", attribute, {rising ? value : other, rising ? other : value});
    }
    case 5:
      if (attribute == 'b' || attribute == 'g')
        return leaf("begins", attribute, {string(random_text(random))});
      if (attribute == 'd') return leaf("contains", attribute, {random_number(random)});
      if (attribute == 'e') return leaf("contains", attribute, {string(random_text(random))});
      [[fallthrough]];
    case 6:
      if (attribute == 'b' || attribute == 'd' || attribute == 'e') {
        return leaf("size", attribute, {number(static_cast<std::int64_t>(below(random, 4)))});
      }
      [[fallthrough]];
    default:
      return leaf(kComparators[below(random, ordered ? 6 : 2)], attribute, {value});
  }
}

/// A value as an operand of SET, ADD or DELETE finds it.
const json* find(const json& item, const std::string& attribute) {
  const auto found = item.find(attribute);
  return found == item.end() ? nullptr : &*found;
}

std::optional<json> sum(const json& a, const json& b) {
  if (type_of(a) != "N" || type_of(b) != "N") return std::nullopt;
  return number(integer(a) + integer(b));
}

std::set<std::string> members(const json& value) {
  return value.at("SS").get<std::set<std::string>>();
}

}  // namespace

bool chance(Random& random, std::uint64_t of) { return random() % of == 0; }
std::size_t below(Random& random, std::size_t end) { return random() % end; }

json random_value(Random& random, char attribute, bool any_type) {
  const bool other = any_type && chance(random, 12);
  switch (attribute) {
    case 'a':
    case 'c':
      return other ? string("none") : random_number(random);
    case 'g':
      return other ? number(1) : string("g" + std::to_string(below(random, 3)));
    case 'd':
      return random_list(random);
    case 'e':
      return random_set(random);
    case 'm':
      return {{"M", {{"x", random_number(random)}, {"y", {{"BOOL", chance(random, 2)}}}}}};
    default:
      return string(random_text(random));
  }
}

std::string Placeholders::add(const json& value) {
  const std::string name = ":v" + std::to_string(values.size());
  values[name] = value;
  return name;
}

bool Condition::holds(const json& item) const {
  const auto part_holds = [&](const Condition& part) { return part.holds(item); };
  if (kind == "and") return std::ranges::all_of(parts, part_holds);
  if (kind == "or") return std::ranges::any_of(parts, part_holds);
  if (kind == "not") return !parts[0].holds(item);
  const json* value = find(item, attribute);
  if (kind == "exists") return value != nullptr;
  if (kind == "absent") return value == nullptr;
  if (value == nullptr) return kind == "<>";
  if (kind == "type") return json(type_of(*value)) == values[0].at("S");
  if (kind == "in") return std::ranges::find(values, *value) != values.end();
  if (kind == "between") {
    return compares(">=", *value, values[0]) && compares("<=", *value, values[1]);
  }
  if (kind == "begins") {
    return type_of(*value) == "S" &&
           value->at("S").get<std::string>().starts_with(values[0].at("S").get<std::string>());
  }
  if (kind == "contains") return contains(*value, values[0]);
  if (kind == "size") {
    const json& content = *value->begin();
    const std::size_t size =
        content.is_string() ? content.get<std::string>().size() : content.size();
    return static_cast<std::int64_t>(size) > integer(values[0]);
  }
  return compares(kind, *value, values[0]);
}

std::string Condition::text(Placeholders& placeholders) const {
  if (kind == "not") return "NOT (" + parts[0].text(placeholders) + ")";
  if (kind == "and" || kind == "or") {
    std::string joined;
    for (const Condition& part : parts) {
      joined += (joined.empty() ? "" : " " + kind + " ") + ("(" + part.text(placeholders) + ")");
    }
    return joined;
  }
  if (kind == "exists") return "attribute_exists(" + attribute + ")";
  if (kind == "absent") return "attribute_not_exists(" + attribute + ")";
  const std::string first = placeholders.add(values[0]);
  if (kind == "type") return "attribute_type(" + attribute + ", " + first + ")";
  if (kind == "begins") return "begins_with(" + attribute + ", " + first + ")";
  if (kind == "contains") return "contains(" + attribute + ", " + first + ")";
  if (kind == "size") return "size(" + attribute + ") > " + first;
  if (kind == "in") return attribute + " IN (" + first + ", " + placeholders.add(values[1]) + ")";
  if (kind == "between") {
    return attribute + " BETWEEN " + first + " AND " + placeholders.add(values[1]);
  }
  return attribute + " " + kind + " " + first;
}

Condition random_condition(Random& random, std::string_view attributes, int depth) {
  if (depth == 0 || chance(random, 2)) {
    return random_leaf(random, attributes[below(random, attributes.size())]);
  }
  constexpr std::array kJunctions = {"and", "or", "not"};
  Condition condition{kJunctions[below(random, 3)], {}, {}, {}};
  const std::size_t count = condition.kind == "not" ? 1 : 2;
  for (std::size_t i = 0; i < count; ++i) {
    condition.parts.push_back(random_condition(random, attributes, depth - 1));
  }
  return condition;
}

bool Change::top_level() const {
  return kind != Kind::set_member && kind != Kind::set_element && kind != Kind::remove_member &&
         kind != Kind::remove_element;
}

std::vector<Change> random_changes(Random& random) {
  using Kind = Change::Kind;
  const std::map<char, std::vector<Kind>> possible = {
      {'a', {Kind::set, Kind::remove}},
      {'b', {Kind::set, Kind::remove}},
      {'c', {Kind::set, Kind::remove, Kind::set_sum, Kind::set_sum_or_first, Kind::add_number}},
      {'d', {Kind::set, Kind::remove, Kind::set_appended, Kind::set_element, Kind::remove_element}},
      {'e', {Kind::set, Kind::remove, Kind::add_to_set, Kind::delete_from_set}},
      {'g', {Kind::set, Kind::remove}},
      {'m', {Kind::set, Kind::set_member, Kind::remove_member}}};
  std::string attributes = "abcdegm";
  std::ranges::shuffle(attributes, random);
  std::vector<Change> changes;
  for (const char attribute : attributes.substr(0, 1 + below(random, 3))) {
    const std::vector<Kind>& kinds = possible.at(attribute);
    const Kind kind = kinds[below(random, kinds.size())];
    const bool inner = kind == Kind::set_member || kind == Kind::set_element;
    const bool any_type = kind == Kind::set;
    json value = inner ? random_number(random) : random_value(random, attribute, any_type);
    changes.push_back({kind, std::string(1, attribute), std::move(value)});
  }
  return changes;
}

std::string text(std::span<const Change> changes, Placeholders& placeholders) {
  using Kind = Change::Kind;
  std::map<std::string, std::string> clauses;
  const auto append = [&](const std::string& clause, const std::string& action) {
    std::string& text = clauses[clause];
    text += (text.empty() ? clause + " " : ", ") + action;
  };
  for (const auto& [kind, name, value] : changes) {
    const auto operand = [&] { return placeholders.add(value); };
    switch (kind) {
      case Kind::set:
        append("SET", name + " = " + operand());
        break;
      case Kind::set_sum:
        append("SET", name + " = " + name + " + " + operand());
        break;
      case Kind::set_sum_or_first: {
        const std::string first = operand();
        append("SET", name + " = if_not_exists(" + name + ", " + first + ") + " + first);
        break;
      }
      case Kind::set_appended: {
        const std::string tail = operand();
        const std::string empty = placeholders.add({{"L", json::array()}});
        append("SET",
               name + " = list_append(if_not_exists(" + name + ", " + empty + "), " + tail + ")");
        break;
      }
      case Kind::set_member:
        append("SET", name + ".x = " + operand());
        break;
      case Kind::set_element:
        append("SET", name + "[1] = " + operand());
        break;
      case Kind::remove:
        append("REMOVE", name);
        break;
      case Kind::remove_member:
        append("REMOVE", name + ".x");
        break;
      case Kind::remove_element:
        append("REMOVE", name + "[0]");
        break;
      case Kind::add_number:
      case Kind::add_to_set:
        append("ADD", name + " " + operand());
        break;
      case Kind::delete_from_set:
        append("DELETE", name + " " + operand());
        break;
    }
  }
  std::string whole;
  for (const auto& [clause, text] : clauses) whole += (whole.empty() ? "" : " ") + text;
  return whole;
}

namespace {

/// Carries one change out; false where the service refuses it.
bool apply_one(const Change& change, json& item) {
  using Kind = Change::Kind;
  const auto& [kind, name, value] = change;
  const json* before = find(item, name);
  const auto set = [&](std::optional<json> after) {
    if (after) item[name] = *std::move(after);
    return after.has_value();
  };
  switch (kind) {
    case Kind::set:
      return set(value);
    case Kind::set_sum:
      return before != nullptr && set(sum(*before, value));
    case Kind::set_sum_or_first:
      return set(sum(before != nullptr ? *before : value, value));
    case Kind::set_appended: {
      json list = before != nullptr ? *before : json{{"L", json::array()}};
      for (const json& element : value.at("L")) list["L"].push_back(element);
      return set(list);
    }
    case Kind::set_member:
      if (before == nullptr) return false;
      item[name]["M"]["x"] = value;
      return true;
    case Kind::set_element: {
      if (before == nullptr) return false;
      json& elements = item[name]["L"];
      if (elements.size() > 1) {
        elements[1] = value;
      } else {
        elements.push_back(value);
      }
      return true;
    }
    case Kind::remove:
      item.erase(name);
      return true;
    case Kind::remove_member:
      if (before == nullptr) return false;
      item[name]["M"].erase("x");
      return true;
    case Kind::remove_element:
      if (before == nullptr) return false;
      if (!item[name]["L"].empty()) item[name]["L"].erase(0);
      return true;
    case Kind::add_number:
      return set(before != nullptr ? sum(*before, value) : value);
    case Kind::add_to_set: {
      std::set<std::string> all = members(value);
      if (before != nullptr) all.merge(members(*before));
      return set(json{{"SS", all}});
    }
    case Kind::delete_from_set: {
      if (before == nullptr) return true;
      std::set<std::string> rest = members(*before);
      for (const std::string& member : members(value)) rest.erase(member);
      if (!rest.empty()) return set(json{{"SS", rest}});
      item.erase(name);
      return true;
    }
  }
  return false;
}

}  // namespace

std::optional<json> applied(std::span<const Change> changes, json item) {
  for (const Change& change : changes) {
    if (!apply_one(change, item)) return std::nullopt;
  }
  return item;
}

}  // namespace dynatape::reference
