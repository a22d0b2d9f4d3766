#include <algorithm>
#include <map>
#include <utility>

#include "emulator/expression/partiql_plan.h"
#include "emulator/operations/batch.h"
#include "emulator/operations/cancellation.h"
#include "emulator/operations/claim.h"
#include "emulator/operations/collection_metrics.h"
#include "emulator/operations/consumed_tables.h"
#include "emulator/operations/item_key.h"
#include "emulator/operations/operations.h"
#include "emulator/operations/partiql_input.h"
#include "emulator/operations/partiql_read.h"
#include "emulator/operations/partiql_write.h"
#include "emulator/operations/request.h"
#include "emulator/storage/key_codec.h"

namespace dynatape::operations {
namespace {

namespace partiql = expression::partiql;
using model::ErrorType;
using model::ServiceError;

struct BatchStatementInput : StatementInput {
  std::optional<bool> consistent_read;
};

struct BatchExecuteStatementInput {
  std::optional<std::vector<BatchStatementInput>> statements;
  std::optional<std::string> return_consumed_capacity;
};

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::BatchStatementInput> {
  using T = operations::BatchStatementInput;
  static constexpr std::string_view kName = "BatchStatementRequest";
  static constexpr auto kMembers = std::tuple_cat(
      operations::kStatementMembers, std::tuple{member("ConsistentRead", &T::consistent_read)});
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct dynatape::wire::Shape<dynatape::operations::BatchExecuteStatementInput> {
  using T = operations::BatchExecuteStatementInput;
  static constexpr std::string_view kName = "BatchExecuteStatementInput";
  static constexpr auto kMembers =
      std::tuple{member("Statements", &T::statements, {.required = true, .min = 1, .max = 25}),
                 member("ReturnConsumedCapacity", &T::return_consumed_capacity,
                        {.one_of = operations::kReturnConsumedCapacity})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {
namespace {

/// The error of a statement that had begun to write, which is charged and names its table.
bool has_run(ErrorType type) {
  return type == ErrorType::conditional_check_failed || type == ErrorType::duplicate_item;
}

/// One statement of the batch: compiled, or why it could not be.
struct Member {
  const BatchStatementInput* input;
  model::Outcome<partiql::Statement> statement;

  [[nodiscard]] const partiql::Select* select() const {
    return statement ? std::get_if<partiql::Select>(&*statement) : nullptr;
  }
};

/// What the batch consumed by table; failed writes count only where another statement of their
/// table succeeded, and then in no part but the sum.
class BatchCapacity {
 public:
  void add(const std::string& table, const Consumed& consumed) {
    succeeded_.add(table, consumed);
    failed_.try_emplace(table).first->second.first = true;
  }
  void add_failed(const std::string& table, double units) { failed_[table].second += units; }

  void append_to(wire::ObjectWriter& writer, Detail detail) {
    bool any = false;
    for (const auto& [table, failed] : failed_) {
      if (!failed.first) continue;
      any = true;
      Consumed consumed;
      consumed.unassigned = failed.second;
      succeeded_.add(table, consumed);
    }
    if (any) succeeded_.append_to(writer, detail);
  }

 private:
  ConsumedTables succeeded_;
  std::map<std::string, std::pair<bool, double>> failed_;  ///< any success; units of failures
};

class Batch {
 public:
  Batch(const Context& context, BatchExecuteStatementInput& input)
      : context_(context), detail_(detail(input.return_consumed_capacity)) {
    for (BatchStatementInput& each : *input.statements) {
      auto good = check_parameters(each);
      members_.push_back({&each, good ? compile(context, each)
                                      : model::Outcome<partiql::Statement>(
                                            std::unexpected(std::move(good.error())))});
    }
  }

  /// What makes the whole batch be refused; a statement that does not compile takes no part in it.
  [[nodiscard]] model::Outcome<void> check_together() const {
    std::size_t reads = 0;
    std::size_t writes = 0;
    for (const Member& member : members_) {
      if (member.statement) ++(member.select() != nullptr ? reads : writes);
    }
    if (reads > 0 && writes > 0) {
      return model::invalid("Read and write requests together in the same batch is not supported.");
    }
    return check_distinct();
  }

  std::string run() {
    std::string body;
    {
      wire::ObjectWriter writer(body);
      std::string responses = "[";
      for (const Member& member : members_) {
        if (responses.size() > 1) responses += ',';
        wire::ObjectWriter response(responses);
        run(member, response);
      }
      capacity_.append_to(writer, detail_);
      writer.name("Responses") += responses + "]";
    }
    return body;
  }

 private:
  [[nodiscard]] model::Outcome<void> check_distinct() const;
  void run(const Member& member, wire::ObjectWriter& response);
  void refuse(const ServiceError& error, const std::string& table, wire::ObjectWriter& response);
  model::Outcome<std::optional<model::Item>> read(const BatchStatementInput& input,
                                                  const partiql::Select& select);
  model::Outcome<std::optional<model::Item>> write(const partiql::Statement& statement);

  const Context& context_;
  Detail detail_;
  std::vector<Member> members_;
  BatchCapacity capacity_;
};

/// The key of the row a statement names, if it names one.
std::optional<std::string> named_row(const storage::Snapshot& snapshot,
                                     const partiql::Statement& statement) {
  const storage::TableState* table = snapshot.table(table_of(statement));
  if (table == nullptr) return std::nullopt;
  const model::KeySchema& schema = table->definition().key;
  const auto key_of = [&](const auto& where) -> std::optional<std::string> {
    const auto keyed = partiql::keyed_condition(where, schema);
    return keyed ? storage::table_key(schema, keyed->key) : std::nullopt;
  };
  if (const auto* insert = std::get_if<partiql::InsertStatement>(&statement)) {
    return storage::table_key(schema, insert->item);
  }
  if (const auto* update = std::get_if<partiql::UpdateStatement>(&statement)) {
    return key_of(update->where);
  }
  if (const auto* erase = std::get_if<partiql::DeleteStatement>(&statement)) {
    return key_of(erase->where);
  }
  const auto* select = std::get_if<partiql::Select>(&statement);
  return select != nullptr && !select->from.index ? key_of(select->where) : std::nullopt;
}

model::Outcome<void> Batch::check_distinct() const {
  const storage::Snapshot snapshot = context_.database.snapshot();
  DistinctItems rows;
  for (const Member& member : members_) {
    if (!member.statement) continue;
    auto row = named_row(snapshot, *member.statement);
    if (row && !rows.add(table_of(*member.statement), std::move(*row))) {
      return model::invalid("Provided list of item keys contains duplicates");
    }
  }
  return {};
}

void Batch::run(const Member& member, wire::ObjectWriter& response) {
  if (!member.statement) return refuse(member.statement.error(), {}, response);
  const std::string& table = table_of(*member.statement);
  const partiql::Select* select = member.select();
  const auto item = select != nullptr ? read(*member.input, *select) : write(*member.statement);
  if (!item) return refuse(item.error(), table, response);
  if (*item) wire::append(response.name("Item"), **item);
  response.string("TableName", table);
}

void Batch::refuse(const ServiceError& error, const std::string& table,
                   wire::ObjectWriter& response) {
  {
    wire::ObjectWriter writer(response.name("Error"));
    writer.string("Code", short_code(error.type));
    writer.string("Message", error.message);
  }
  if (has_run(error.type)) response.string("TableName", table);
}

model::Outcome<std::optional<model::Item>> Batch::read(const BatchStatementInput& input,
                                                       const partiql::Select& select) {
  const storage::Snapshot snapshot = context_.database.snapshot();
  const auto table = find_table(context_, snapshot, select.from.table);
  if (!table) return std::unexpected(table.error());
  const model::Table& definition = (*table)->definition();
  const auto keyed = partiql::keyed_condition(select.where, definition.key);
  if (select.from.index || !keyed || keyed->rest) {
    return model::invalid(
        "Select statements within BatchExecuteStatement must specify the primary key in the where "
        "clause.");
  }
  const auto key = row_key_of_key(definition, keyed->key);
  if (!key) return std::unexpected(key.error());
  const storage::Record* record = (*table)->find(*key);
  const auto consistency =
      input.consistent_read.value_or(false) ? Consistency::strong : Consistency::eventual;
  Consumed consumed;
  consumed.table = read_units(record != nullptr ? record->size_bytes() : 0, consistency);
  capacity_.add(definition.name, consumed);
  if (record == nullptr) return std::nullopt;
  return columns_of(select, record->item().decode());
}

model::Outcome<std::optional<model::Item>> Batch::write(const partiql::Statement& statement) {
  using Result = model::Outcome<std::optional<model::Item>>;
  if (std::holds_alternative<partiql::ExistsStatement>(statement)) {
    return model::invalid("EXISTS() is only supported within ExecuteTransaction");
  }
  return context_.database.transact([&](storage::Transaction& transaction) -> Result {
    const auto target = write_target(context_, transaction, statement);
    if (!target) return std::unexpected(target.error());
    auto key = row_key(*target, statement);
    if (!key) return std::unexpected(std::move(key.error()));
    const model::Table& table = target->table->definition();
    if (auto free = claim(context_, table.name, *key); !free) {
      return std::unexpected(std::move(free.error()));
    }
    const storage::Record* before = target->table->find(*key);
    const std::size_t stored = before != nullptr ? before->size_bytes() : 0;
    // A batch never returns the item of a failed condition, whatever the statement asks.
    const auto effect = effect_of(*target, std::move(*key), statement, false);
    if (!effect) {
      const bool inserts = std::holds_alternative<partiql::InsertStatement>(statement);
      const std::size_t sent = inserts ? model::size_bytes(target->key) : 0;
      if (has_run(effect.error().type)) {
        capacity_.add_failed(table.name, write_units(std::max(stored, sent)));
      }
      return std::unexpected(effect.error());
    }
    const storage::Change change = carry_out(*target->table, *effect);
    if (auto good = check_collection(context_, change); !good) {
      return std::unexpected(good.error());
    }
    capacity_.add(table.name, consumed_by(change, table));
    return returned(statement, change);
  });
}

}  // namespace

Answer batch_execute_statement(const Context& context, const wire::Json& body) {
  auto input = operations::read<BatchExecuteStatementInput>(body);
  if (!input) return std::unexpected(input.error());
  if (auto good = check(*input); !good) return std::unexpected(good.error());
  Batch batch(context, *input);
  if (auto good = batch.check_together(); !good) return std::unexpected(good.error());
  return batch.run();
}

}  // namespace dynatape::operations
