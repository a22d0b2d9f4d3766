#include "cassettes/gathering.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "cassettes/json_members.h"
#include "core/digest.h"
#include "emulator/expression/key_condition.h"
#include "emulator/expression/parser.h"
#include "emulator/expression/resolve.h"
#include "emulator/model/number.h"
#include "emulator/wire/base64.h"
#include "emulator/wire/value_reader.h"

namespace dynatape::cassettes {
namespace {

using wire::Json;
using Kind = Json::Kind;

enum class Level : std::uint64_t { account, table, partition, item };

std::uint64_t resource(Level level, std::string_view table, std::string_view partition = "",
                       std::string_view sort = "") {
  return core::StableHash(static_cast<std::uint64_t>(level))
      .add(table)
      .add(partition)
      .add(sort)
      .value();
}

Reach whole(bool writes) { return writes ? Reach::write_whole : Reach::read_whole; }

/// A key attribute's value in bytes that compare as values of its type do.
std::optional<std::string> sortable(std::string_view type, std::string_view value) {
  if (type == "S") return std::string(value);
  if (type == "B") {
    auto bytes = wire::decode_base64(value);
    return bytes ? std::optional(std::move(*bytes)) : std::nullopt;
  }
  const auto number = model::Number::parse(value);
  if (type != "N" || !number) return std::nullopt;
  std::string bytes;
  number->append_sortable(bytes);
  return bytes;
}

std::optional<std::string> sortable(const Json& value) {
  if (value.kind() != Kind::object || value.size() != 1) return std::nullopt;
  const auto only = *value.members().begin();
  if (only.value.kind() != Kind::string) return std::nullopt;
  return sortable(only.name, only.value.string());
}

std::optional<std::string> sortable(const model::AttributeValue& value) {
  if (const auto* text = value.get<std::string>()) return *text;
  if (const auto* binary = value.get<model::Binary>()) return binary->bytes;
  const auto* number = value.get<model::Number>();
  if (!number) return std::nullopt;
  std::string bytes;
  number->append_sortable(bytes);
  return bytes;
}

/// The clauses of a KeyConditionExpression; none where it is no right one.
std::vector<expression::KeyClause> clauses_of(const Json& request) {
  const auto text = text_of(member(request, "KeyConditionExpression"));
  std::optional<expression::Names> names;
  if (const auto sent = member(request, "ExpressionAttributeNames");
      sent && sent->kind() == Kind::object) {
    names.emplace();
    for (const auto& [name, value] : sent->members()) {
      if (value.kind() == Kind::string) names->emplace_back(name, value.string());
    }
    std::ranges::sort(*names);
  }
  std::optional<expression::Values> values;
  if (const auto sent = member(request, "ExpressionAttributeValues")) {
    wire::Decoding decoding;
    wire::Values decoded;
    if (!wire::decode(decoding, *sent, decoded) || decoded.problem.any()) return {};
    values = std::move(decoded.item);
  }
  expression::Placeholders placeholders(std::move(names), std::move(values));
  const auto condition =
      expression::compile_condition(text, expression::Parameter::key_condition, placeholders);
  if (!condition) return {};
  auto key = expression::key_condition(*condition);
  return key ? std::move(key->clauses) : std::vector<expression::KeyClause>();
}

/// The last bytes that begin with `prefix`, and a few more.
std::optional<std::string> end_of_prefix(std::string prefix) {
  while (!prefix.empty() && static_cast<unsigned char>(prefix.back()) == 0xff) prefix.pop_back();
  if (prefix.empty()) return std::nullopt;
  ++prefix.back();
  return prefix;
}

SortRange range_of(const expression::KeyClause& clause) {
  using expression::KeyComparator;
  std::vector<std::string> values;
  for (const auto& value : clause.values) {
    auto bytes = sortable(value);
    if (!bytes) return {};
    values.push_back(std::move(*bytes));
  }
  if (values.empty()) return {};
  switch (clause.comparator) {
    case KeyComparator::eq:
      return {values[0], values[0]};
    case KeyComparator::lt:
    case KeyComparator::le:
      return {"", values[0]};
    case KeyComparator::gt:
    case KeyComparator::ge:
      return {values[0], std::nullopt};
    case KeyComparator::between:
      return {values[0], values.back()};
    case KeyComparator::begins_with:
      return {values[0], end_of_prefix(values[0])};
    default:
      return {};
  }
}

}  // namespace

void Gathering::add(Effect effect) {
  if (std::ranges::find(effects_, effect) == effects_.end()) effects_.push_back(std::move(effect));
}

void Gathering::account(bool writes) { add({resource(Level::account, ""), whole(writes), {}}); }

void Gathering::table(std::string_view name, Reach reach) {
  add({resource(Level::table, plain_table(name)), reach, {}});
}

void Gathering::item(std::string_view table_name, const std::optional<Json>& holder, bool writes) {
  const std::string_view name = plain_table(table_name);
  const auto* key = keys_.find(name);
  std::vector<std::string> values;
  for (const std::string& attribute : key ? key->names : std::vector<std::string>()) {
    const auto value = holder ? member(*holder, attribute) : std::nullopt;
    auto bytes = value ? sortable(*value) : std::nullopt;
    if (!bytes) break;
    values.push_back(std::move(*bytes));
  }
  if (!key || values.size() != key->names.size()) return table(name, whole(writes));
  table(name, writes ? Reach::write_part : Reach::read_part);
  const std::string second = values.size() > 1 ? values[1] : "";
  add({resource(Level::item, name, values[0], second), whole(writes), {}});
  if (writes && values.size() > 1 && !key->hash.empty()) {
    add({resource(Level::partition, name, values[0]), Reach::write_part,
         SortRange{second, second}});
  }
}

void Gathering::query(const Json& request) {
  const std::string_view name = plain_table(text_of(member(request, "TableName")));
  const auto* key = keys_.find(name);
  // The clauses hold nothing of the document.
  const auto clauses =
      key && !key->hash.empty() ? clauses_of(request) : std::vector<expression::KeyClause>();
  const auto clause_on = [&](std::string_view attribute) {
    return std::ranges::find(clauses, attribute, &expression::KeyClause::attribute);
  };
  const auto hash = key ? clause_on(key->hash) : clauses.end();
  if (hash == clauses.end() || hash->comparator != expression::KeyComparator::eq) {
    return table(name, Reach::read_whole);
  }
  const auto partition = sortable(hash->values.front());
  if (!partition) return table(name, Reach::read_whole);
  table(name, Reach::read_part);
  if (key->range.empty()) {
    return add({resource(Level::item, name, *partition), Reach::read_whole, {}});
  }
  const auto sort = clause_on(key->range);
  add({resource(Level::partition, name, *partition), Reach::read_whole,
       sort == clauses.end() ? SortRange() : range_of(*sort)});
}

}  // namespace dynatape::cassettes
