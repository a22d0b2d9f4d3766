#include "emulator/expression/projection.h"
#include "emulator/operations/batch.h"
#include "emulator/operations/claim.h"
#include "emulator/operations/consumed_tables.h"
#include "emulator/operations/item_key.h"
#include "emulator/operations/operations.h"
#include "emulator/operations/parameters.h"
#include "emulator/operations/projection_parameters.h"
#include "emulator/operations/transaction.h"

namespace dynatape::operations {
namespace {

struct Get {
  std::optional<TableName> table_name;
  std::optional<wire::Values> key;
  std::optional<std::string> projection_expression;
  std::optional<wire::Named<std::string>> names;
};

struct TransactGetItem {
  std::optional<Get> get;
};

struct TransactGetItemsInput {
  std::optional<std::vector<TransactGetItem>> transact_items;
  std::optional<std::string> return_consumed_capacity;
};

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::Get> {
  using T = operations::Get;
  static constexpr std::string_view kName = "Get";
  static constexpr auto kMembers =
      std::tuple{member("TableName", &T::table_name, operations::kTableName),
                 member("Key", &T::key, {.required = true}),
                 member("ProjectionExpression", &T::projection_expression),
                 member("ExpressionAttributeNames", &T::names)};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct dynatape::wire::Shape<dynatape::operations::TransactGetItem> {
  using T = operations::TransactGetItem;
  static constexpr std::string_view kName = "TransactGetItem";
  static constexpr auto kMembers = std::tuple{member("Get", &T::get, {.required = true})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct dynatape::wire::Shape<dynatape::operations::TransactGetItemsInput> {
  using T = operations::TransactGetItemsInput;
  static constexpr std::string_view kName = "TransactGetItemsInput";
  static constexpr auto kMembers = std::tuple{
      member("TransactItems", &T::transact_items,
             {.required = true, .min = 1, .max = std::int64_t{operations::kMaxTransactionActions}}),
      member("ReturnConsumedCapacity", &T::return_consumed_capacity,
             {.one_of = operations::kReturnConsumedCapacity})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {
namespace {

using model::Outcome;

/// One Get, and what it found.
struct Read {
  const Get* get;
  std::optional<expression::Projection> projection;
  const storage::TableState* table = nullptr;
  const storage::Record* record = nullptr;
};

/// The checks that need no table, one Get after the other.
Outcome<std::vector<Read>> plan(const TransactGetItemsInput& input) {
  std::vector<Read> reads;
  for (const TransactGetItem& item : *input.transact_items) {
    auto projection = projection_of(item.get->projection_expression, std::nullopt, item.get->names);
    if (!projection) return std::unexpected(projection.error());
    if (auto good = check_values(item.get->key->problem, kTransactionLayer); !good) {
      return std::unexpected(good.error());
    }
    reads.push_back({&*item.get, std::move(*projection)});
  }
  return reads;
}

/// Finds the items. A key that does not fit its table cancels the transaction; anything else that
/// is wrong refuses the request.
Outcome<void> locate(const Context& context, const storage::Snapshot& snapshot,
                     std::vector<Read>& reads) {
  for (Read& read : reads) {
    const auto table = find_table(context, snapshot, read.get->table_name->name());
    if (!table) return std::unexpected(table.error());
    read.table = *table;
    if (auto good = check_no_empty_key(read.table->definition().key, read.get->key->item); !good) {
      return good;
    }
  }
  std::vector<CancellationReason> reasons(reads.size());
  bool cancel = false;
  DistinctItems distinct;
  for (std::size_t i = 0; i < reads.size(); ++i) {
    const model::Table& definition = reads[i].table->definition();
    auto key = row_key_of_key(definition, reads[i].get->key->item);
    if (!key) {
      reasons[i] = reason_of(key.error());
      cancel = true;
      continue;
    }
    reasons[i] = conflict_in_transaction(context, definition.name, *key);
    if (!reasons[i].is_none()) cancel = true;
    reads[i].record = reads[i].table->find(*key);
    if (!distinct.add(definition.name, std::move(*key))) return std::unexpected(repeated_item());
  }
  if (cancel) return std::unexpected(canceled(reasons));
  return {};
}

/// {"Item":{…}}, or {} where there is no item or nothing of it is asked for.
void append_response(std::string& out, const Read& read) {
  wire::ObjectWriter writer(out);
  if (read.record == nullptr) return;
  if (!read.projection) {
    wire::append(writer.name("Item"), read.record->item());
    return;
  }
  const model::Item item = expression::project(read.record->item().decode(), *read.projection);
  if (!item.empty()) wire::append(writer.name("Item"), item);
}

std::string answer(const std::vector<Read>& reads, Detail asked) {
  ConsumedTables consumed;
  std::string responses;
  for (const Read& read : reads) {
    const std::size_t bytes = read.record != nullptr ? read.record->size_bytes() : 0;
    consumed.add(read.table->definition().name,
                 Consumed{read_units(bytes, Consistency::transactional), {}, {}});
    if (!responses.empty()) responses += ',';
    append_response(responses, read);
  }
  std::string body;
  {
    wire::ObjectWriter writer(body);
    consumed.append_to(writer, asked, Split::read);
    writer.name("Responses") += '[' + responses + ']';
  }
  return body;
}

}  // namespace

Answer transact_get_items(const Context& context, const wire::Json& body) {
  const auto input = read<TransactGetItemsInput>(body);
  if (!input) return std::unexpected(input.error());
  if (auto good = check(*input); !good) return std::unexpected(good.error());
  auto reads = plan(*input);
  if (!reads) return std::unexpected(reads.error());

  const storage::Snapshot snapshot = context.database.snapshot();
  if (auto good = locate(context, snapshot, *reads); !good) return std::unexpected(good.error());
  std::size_t bytes = 0;
  for (const Read& read : *reads) bytes += read.record != nullptr ? read.record->size_bytes() : 0;
  if (bytes > kMaxTransactionBytes) return std::unexpected(transaction_too_large());
  return answer(*reads, detail(input->return_consumed_capacity));
}

}  // namespace dynatape::operations
