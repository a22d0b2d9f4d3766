#include "cassettes/expressions_of.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "cassettes/expression_tree.h"
#include "emulator/expression/key_condition.h"
#include "emulator/expression/partiql_syntax.h"
#include "emulator/expression/resolve.h"
#include "emulator/wire/value_reader.h"

namespace dynatape::cassettes {
namespace {

using expression::Parameter;
using expression::Placeholders;
using wire::Json;

constexpr std::array kExpressions = {Parameter::key_condition, Parameter::condition,
                                     Parameter::filter, Parameter::projection, Parameter::update};
constexpr std::string_view kNames = "ExpressionAttributeNames";
constexpr std::string_view kValues = "ExpressionAttributeValues";
constexpr std::string_view kStatement = "Statement";
constexpr std::string_view kParameters = "Parameters";

/// What a scope holds of expressions.
struct Found {
  std::array<std::optional<Json>, kExpressions.size()> expressions;
  std::optional<Json> names;
  std::optional<Json> values;
  std::optional<Json> statement;
  std::optional<Json> parameters;
  bool any = false;

  std::optional<Json>* place_of(std::string_view name) {
    if (name == kNames) return &names;
    if (name == kValues) return &values;
    if (name == kStatement) return &statement;
    if (name == kParameters) return &parameters;
    for (std::size_t i = 0; i < kExpressions.size(); ++i) {
      if (name == expression::parameter_name(kExpressions.at(i))) return &expressions.at(i);
    }
    return nullptr;
  }
};

/// nullopt where a member is there twice.
std::optional<Found> find(const Json& object) {
  Found found;
  for (const auto [name, value] : object.members()) {
    auto* place = value.is_null() ? nullptr : found.place_of(name);
    if (!place) continue;
    if (*place) return std::nullopt;
    *place = value;
    found.any = found.any ||
                (place != &found.names && place != &found.values && place != &found.parameters);
  }
  return found;
}

std::optional<Placeholders> placeholders_of(const Found& found) {
  std::optional<expression::Names> names;
  if (found.names) {
    if (found.names->kind() != Json::Kind::object) return std::nullopt;
    names.emplace();
    for (const auto [placeholder, name] : found.names->members()) {
      if (name.kind() != Json::Kind::string) return std::nullopt;
      names->emplace_back(placeholder, name.string());
    }
  }
  std::optional<expression::Values> values;
  if (found.values) {
    wire::Decoding decoding;
    wire::Values read;
    if (!wire::decode(decoding, *found.values, read) || read.problem.any()) return std::nullopt;
    values = std::move(read.item);
  }
  Placeholders placeholders(std::move(names), std::move(values));
  if (!placeholders.check_keys()) return std::nullopt;
  return placeholders;
}

std::optional<Node> tree_of_key_condition(std::string_view text, Placeholders& placeholders) {
  auto condition = expression::compile_condition(text, Parameter::key_condition, placeholders);
  if (!condition || !expression::key_condition(*condition)) return std::nullopt;
  return tree_of(std::move(*condition));
}

std::optional<Node> tree_of(std::string_view text, Parameter parameter,
                            Placeholders& placeholders) {
  const auto tree = [](auto compiled) -> std::optional<Node> {
    if (!compiled) return std::nullopt;
    return cassettes::tree_of(std::move(*compiled));
  };
  switch (parameter) {
    case Parameter::key_condition:
      return tree_of_key_condition(text, placeholders);
    case Parameter::projection:
      return tree(expression::compile_projection(text, placeholders));
    case Parameter::update:
      return tree(expression::compile_update(text, placeholders));
    default:
      return tree(expression::compile_condition(text, parameter, placeholders));
  }
}

bool append_trees(const Found& found, std::vector<Node>& out) {
  auto placeholders = placeholders_of(found);
  if (!placeholders) return false;
  for (std::size_t i = 0; i < kExpressions.size(); ++i) {
    const auto& json = found.expressions.at(i);
    if (!json) continue;
    if (json->kind() != Json::Kind::string) return false;
    auto tree = tree_of(json->string(), kExpressions.at(i), *placeholders);
    if (!tree) return false;
    tree->name = expression::parameter_name(kExpressions.at(i));
    out.push_back(std::move(*tree));
  }
  return placeholders->check_all_used().has_value();
}

bool append_statement(const Found& found, std::vector<Node>& out) {
  if (!found.statement) return !found.parameters;
  if (found.statement->kind() != Json::Kind::string) return false;
  const std::string_view text = found.statement->string();
  if (text.size() > expression::partiql::kMaxStatementBytes) return false;
  std::vector<model::AttributeValue> parameters;
  if (found.parameters) {
    if (found.parameters->kind() != Json::Kind::array || found.parameters->size() == 0) {
      return false;
    }
    for (const Json& parameter : found.parameters->elements()) {
      wire::Decoding decoding;
      wire::OneValue read;
      if (!wire::decode(decoding, parameter, read) || read.problem.any()) return false;
      parameters.push_back(std::move(read.value));
    }
  }
  const auto parsed = expression::partiql::parse(text);
  if (!parsed) return false;
  auto compiled = expression::partiql::compile(*parsed, parameters);
  if (!compiled) return false;
  out.push_back(cassettes::tree_of(std::move(*compiled)));
  out.back().name = kStatement;
  return true;
}

}  // namespace

bool is_of_expressions(std::string_view parameter) {
  Found places;
  return places.place_of(parameter) != nullptr;
}

bool append_expressions(const Json& object, std::vector<Node>& out) {
  const auto found = find(object);
  if (!found || !found->any) return false;
  const std::size_t before = out.size();
  if (append_trees(*found, out) && append_statement(*found, out)) return true;
  out.resize(before);
  return false;
}

}  // namespace dynatape::cassettes
