#include "interceptors/match_reader.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "cassettes/match_parts.h"
#include "core/operation.h"
#include "interceptors/suggestion.h"

namespace dynatape::interceptors {
namespace {

using cassettes::MatchRule;

constexpr std::string_view kMembers[] = {"operation", "table", "ignore", "loosen", "bind"};
constexpr std::string_view kLoosenMembers[] = {"path", "as"};

constexpr auto kOperationNames = [] {
  std::array<std::string_view, std::size(core::kOperations)> names{};
  std::ranges::transform(core::kOperations, names.begin(), &core::Operation::name);
  return names;
}();

constexpr auto kLooseningNames = [] {
  std::array<std::string_view, std::size(cassettes::kLoosenings)> names{};
  std::ranges::transform(cassettes::kLoosenings, names.begin(), &cassettes::LooseningRow::name);
  return names;
}();

/// What a path may begin with.
std::vector<std::string_view> parameters() {
  std::vector<std::string_view> names(std::begin(cassettes::kOtherParameters),
                                      std::end(cassettes::kOtherParameters));
  for (const cassettes::MatchPart& part : cassettes::kMatchParts) {
    names.insert(names.end(), part.parameters.begin(), part.parameters.end());
  }
  return names;
}

const cassettes::MatchPart* part_named(std::string_view name) {
  const auto* const found =
      std::ranges::find(cassettes::kMatchParts, name, &cassettes::MatchPart::name);
  return found == std::end(cassettes::kMatchParts) ? nullptr : found;
}

/// A path that begins with a parameter; says what is wrong with any other text.
cassettes::PathPattern read_path(const JsonField& field, bool parts_too) {
  std::string text = field.text();
  const std::string first = text.substr(0, text.find_first_of(".["));
  std::vector<std::string_view> known = parameters();
  if (std::ranges::find(known, first) == known.end()) {
    std::string names;
    if (parts_too) {
      for (const auto& part : cassettes::kMatchParts) {
        names.append(names.empty() ? "" : ", ").append(part.name);
        known.push_back(part.name);
      }
      names = "a part (" + names + ") or ";
    }
    field.must_be(names + "a path that begins with a parameter of a request, such as " +
                  "Item.createdAt" + did_you_mean(first, known));
  }
  return cassettes::PathPattern(text);
}

void read_ignored(const JsonField& field, MatchRule& rule) {
  const std::string text = field.text();
  if (const auto* part = part_named(text)) {
    rule.parts.emplace_back(part->name);
    rule.parameters.insert(rule.parameters.end(), part->parameters.begin(), part->parameters.end());
  } else {
    rule.ignored.push_back(read_path(field, /*parts_too=*/true));
  }
}

MatchRule::Loosened read_loosened(const JsonField& field) {
  field.only(kLoosenMembers);
  auto path = read_path(field.required("path", R"("path", such as "Item.version")"),
                        /*parts_too=*/false);
  const std::string as = field.required("as", R"("as", such as "any-number")")
                             .choice(kLooseningNames, "what may stand there");
  const auto* const row =
      std::ranges::find(cassettes::kLoosenings, as, &cassettes::LooseningRow::name);
  const bool found = row != std::end(cassettes::kLoosenings);
  return {std::move(path), found ? row->loosening : cassettes::Loosening::any};
}

MatchRule read_rule(const JsonField& field) {
  MatchRule rule;
  field.only(kMembers);
  if (const auto operations = field.member("operation")) {
    for (const JsonField& name : operations->one_or_more()) {
      rule.operations.push_back(
          core::find_operation(name.choice(kOperationNames, "an operation of DynamoDB")));
    }
  }
  if (const auto tables = field.member("table")) {
    for (const JsonField& name : tables->one_or_more()) rule.tables.push_back(name.text());
  }
  const auto ignore = field.member("ignore");
  if (ignore) {
    for (const JsonField& each : ignore->one_or_more()) read_ignored(each, rule);
  }
  const auto loosen = field.member("loosen");
  if (loosen) {
    for (const JsonField& each : loosen->one_or_more()) {
      rule.loosened.push_back(read_loosened(each));
    }
  }
  const auto bind = field.member("bind");
  if (bind) {
    for (const JsonField& each : bind->one_or_more()) {
      rule.bound.push_back(read_path(each, /*parts_too=*/false));
    }
  }
  if (!ignore && !loosen && !bind && field.is_object()) {
    field.mistake(R"(it needs "ignore", "loosen" or "bind", such as {"ignore": "Item.createdAt"})");
  }
  return rule;
}

}  // namespace

cassettes::MatchRules read_match_rules(const JsonField& field) {
  std::vector<MatchRule> rules;
  for (const JsonField& each : field.elements()) rules.push_back(read_rule(each));
  return cassettes::MatchRules(std::move(rules));
}

std::string list_match_parts() {
  std::string text = "parts of a request that need not match (\"match\": [{\"ignore\": [...]}]):\n";
  for (const cassettes::MatchPart& part : cassettes::kMatchParts) {
    text.append("  ").append(part.name).append(": ").append(part.help).append(" (");
    for (std::size_t i = 0; i < part.parameters.size(); ++i) {
      text.append(i > 0 ? ", " : "").append(part.parameters[i]);
    }
    text += ")\n";
  }
  text += "what may stand in a place (\"match\": [{\"loosen\": {\"path\": ..., \"as\": ...}}]):\n";
  for (const cassettes::LooseningRow& row : cassettes::kLoosenings) {
    text.append("  ").append(row.name).append(": ").append(row.help).append("\n");
  }
  return text;
}

}  // namespace dynatape::interceptors
