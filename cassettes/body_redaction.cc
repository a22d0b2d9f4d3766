#include "cassettes/body_redaction.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "cassettes/placed_values.h"
#include "cassettes/scrub.h"
#include "core/call.h"
#include "emulator/wire/base64.h"

namespace dynatape::cassettes {
namespace {

using json = nlohmann::ordered_json;
using expression::Parameter;

constexpr std::string_view kItems[] = {"Item",
                                       "Key",
                                       "Keys",
                                       "Attributes",
                                       "Items",
                                       "NewImage",
                                       "OldImage",
                                       "ExclusiveStartKey",
                                       "LastEvaluatedKey",
                                       "ItemCollectionKey"};
constexpr std::string_view kByTable[] = {"RequestItems", "Responses", "UnprocessedItems",
                                         "UnprocessedKeys", "ItemCollectionMetrics"};
constexpr std::string_view kByElement[] = {"TransactItems", "Responses", "CancellationReasons",
                                           "Statements", "TransactStatements"};
constexpr std::string_view kLegacy[] = {"Expected", "AttributeUpdates", "KeyConditions",
                                        "QueryFilter", "ScanFilter"};
constexpr Parameter kExpressions[] = {Parameter::condition, Parameter::filter,
                                      Parameter::key_condition, Parameter::update};
constexpr std::size_t kShortestEcho = 4;  // of values looked for in an error's message

bool one_of(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

/// "orders" of an ARN of the table.
std::string_view plain_table(std::string_view table) {
  if (!table.starts_with("arn:")) return table;
  const auto name = table.find(":table/");
  if (name == std::string_view::npos) return table;
  table = table.substr(name + 7);
  return table.substr(0, table.find('/'));
}

/// One body being redacted.
class Pass {
 public:
  Pass(const std::vector<CompiledRule>& rules, const Pseudonyms* pseudonyms,
       std::string_view operation)
      : pseudonyms_(pseudonyms), operation_(operation) {
    for (const CompiledRule& rule : rules) {
      const auto& operations = rule.rule.operations;
      if (operations.empty() || std::ranges::find(operations, operation) != operations.end()) {
        rules_.push_back(&rule);
      }
    }
    for (const CompiledRule* rule : rules_) {
      if (rule->pattern && rule->attribute.empty() && rule->path.empty()) patterns_.push_back(rule);
    }
  }

  int run(json& body) {
    const bool attributes =
        std::ranges::any_of(rules_, [](const auto* rule) { return !rule->attribute.empty(); });
    if (attributes) walk(body, table_);
    PathSteps path;
    strings(body, path);
    return replaced_;
  }

  void set_request(const RequestTrace& trace) {
    if (trace.by_element) {
      elements_ = trace.tables;
    } else if (!trace.tables.empty()) {
      table_ = trace.tables.front();
    }
    echoes_ = trace.replaced;
    answer_ = true;
  }
  RequestTrace trace() { return {std::move(elements_), by_element_, std::move(echoes_)}; }

 private:
  void walk(json& node, const std::string& outer_table);
  void members(json& node, const std::string& table);
  void element(json& list, const std::string& table);
  void item(json& map, const std::string& table);
  void value(json& typed, PathSteps& path, const std::string& table);
  void leaf(json& typed, const std::string& tag, const CompiledRule& rule);
  void legacy(json& node, const std::string& table);
  void expressions(json& node, const std::string& table);
  void all_values(json& values, std::string_view text, const AttributeNames& names,
                  const std::string& table);
  std::string statement(json& node);
  std::string opaque(const std::string& token);
  void strings(json& node, PathSteps& path);
  void text_member(json& text, std::string_view tag, const PathSteps& path);

  [[nodiscard]] const CompiledRule* rule_for(const PathSteps& path, const std::string& table) const;
  std::string replace(std::string_view tag, std::string_view text, const CompiledRule& rule);
  std::string replace_matches(std::string_view text, const CompiledRule& rule);
  std::string replacement(std::string_view tag, std::string_view text, const CompiledRule& rule);

  std::vector<const CompiledRule*> rules_;
  std::vector<const CompiledRule*> patterns_;  ///< those that look at every text
  const Pseudonyms* pseudonyms_;
  std::string_view operation_;
  std::string table_;
  std::vector<std::string> elements_;
  bool by_element_ = false;
  std::vector<std::pair<std::string, std::string>> echoes_;
  bool answer_ = false;
  int replaced_ = 0;
};

const CompiledRule* Pass::rule_for(const PathSteps& path, const std::string& table) const {
  for (const CompiledRule* rule : rules_) {
    if (rule->attribute.empty() || !covers(rule->attribute, path)) continue;
    // Where the table is not known, the rule holds: too much is better than too little.
    const auto& tables = rule->rule.tables;
    const auto same = [&](const std::string& name) {
      return plain_table(name) == plain_table(table);
    };
    if (tables.empty() || table.empty() || std::ranges::any_of(tables, same)) return rule;
  }
  return nullptr;
}

void Pass::walk(json& node, const std::string& outer_table) {
  if (node.is_array()) {
    for (json& element : node) walk(element, outer_table);
    return;
  }
  if (!node.is_object()) return;
  std::string table = outer_table;
  if (const auto name = node.find("TableName"); name != node.end() && name->is_string()) {
    table = name->get<std::string>();
  }
  if (const auto text = node.find("Statement"); text != node.end() && text->is_string()) {
    table = statement(node);
  }
  expressions(node, table);
  legacy(node, table);
  members(node, table);
}

void Pass::members(json& node, const std::string& table) {
  for (auto& [name, member] : node.items()) {
    if (name == "ExpressionAttributeValues" || name == "Parameters" || one_of(kLegacy, name)) {
      continue;
    }
    if (name == "NextToken" && member.is_string() && operation_ == "ExecuteStatement") {
      // It is opaque to programs, and holds a key.
      member = opaque(member.get<std::string>());
    } else if (one_of(kItems, name) && member.is_object()) {
      item(member, table);
    } else if (one_of(kItems, name) && member.is_array()) {
      for (json& one : member) item(one, table);
    } else if (one_of(kByElement, name) && member.is_array()) {
      element(member, table);
    } else if (one_of(kByTable, name) && member.is_object()) {
      for (auto& [inner_table, of_table] : member.items()) {
        const bool items = name == "Responses" && of_table.is_array();
        if (!items) walk(of_table, inner_table);
        if (!items) continue;
        for (json& one : of_table) item(one, inner_table);
      }
    } else if (member.is_structured()) {
      walk(member, table);
    }
  }
}

/// An answer's elements are those of its request, one for one.
void Pass::element(json& list, const std::string& table) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    const bool known = answer_ && i < elements_.size();
    if (!answer_ && list[i].is_object()) {
      std::string own = table;
      if (list[i].contains("Statement") && list[i]["Statement"].is_string()) {
        const auto read = values_of_statement(list[i]["Statement"].get<std::string>());
        own = read ? read->table : "";
      } else if (!list[i].empty() && list[i].front().is_object()) {
        const json& action = list[i].front();
        const auto name = action.find("TableName");
        if (name != action.end() && name->is_string()) own = name->get<std::string>();
      }
      elements_.push_back(std::move(own));
      by_element_ = true;
    }
    walk(list[i], known ? elements_[i] : table);
  }
}

void Pass::item(json& map, const std::string& table) {
  if (!map.is_object()) return;
  PathSteps path;
  for (auto& [name, typed] : map.items()) {
    path.push_back(name);
    value(typed, path, table);
    path.pop_back();
  }
}

void Pass::value(json& typed, PathSteps& path, const std::string& table) {
  if (!typed.is_object() || typed.size() != 1) return;
  const std::string tag = typed.begin().key();
  json& inner = typed.front();
  if (tag == "M" && inner.is_object()) {
    for (auto& [name, member] : inner.items()) {
      path.push_back(name);
      value(member, path, table);
      path.pop_back();
    }
  } else if (tag == "L" && inner.is_array()) {
    for (std::size_t i = 0; i < inner.size(); ++i) {
      path.push_back("[" + std::to_string(i) + "]");
      value(inner[i], path, table);
      path.pop_back();
    }
  } else if (const CompiledRule* rule = rule_for(path, table)) {
    leaf(inner, tag, *rule);
  }
}

void Pass::leaf(json& inner, const std::string& tag, const CompiledRule& rule) {
  const bool mask = rule.rule.action == RedactionAction::mask;
  if (inner.is_string()) {
    inner = replace(tag, inner.get<std::string>(), rule);
  } else if (inner.is_array()) {
    const std::string member_tag = tag.substr(0, 1);
    json members = json::array();
    for (const json& one : inner) {
      json replaced =
          one.is_string() ? json(replace(member_tag, one.get<std::string>(), rule)) : one;
      if (std::ranges::find(members, replaced) == members.end()) members.push_back(replaced);
    }
    inner = std::move(members);
  } else if (inner.is_boolean() && tag == "BOOL" && mask && inner.get<bool>()) {
    inner = false;
    ++replaced_;
  }
}

/// {"email": {"Value": ..., "AttributeValueList": [...]}}
void Pass::legacy(json& node, const std::string& table) {
  for (const std::string_view name : kLegacy) {
    const auto conditions = node.find(name);
    if (conditions == node.end() || !conditions->is_object()) continue;
    for (auto& [attribute, condition] : conditions->items()) {
      if (!condition.is_object()) continue;
      PathSteps path{attribute};
      if (condition.contains("Value")) value(condition["Value"], path, table);
      const auto list = condition.find("AttributeValueList");
      if (list == condition.end() || !list->is_array()) continue;
      for (json& one : *list) value(one, path, table);
    }
  }
}

void Pass::expressions(json& node, const std::string& table) {
  const auto values = node.find("ExpressionAttributeValues");
  if (values == node.end() || !values->is_object()) return;
  AttributeNames names;
  if (const auto given = node.find("ExpressionAttributeNames");
      given != node.end() && given->is_object()) {
    for (const auto& [placeholder, name] : given->items()) {
      if (name.is_string()) names[placeholder] = name.get<std::string>();
    }
  }
  for (const Parameter parameter : kExpressions) {
    const auto text = node.find(expression::parameter_name(parameter));
    if (text == node.end() || !text->is_string()) continue;
    auto placed = values_of_expression(text->get<std::string>(), parameter, names);
    if (!placed) {
      all_values(*values, text->get<std::string>(), names, table);
      continue;
    }
    for (PlacedValue& one : *placed) {
      const auto found = values->find(one.placeholder);
      if (found != values->end()) value(*found, one.attribute, table);
    }
  }
}

/// Of an expression that cannot be read, every value may belong to every attribute it names.
void Pass::all_values(json& values, std::string_view text, const AttributeNames& names,
                      const std::string& table) {
  for (const CompiledRule* rule : rules_) {
    if (rule->attribute.empty()) continue;
    const std::string& first = rule->attribute.front();
    const bool wild = first.starts_with('*');
    const bool named =
        std::ranges::any_of(names, [&](const auto& one) { return one.second == first; });
    if (!wild && !named && !text.contains(first)) continue;
    PathSteps path;
    for (const std::string& step : rule->attribute) {
      if (step != "**") path.push_back(step == "[*]" ? "[0]" : step);
    }
    for (auto& [name, typed] : values.items()) value(typed, path, table);
  }
}

/// Replaces the literals and parameters of node's statement; its table.
std::string Pass::statement(json& node) {
  std::string text = node["Statement"].get<std::string>();
  const auto read = values_of_statement(text);
  if (!read) {
    // Refused by the service, too. Between its quotes may stand anything.
    const bool attributes = std::ranges::any_of(
        rules_, [](const CompiledRule* rule) { return !rule->attribute.empty(); });
    if (attributes && text.contains('\'')) {
      text = text.substr(0, text.find('\'')) + std::string(kRedacted);
      ++replaced_;
      node["Statement"] = text;
    }
    return "";
  }
  const auto parameters = node.find("Parameters");
  std::size_t parameter = 0;
  std::string replaced;
  std::size_t copied = 0;
  for (const PlacedLiteral& literal : read->literals) {
    PathSteps path = literal.attribute;
    if (literal.kind == PlacedLiteral::Kind::parameter) {
      if (parameters == node.end() || !parameters->is_array()) continue;
      if (parameter < parameters->size()) value((*parameters)[parameter++], path, read->table);
      continue;
    }
    const CompiledRule* rule = path.empty() ? nullptr : rule_for(path, read->table);
    if (!rule) continue;
    const bool is_text = literal.kind == PlacedLiteral::Kind::text;
    std::string other = replace(is_text ? "S" : "N", literal.text, *rule);
    for (auto at = other.find('\''); is_text && at != std::string::npos;
         at = other.find('\'', at + 2)) {
      other.insert(at, 1, '\'');
    }
    replaced.append(text, copied, literal.begin - copied);
    replaced += is_text ? "'" + other + "'" : other;
    copied = literal.end;
  }
  if (copied > 0) node["Statement"] = replaced.append(text, copied);
  return read->table;
}

/// A token that holds a key and means nothing to a program.
std::string Pass::opaque(const std::string& token) {
  std::string other = pseudonyms_ ? pseudonyms_->of_text(token) : std::string(kRedacted);
  if (other != token) ++replaced_;
  return other;
}

/// Rules by path and by pattern, which know nothing of attributes.
void Pass::strings(json& node, PathSteps& path) {
  if (node.is_object()) {
    for (auto& [name, member] : node.items()) {
      path.push_back(name);
      const bool typed = node.size() == 1 && path.size() > 1;
      if (member.is_string()) {
        text_member(member, typed ? std::string_view(name) : "", path);
      } else {
        strings(member, path);
      }
      path.pop_back();
    }
  } else if (node.is_array()) {
    const std::string tag = path.empty() ? "" : path.back();
    const bool set = tag == "SS" || tag == "NS" || tag == "BS";
    for (std::size_t i = 0; i < node.size(); ++i) {
      path.push_back("[" + std::to_string(i) + "]");
      if (node[i].is_string()) {
        text_member(node[i], set ? std::string_view(tag).substr(0, 1) : "", path);
      } else {
        strings(node[i], path);
      }
      path.pop_back();
    }
  }
}

void Pass::text_member(json& member, std::string_view tag, const PathSteps& path) {
  std::string text = member.get<std::string>();
  for (const CompiledRule* rule : rules_) {
    if (!rule->attribute.empty()) continue;
    if (!rule->path.empty() && !covers(rule->path, path)) continue;
    if (!rule->path.empty()) {
      text = replace(tag, text, *rule);
    } else if (tag != "B" && tag != "N") {
      text = replace_matches(text, *rule);
    }
  }
  replaced_ +=
      scrub(text, {.patterns = patterns_, .pseudonyms = pseudonyms_, .patterns_inside_only = true});
  // An error repeats what it is about.
  if (answer_ && path.size() == 1 && (path[0] == "message" || path[0] == "Message")) {
    for (const auto& [original, other] : echoes_) {
      if (original.size() < kShortestEcho || original == other) continue;
      for (auto at = text.find(original); at != std::string::npos;
           at = text.find(original, at + other.size())) {
        text.replace(at, original.size(), other);
        ++replaced_;
      }
    }
  }
  member = std::move(text);
}

std::string Pass::replace(std::string_view tag, std::string_view text, const CompiledRule& rule) {
  if (rule.pattern) {
    const bool other_type = tag == "N" || tag == "B";
    return other_type ? std::string(text) : replace_matches(text, rule);
  }
  std::string other = replacement(tag, text, rule);
  if (other == text) return other;
  ++replaced_;
  if (!answer_) echoes_.emplace_back(text, other);
  return other;
}

std::string Pass::replace_matches(std::string_view text, const CompiledRule& rule) {
  std::string replaced;
  std::size_t copied = 0;
  re2::StringPiece match;
  const re2::StringPiece all(text.data(), text.size());
  for (std::size_t from = 0;
       from < text.size() &&
       rule.pattern->Match(all, from, text.size(), RE2::UNANCHORED, &match, 1);) {
    const auto begin = static_cast<std::size_t>(match.data() - text.data());
    from = std::max(begin + match.size(), from + 1);
    if (match.empty()) continue;
    const std::string_view found = text.substr(begin, match.size());
    if (pseudonyms_ && is_pseudonym_at(text, {begin, begin + match.size()}, *pseudonyms_)) continue;
    const std::string other = replacement("S", found, rule);
    if (other == found) continue;
    replaced.append(text, copied, begin - copied).append(other);
    copied = begin + match.size();
    ++replaced_;
  }
  return replaced.append(text, copied);
}

std::string Pass::replacement(std::string_view tag, std::string_view text,
                              const CompiledRule& rule) {
  const bool mask = rule.rule.action == RedactionAction::mask || !pseudonyms_;
  if (tag == "N") return mask ? "0" : pseudonyms_->of_number(text);
  if (tag == "B") {
    const auto bytes = wire::decode_base64(text);
    std::string encoded;
    wire::append_base64(encoded, mask || !bytes ? kRedacted : pseudonyms_->of_bytes(*bytes));
    return encoded;
  }
  if (text.empty()) return "";
  return mask ? std::string(kRedacted) : pseudonyms_->of_text(text);
}

int redact(Pass& pass, std::string& body) {
  auto document = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) return 0;
  const int replaced = pass.run(document);
  if (replaced > 0) {
    body = document.dump(-1, ' ', /*ensure_ascii=*/false, json::error_handler_t::replace);
  }
  return replaced;
}

}  // namespace

std::vector<CompiledRule> compile(const std::vector<RedactionRule>& rules) {
  std::vector<CompiledRule> compiled;
  for (const RedactionRule& rule : rules) {
    CompiledRule one{rule, {}, {}, nullptr};
    if (!rule.attribute.empty()) one.attribute = parse_path(rule.attribute).value_or(PathSteps());
    if (!rule.path.empty()) one.path = parse_path(rule.path).value_or(PathSteps());
    if (!rule.pattern.empty()) {
      RE2::Options options;
      options.set_log_errors(false);
      one.pattern = std::make_shared<const RE2>(rule.pattern, options);
    }
    compiled.push_back(std::move(one));
  }
  return compiled;
}

int BodyRedaction::request(std::string& body, std::string_view operation,
                           RequestTrace& trace) const {
  if (rules_.empty()) return 0;
  Pass pass(rules_, pseudonyms_, operation);
  auto document = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) return 0;
  const int replaced = pass.run(document);
  auto before = std::move(trace.replaced);  // by another redaction of the same request
  trace = pass.trace();
  trace.replaced.insert(trace.replaced.end(), before.begin(), before.end());
  if (document.is_object() && !trace.by_element) {
    std::string table;
    if (document.contains("TableName") && document["TableName"].is_string()) {
      table = document["TableName"].get<std::string>();
    } else if (document.contains("Statement") && document["Statement"].is_string()) {
      const auto read = values_of_statement(document["Statement"].get<std::string>());
      if (read) table = read->table;
    } else if (document.contains("ShardIterator") && document["ShardIterator"].is_string()) {
      const auto iterator = document["ShardIterator"].get<std::string>();
      if (iterator.contains(":table/")) table = plain_table(iterator);
    }
    trace.tables = {table};
  }
  if (replaced > 0) {
    body = document.dump(-1, ' ', /*ensure_ascii=*/false, json::error_handler_t::replace);
  }
  return replaced;
}

int BodyRedaction::answer(std::string& body, std::string_view operation,
                          const RequestTrace& trace) const {
  if (rules_.empty()) return 0;
  Pass pass(rules_, pseudonyms_, operation);
  pass.set_request(trace);
  return redact(pass, body);
}

}  // namespace dynatape::cassettes
