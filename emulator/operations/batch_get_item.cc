#include "emulator/expression/projection.h"
#include "emulator/operations/batch.h"
#include "emulator/operations/consumed_tables.h"
#include "emulator/operations/item_key.h"
#include "emulator/operations/operations.h"
#include "emulator/operations/parameters.h"
#include "emulator/operations/projection_parameters.h"

namespace dynatape::operations {
namespace {

struct KeysAndAttributes {
  std::optional<std::vector<wire::Values>> keys;
  std::optional<std::vector<std::string>> attributes_to_get;
  std::optional<bool> consistent_read;
  std::optional<std::string> projection_expression;
  std::optional<wire::Named<std::string>> names;
};

struct BatchGetItemInput {
  std::optional<wire::Named<KeysAndAttributes>> request_items;
  std::optional<std::string> return_consumed_capacity;
};

constexpr std::size_t kMaxKeys = 100;
/// The service's own example, 52 items of 300 KB out of 100, fits this and not 16 MiB.
constexpr std::size_t kMaxAnswerBytes = 16'000'000;

template <class T, class One>
void append_list(std::string& out, const std::vector<T>& list, One one) {
  out += '[';
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i > 0) out += ',';
    one(list[i]);
  }
  out += ']';
}

/// The keys from `first` on, with all that was asked about them, as JSON.
void append_request(std::string& out, const KeysAndAttributes& asked, std::size_t first) {
  wire::ObjectWriter writer(out);
  const std::vector<wire::Values> rest(asked.keys->begin() + static_cast<std::ptrdiff_t>(first),
                                       asked.keys->end());
  append_list(writer.name("Keys"), rest,
              [&](const wire::Values& key) { wire::append(out, key.item); });
  if (asked.attributes_to_get) {
    append_list(writer.name("AttributesToGet"), *asked.attributes_to_get,
                [&](const std::string& name) { wire::append_json_string(out, name); });
  }
  if (asked.consistent_read) writer.boolean("ConsistentRead", *asked.consistent_read);
  if (asked.projection_expression) {
    writer.string("ProjectionExpression", *asked.projection_expression);
  }
  if (asked.names) {
    wire::ObjectWriter names(writer.name("ExpressionAttributeNames"));
    for (const auto& [placeholder, name] : *asked.names) names.string(placeholder, name);
  }
}

std::string print_requests(const wire::Named<KeysAndAttributes>& tables) {
  std::string out;
  {
    wire::ObjectWriter writer(out);
    for (const auto& [name, asked] : tables) {
      std::string& text = writer.name(name);
      if (asked.keys) {
        append_request(text, asked, 0);
      } else {
        text += "{}";
      }
    }
  }
  return out;
}

void check_keys_length(wire::Violations& violations, const std::string& table,
                       const KeysAndAttributes& asked) {
  if (!asked.keys || (!asked.keys->empty() && asked.keys->size() <= kMaxKeys)) return;
  violations.add(
      "Value at 'RequestItems." + table +
      ".member.Keys' failed to satisfy constraint: Member must have length " +
      (asked.keys->empty() ? "greater than or equal to 1" : "less than or equal to 100"));
}

/// Found by the shape's check in the place of its own for maps.
void check_value(wire::Violations& violations, const wire::Named<KeysAndAttributes>& tables,
                 const wire::Constraint&, const wire::Path&) {
  check_table_keys(violations, tables, [&] { return print_requests(tables); });
  for (const auto& [name, asked] : tables) check_keys_length(violations, name, asked);
}

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::KeysAndAttributes> {
  using T = operations::KeysAndAttributes;
  static constexpr std::string_view kName = "KeysAndAttributes";
  static constexpr auto kMembers =
      std::tuple{member("Keys", &T::keys, {.required = true}),
                 member("AttributesToGet", &T::attributes_to_get, {.min = 1}),
                 member("ConsistentRead", &T::consistent_read),
                 member("ProjectionExpression", &T::projection_expression),
                 member("ExpressionAttributeNames", &T::names)};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct dynatape::wire::Shape<dynatape::operations::BatchGetItemInput> {
  using T = operations::BatchGetItemInput;
  static constexpr std::string_view kName = "BatchGetItemInput";
  static constexpr auto kMembers =
      std::tuple{member("RequestItems", &T::request_items, {.required = true}),
                 member("ReturnConsumedCapacity", &T::return_consumed_capacity,
                        {.one_of = operations::kReturnConsumedCapacity})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {
namespace {

using model::Outcome;

/// One table's part of the request, ready to read.
struct TableRead {
  const std::string* name;  ///< as sent
  const KeysAndAttributes* asked;
  std::optional<expression::Projection> projection;
  const storage::TableState* table = nullptr;
  std::vector<std::string> row_keys;
};

Outcome<void> check_input(const Context& context, const BatchGetItemInput& input) {
  if (input.request_items && input.request_items->empty()) {
    return model::invalid(
        context.is_new() ? "1 validation error detected: Value at 'RequestItems' failed to satisfy "
                           "constraint: Member must have length greater than or equal to 1"
                         : "The requestItems parameter is required for BatchGetItem");
  }
  return check(input);
}

/// The checks that need no table: expressions, the number of keys, values.
Outcome<std::vector<TableRead>> plan(const Context& context, const BatchGetItemInput& input) {
  std::vector<TableRead> reads;
  std::size_t keys = 0;
  for (const auto& [name, asked] : *input.request_items) {
    auto projection =
        projection_of(asked.projection_expression, asked.attributes_to_get, asked.names);
    if (!projection) return std::unexpected(projection.error());
    keys += asked.keys->size();
    reads.push_back({&name, &asked, std::move(*projection), nullptr, {}});
  }
  if (keys > kMaxKeys) return model::invalid("Too many items requested for the BatchGetItem call");
  for (const TableRead& read : reads) {
    for (const wire::Values& key : *read.asked->keys) {
      if (auto good = check_values(key.problem, read_layer(context)); !good) {
        return std::unexpected(good.error());
      }
    }
  }
  return reads;
}

Outcome<void> locate(const Context& context, const storage::Snapshot& snapshot,
                     std::vector<TableRead>& reads) {
  DistinctItems distinct;
  for (TableRead& read : reads) {
    const std::string_view name = table_name(*read.name);
    const auto table = find_table(context, snapshot, name);
    if (!table) return std::unexpected(table.error());
    read.table = *table;
    for (const wire::Values& key : *read.asked->keys) {
      auto row_key = row_key_of_key(read.table->definition(), key.item);
      if (!row_key) return std::unexpected(row_key.error());
      if (!distinct.add(name, *row_key)) {
        return model::invalid("Provided list of item keys contains duplicates");
      }
      read.row_keys.push_back(std::move(*row_key));
    }
  }
  return {};
}

/// Reads until the answer is full, then says what was left.
class Reader {
 public:
  void read(const TableRead& read) {
    const bool consistent = read.asked->consistent_read.value_or(false);
    const auto consistency = consistent ? Consistency::strong : Consistency::eventual;
    std::string items;
    for (std::size_t i = 0; i < read.row_keys.size(); ++i) {
      const storage::Record* record = read.table->find(read.row_keys[i]);
      const std::size_t bytes = record != nullptr ? record->size_bytes() : 0;
      if (full_ || bytes_ + bytes > kMaxAnswerBytes) {
        full_ = true;
        add(unprocessed_, *read.name);
        append_request(unprocessed_, *read.asked, i);
        break;
      }
      bytes_ += bytes;
      consumed_.add(*read.name, Consumed{read_units(bytes, consistency), {}, {}});
      if (record != nullptr) append_item(items, *record, read.projection);
    }
    add(responses_, *read.name);
    responses_ += '[' + items + ']';
  }

  [[nodiscard]] std::string answer(Detail asked) const {
    std::string body;
    {
      wire::ObjectWriter writer(body);
      consumed_.append_to(writer, asked);
      writer.name("Responses") += '{' + responses_ + '}';
      writer.name("UnprocessedKeys") += '{' + unprocessed_ + '}';
    }
    return body;
  }

 private:
  static void append_item(std::string& items, const storage::Record& record,
                          const std::optional<expression::Projection>& projection) {
    if (!items.empty()) items += ',';
    if (projection) {
      wire::append(items, expression::project(record.item().decode(), *projection));
    } else {
      wire::append(items, record.item());
    }
  }

  /// Begins a member of an object.
  static void add(std::string& members, const std::string& name) {
    if (!members.empty()) members += ',';
    wire::append_json_string(members, name);
    members += ':';
  }

  std::size_t bytes_ = 0;
  bool full_ = false;
  ConsumedTables consumed_;
  std::string responses_;
  std::string unprocessed_;
};

}  // namespace

Answer batch_get_item(const Context& context, const wire::Json& body) {
  const auto input = read<BatchGetItemInput>(body);
  if (!input) return std::unexpected(input.error());
  if (auto good = check_input(context, *input); !good) return std::unexpected(good.error());
  auto reads = plan(context, *input);
  if (!reads) return std::unexpected(reads.error());

  const storage::Snapshot snapshot = context.database.snapshot();
  if (auto good = locate(context, snapshot, *reads); !good) return std::unexpected(good.error());
  Reader reader;
  for (const TableRead& read : *reads) reader.read(read);
  return reader.answer(detail(input->return_consumed_capacity));
}

}  // namespace dynatape::operations
