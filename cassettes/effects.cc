#include "cassettes/effects.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/digest.h"
#include "emulator/expression/key_condition.h"
#include "emulator/expression/parser.h"
#include "emulator/expression/resolve.h"
#include "emulator/model/number.h"
#include "emulator/wire/base64.h"
#include "emulator/wire/json.h"
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

std::optional<Json> member(const Json& object, std::string_view name) {
  if (object.kind() != Kind::object) return std::nullopt;
  for (const auto& [key, value] : object.members()) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::string_view text_of(const std::optional<Json>& value) {
  return value && value->kind() == Kind::string ? value->string() : std::string_view();
}

/// The name in a table's ARN, or what is one already.
std::string_view plain_table(std::string_view name) {
  constexpr std::string_view kTable = ":table/";
  const auto at = name.find(kTable);
  if (at == std::string_view::npos) return name;
  name.remove_prefix(at + kTable.size());
  return name.substr(0, name.find('/'));
}

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

/// Gathers the effects of one call.
class Gathering {
 public:
  explicit Gathering(const TableKeys& keys, bool writes) : keys_(keys), writes_(writes) {}

  void account(bool writes) { add({resource(Level::account, ""), whole(writes), {}}); }
  void table(std::string_view name, Reach reach) {
    add({resource(Level::table, plain_table(name)), reach, {}});
  }
  /// The item in which the attributes of the table's key have these values.
  void item(std::string_view table_name, const std::optional<Json>& holder, bool writes);
  void query(const Json& request);

  Effects take() && { return std::move(effects_); }
  /// Whether the call, being one that writes, did.
  [[nodiscard]] bool writes() const { return writes_; }

 private:
  static Reach whole(bool writes) { return writes ? Reach::write_whole : Reach::read_whole; }
  void add(Effect effect) {
    if (std::ranges::find(effects_, effect) == effects_.end())
      effects_.push_back(std::move(effect));
  }

  const TableKeys& keys_;
  bool writes_;
  Effects effects_;
};

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

void transaction(Gathering& all, const Json& request) {
  const auto actions = member(request, "TransactItems");
  if (!actions || actions->kind() != Kind::array) return;
  for (const Json& action : actions->elements()) {
    if (action.kind() != Kind::object) continue;
    for (const auto& [verb, target] : action.members()) {
      const bool writes = verb == "Put" || verb == "Update" || verb == "Delete";
      all.item(text_of(member(target, "TableName")), member(target, verb == "Put" ? "Item" : "Key"),
               writes && all.writes());
    }
  }
}

void batch_get(Gathering& all, const Json& request) {
  const auto items = member(request, "RequestItems");
  if (!items || items->kind() != Kind::object) return;
  for (const auto& [table, entry] : items->members()) {
    const auto keys = member(entry, "Keys");
    if (!keys || keys->kind() != Kind::array) continue;
    for (const Json& key : keys->elements()) all.item(table, key, false);
  }
}

void batch_write(Gathering& all, const Json& request) {
  const auto items = member(request, "RequestItems");
  if (!items || items->kind() != Kind::object) return;
  for (const auto& [table, entries] : items->members()) {
    if (entries.kind() != Kind::array) continue;
    for (const Json& entry : entries.elements()) {
      if (const auto put = member(entry, "PutRequest")) {
        all.item(table, member(*put, "Item"), all.writes());
      } else if (const auto erase = member(entry, "DeleteRequest")) {
        all.item(table, member(*erase, "Key"), all.writes());
      }
    }
  }
}

/// The table of a PartiQL statement: `INSERT INTO "orders" …`, `… FROM orders …`.
std::string_view statement_table(std::string_view statement) {
  static constexpr std::array<std::string_view, 3> kBefore = {"from", "into", "update"};
  bool next = false;
  for (std::size_t at = 0; at < statement.size();) {
    const auto end = std::min(statement.find_first_of(" \t\r\n", at), statement.size());
    std::string_view word = statement.substr(at, end - at);
    at = end + 1;
    if (word.empty()) continue;
    if (next) {
      if (word.starts_with('"')) return word.substr(1, word.find('"', 1) - 1);
      return word.substr(0, word.find_first_of(".;"));
    }
    std::string lower(word);
    std::ranges::transform(lower, lower.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    next = std::ranges::find(kBefore, lower) != kBefore.end();
  }
  return "";
}

void statement(Gathering& all, std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  const bool reads = first != std::string_view::npos && (text[first] == 's' || text[first] == 'S');
  all.table(statement_table(text), reads || !all.writes() ? Reach::read_whole : Reach::write_whole);
}

void statements(Gathering& all, const Json& request) {
  if (const auto one = text_of(member(request, "Statement")); !one.empty()) statement(all, one);
  for (const char* list : {"Statements", "TransactStatements"}) {
    const auto several = member(request, list);
    if (!several || several->kind() != Kind::array) continue;
    for (const Json& entry : several->elements()) {
      statement(all, text_of(member(entry, "Statement")));
    }
  }
}

/// What names a table, of the requests about tables.
constexpr std::array<std::string_view, 7> kTableNames = {
    "TableName",      "TargetTableName", "SourceTableName", "GlobalTableName",
    "SourceTableArn", "TableArn",        "ResourceArn"};

void control(Gathering& all, const core::Operation& operation, const Json& request) {
  const bool reads = is_poll(&operation);
  const bool writes = !reads && all.writes();
  if (operation.name == "ListTables") return all.account(false);
  const bool lists_change = operation.name == "CreateTable" || operation.name == "DeleteTable" ||
                            operation.name.starts_with("Restore") ||
                            operation.name == "ImportTable";
  if (lists_change) all.account(writes);
  for (const std::string_view name : kTableNames) {
    const auto table = text_of(member(request, name));
    if (!table.empty()) all.table(table, writes ? Reach::write_whole : Reach::read_part);
  }
}

constexpr std::array<std::string_view, 5> kThrottles = {
    "ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded",
    "LimitExceededException", "TransactionInProgressException"};

bool overlap(const std::optional<SortRange>& a, const std::optional<SortRange>& b) {
  if (!a || !b) return true;
  return (!a->high || *a->high >= b->low) && (!b->high || *b->high >= a->low);
}

}  // namespace

bool conflict(Reach a, Reach b) {
  if (a == Reach::write_whole || b == Reach::write_whole) return true;
  return a != b && (a == Reach::write_part || b == Reach::write_part) &&
         (a == Reach::read_whole || b == Reach::read_whole);
}

bool conflicts(const Effects& a, const Effects& b) {
  for (const Effect& one : a) {
    for (const Effect& other : b) {
      if (one.resource == other.resource && conflict(one.mode, other.mode) &&
          overlap(one.range, other.range)) {
        return true;
      }
    }
  }
  return false;
}

void TableKeys::learn_description(std::string_view answer) {
  const auto document = Json::parse(answer);
  if (!document) return;
  auto table = member(*document, "Table");
  if (!table) table = member(*document, "TableDescription");
  if (!table) return;
  const auto schema = member(*table, "KeySchema");
  const auto name = text_of(member(*table, "TableName"));
  if (name.empty() || !schema || schema->kind() != Kind::array) return;
  Key key;
  for (const Json& element : schema->elements()) {
    const bool hash = text_of(member(element, "KeyType")) == "HASH";
    (hash ? key.hash : key.range) = text_of(member(element, "AttributeName"));
  }
  if (key.hash.empty()) return;
  key.names.push_back(key.hash);
  if (!key.range.empty()) key.names.push_back(key.range);
  keys_.insert_or_assign(std::string(name), std::move(key));
}

void TableKeys::learn_key(std::string_view request) {
  const auto document = Json::parse(request);
  if (!document) return;
  const auto name = plain_table(text_of(member(*document, "TableName")));
  const auto sent = member(*document, "Key");
  if (name.empty() || keys_.contains(name) || !sent || sent->kind() != Kind::object) return;
  Key key;
  for (const auto& [attribute, value] : sent->members()) key.names.emplace_back(attribute);
  if (key.names.empty() || key.names.size() > 2) return;
  std::ranges::sort(key.names);
  if (key.names.size() == 1) key.hash = key.names.front();
  keys_.emplace(name, std::move(key));
}

const TableKeys::Key* TableKeys::find(std::string_view table) const {
  const auto found = keys_.find(table);
  return found == keys_.end() ? nullptr : &found->second;
}

Effects effects_of(const Deed& deed, const TableKeys& keys) {
  if (!deed.operation || deed.operation->service == core::Service::streams) return {};
  const bool refused = deed.status >= 400 && deed.status < 500;
  if (refused && std::ranges::find(kThrottles, deed.error) != kThrottles.end()) return {};
  const auto request = Json::parse(deed.request);
  if (!request) return {};
  const std::string_view name = deed.operation->name;
  Gathering all(keys, !refused);
  const auto table = text_of(member(*request, "TableName"));
  if (refused && deed.error == "ResourceNotFoundException" && !table.empty()) {
    all.table(table, Reach::read_part);
  } else if (name == "GetItem") {
    all.item(table, member(*request, "Key"), false);
  } else if (name == "PutItem") {
    all.item(table, member(*request, "Item"), all.writes());
  } else if (name == "UpdateItem" || name == "DeleteItem") {
    all.item(table, member(*request, "Key"), all.writes());
  } else if (name == "Query") {
    all.query(*request);
  } else if (name == "Scan" || name == "SearchVectors") {
    all.table(table, Reach::read_whole);
  } else if (name.starts_with("Transact")) {
    transaction(all, *request);
  } else if (name == "BatchGetItem") {
    batch_get(all, *request);
  } else if (name == "BatchWriteItem") {
    batch_write(all, *request);
  } else if (deed.operation->kind == core::OperationKind::statement) {
    statements(all, *request);
  } else {
    control(all, *deed.operation, *request);
  }
  return std::move(all).take();
}

std::string error_type(std::string_view body) {
  const auto document = Json::parse(body);
  if (!document) return "";
  std::string_view type = text_of(member(*document, "__type"));
  return std::string(
      type.substr(type.find('#') == std::string_view::npos ? 0 : type.find('#') + 1));
}

std::string call_label(const core::Operation* operation, std::string_view body,
                       const TableKeys& keys) {
  if (!operation) return "a request without an operation";
  std::string label(operation->name);
  const auto request = Json::parse(body);
  if (!request) return label;
  const auto table = plain_table(text_of(member(*request, "TableName")));
  if (table.empty()) return label;
  label.append(" ").append(table);
  const auto* key = keys.find(table);
  const auto holder = member(*request, operation->name == "PutItem" ? "Item" : "Key");
  if (!key || !holder) return label;
  for (const std::string& name : key->names) {
    const auto value = member(*holder, name);
    if (!value || value->kind() != Kind::object || value->size() != 1) continue;
    label.append("/").append(text_of((*value->members().begin()).value));
  }
  return label;
}

bool is_poll(const core::Operation* operation) {
  if (!operation || operation->kind != core::OperationKind::control) return false;
  return operation->name.starts_with("Describe") || operation->name.starts_with("List") ||
         operation->name.starts_with("Get");
}

}  // namespace dynatape::cassettes
