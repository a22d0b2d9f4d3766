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

namespace dynatape::operations {
namespace {

namespace partiql = expression::partiql;

struct ExecuteTransactionInput {
  std::optional<std::vector<StatementInput>> statements;
  std::optional<std::string> client_request_token;
  std::optional<std::string> return_consumed_capacity;
};

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::StatementInput> {
  static constexpr std::string_view kName = "ParameterizedStatement";
  static constexpr auto kMembers = operations::kStatementMembers;
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct dynatape::wire::Shape<dynatape::operations::ExecuteTransactionInput> {
  using T = operations::ExecuteTransactionInput;
  static constexpr std::string_view kName = "ExecuteTransactionInput";
  static constexpr auto kMembers = std::tuple{
      member("TransactStatements", &T::statements, {.required = true, .min = 1, .max = 100}),
      member("ClientRequestToken", &T::client_request_token, {.min = 1, .max = 36}),
      member("ReturnConsumedCapacity", &T::return_consumed_capacity,
             {.one_of = operations::kReturnConsumedCapacity})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {
namespace {

using model::ErrorType;
using model::Outcome;
using model::ServiceError;
using Statements = std::vector<partiql::Statement>;

/// Longer than any client request token, so TransactWriteItems' tokens are others.
constexpr std::string_view kTokenSpace = "ExecuteTransaction's client request token: ";

/// A validation error names the statement it is about.
std::unexpected<ServiceError> in_statement(std::size_t index, ServiceError error) {
  if (error.type == ErrorType::validation) {
    error.message =
        "Validation failed in TransactStatements[" + std::to_string(index) + "]: " + error.message;
  }
  return std::unexpected(std::move(error));
}

/// What a transaction does not run at all.
Outcome<void> check_allowed(const partiql::Statement& statement) {
  const auto* update = std::get_if<partiql::UpdateStatement>(&statement);
  const auto* erase = std::get_if<partiql::DeleteStatement>(&statement);
  const bool returns = (update != nullptr && update->returning != partiql::Returning::nothing) ||
                       (erase != nullptr && erase->returning != partiql::Returning::nothing);
  if (returns) {
    return model::invalid("RETURNING clause is not supported in ExecuteTransaction.");
  }
  const auto* select = std::get_if<partiql::Select>(&statement);
  if (const auto* exists = std::get_if<partiql::ExistsStatement>(&statement)) {
    select = &exists->select;
  }
  if (select != nullptr && select->from.index) {
    return model::invalid("Reads on indices are not supported within transactions.");
  }
  return {};
}

Outcome<Statements> compile_all(const Context& context, ExecuteTransactionInput& input) {
  for (const StatementInput& each : *input.statements) {
    if (auto good = check_parameters(each); !good) return std::unexpected(std::move(good.error()));
  }
  Statements statements;
  for (StatementInput& each : *input.statements) {
    const std::size_t index = statements.size();
    auto statement = compile(context, each);
    if (!statement) return in_statement(index, std::move(statement.error()));
    if (auto good = check_allowed(*statement); !good) {
      return in_statement(index, std::move(good.error()));
    }
    statements.push_back(std::move(*statement));
  }
  return statements;
}

/// True if all only read, false if none does.
Outcome<bool> only_reads(const Statements& statements) {
  std::size_t reads = 0;
  for (const auto& each : statements)
    reads += std::holds_alternative<partiql::Select>(each) ? 1 : 0;
  if (reads != 0 && reads != statements.size()) {
    return model::invalid(
        "ExecuteTransaction API does not support both read and write operations in the same "
        "request.");
  }
  return reads != 0;
}

std::unexpected<ServiceError> repeated_item() {
  return model::invalid("Transaction request cannot include multiple operations on one item");
}

std::string answer_of(std::string_view responses, const ConsumedTables& consumed, Detail detail,
                      Split split) {
  std::string body;
  {
    wire::ObjectWriter writer(body);
    consumed.append_to(writer, detail, split);
    writer.name("Responses").append("[").append(responses) += ']';
  }
  return body;
}

/// The key of the one row that a SELECT of a transaction reads.
Outcome<std::string> row_read(const model::Table& table, const partiql::Select& select) {
  const auto keyed = partiql::keyed_condition(select.where, table.key);
  if (!keyed || keyed->rest) {
    return model::invalid(
        "Select statements within ExecuteTransaction must specify the primary key in the where "
        "clause.");
  }
  return row_key_of_key(table, keyed->key);
}

Answer read_all(const Context& context, const Statements& statements, Detail detail) {
  const storage::Snapshot snapshot = context.database.snapshot();
  DistinctItems distinct;
  ConsumedTables consumed;
  std::string responses;
  std::vector<CancellationReason> reasons;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const auto& select = std::get<partiql::Select>(statements[i]);
    const auto table = find_table(context, snapshot, select.from.table);
    if (!table) return std::unexpected(table.error());
    const auto key = row_read((*table)->definition(), select);
    if (!key) return in_statement(i, key.error());
    if (!distinct.add(select.from.table, *key)) return repeated_item();
    reasons.push_back(conflict_in_transaction(context, select.from.table, *key));
    const storage::Record* record = (*table)->find(*key);
    Consumed units;
    units.table = read_units(record ? record->size_bytes() : 0, Consistency::transactional);
    consumed.add(select.from.table, units);
    if (i > 0) responses += ',';
    wire::ObjectWriter response(responses);
    if (record) wire::append(response.name("Item"), columns_of(select, record->item().decode()));
  }
  const bool free = std::ranges::all_of(reasons, &CancellationReason::is_none);
  if (!free) return std::unexpected(canceled(reasons));
  return answer_of(responses, consumed, detail, Split::read);
}

/// The statements of one writing transaction, taken through each step together.
class Writes {
 public:
  Writes(const Context& context, const ExecuteTransactionInput& input, const Statements& statements,
         storage::Transaction& transaction)
      : context_(context), input_(input), statements_(statements), transaction_(transaction) {}

  Answer run(std::string_view fingerprint) {
    if (auto found = find_all(); !found) return std::unexpected(std::move(found.error()));
    const std::string token =
        std::string(kTokenSpace) + input_.client_request_token.value_or(std::string());
    if (input_.client_request_token) {
      if (auto free = claim_token(context_, token); !free) return std::unexpected(free.error());
      if (const auto* earlier = transaction_.token(token, context_.now)) {
        if (earlier->fingerprint() == fingerprint) return replayed();
        return model::fail(ErrorType::idempotent_parameter_mismatch, "");
      }
    }
    if (auto judged = judge_all(); !judged) return std::unexpected(std::move(judged.error()));
    for (std::size_t i = 0; i < statements_.size(); ++i) {
      if (auto good = write(i); !good) return std::unexpected(std::move(good.error()));
    }
    if (input_.client_request_token) transaction_.remember(token, fingerprint, context_.now);
    return answer_of("", consumed_, detail(input_.return_consumed_capacity), Split::write);
  }

 private:
  Outcome<void> find_all();
  Outcome<void> judge_all();
  Outcome<void> write(std::size_t index);
  std::string replayed();

  /// Cancels for one statement alone.
  [[nodiscard]] std::unexpected<ServiceError> cancel(std::size_t index,
                                                     const ServiceError& error) const {
    std::vector<CancellationReason> reasons(statements_.size());
    reasons[index] = reason_of(error);
    return std::unexpected(canceled(reasons));
  }

  const Context& context_;
  const ExecuteTransactionInput& input_;
  const Statements& statements_;
  storage::Transaction& transaction_;
  std::vector<WriteTarget> targets_;
  std::vector<std::string> keys_;
  std::vector<Effect> effects_;
  ConsumedTables consumed_;
};

/// A key of a wrong type cancels; what else is wrong with keys refuses the request.
bool cancels(const ServiceError& error) {
  return error.message == "The provided key element does not match the schema" ||
         error.message.find("Type mismatch for key") != std::string::npos;
}

Outcome<void> Writes::find_all() {
  for (std::size_t i = 0; i < statements_.size(); ++i) {
    const bool exists = std::holds_alternative<partiql::ExistsStatement>(statements_[i]);
    auto target = write_target(context_, transaction_, statements_[i]);
    const bool incomplete =
        exists && (target ? !target->condition : target.error().type == ErrorType::validation);
    if (incomplete) {
      return in_statement(i,
                          {ErrorType::validation,
                           "EXISTS() must contain a single item read with additional condition"});
    }
    if (!target) return in_statement(i, std::move(target.error()));
    targets_.push_back(std::move(*target));
  }
  DistinctItems distinct;
  for (std::size_t i = 0; i < statements_.size(); ++i) {
    auto key = row_key(targets_[i], statements_[i]);
    if (!key) {
      return cancels(key.error()) ? cancel(i, key.error()) : in_statement(i, key.error());
    }
    if (!distinct.add(table_of(statements_[i]), *key)) return repeated_item();
    keys_.push_back(std::move(*key));
  }
  return {};
}

/// All statements see the tables as they were. One that is invalid is reported alone.
Outcome<void> Writes::judge_all() {
  std::vector<CancellationReason> reasons(statements_.size());
  bool failed = false;
  for (std::size_t i = 0; i < statements_.size(); ++i) {
    const bool return_old = (*input_.statements)[i].return_values_on_failure == "ALL_OLD";
    reasons[i] = claim_in_transaction(context_, targets_[i].table->definition().name, keys_[i]);
    if (!reasons[i].is_none()) {
      failed = true;
      continue;
    }
    auto effect = effect_of(targets_[i], keys_[i], statements_[i], return_old);
    if (effect) {
      effects_.push_back(std::move(*effect));
      continue;
    }
    if (effect.error().type == ErrorType::validation) return cancel(i, effect.error());
    reasons[i] = reason_of(effect.error());
    failed = true;
  }
  if (failed) return std::unexpected(canceled(reasons));
  return {};
}

/// Writes in a transaction cost twice on the table, and on its indexes what they always cost.
Outcome<void> Writes::write(std::size_t index) {
  storage::TableWriter& table = *targets_[index].table;
  const storage::Record* before = table.find(keys_[index]);
  const std::size_t read = before != nullptr ? before->size_bytes() : 0;
  const storage::Change change = carry_out(table, effects_[index]);
  if (auto good = check_collection(context_, change); !good) return cancel(index, good.error());
  Consumed consumed = consumed_by(change, table.definition());
  consumed.table = 2 * std::max(consumed.table, write_units(read));
  consumed_.add(table.definition().name, consumed);
  return {};
}

/// The same transaction again: nothing is written, what it wrote is read.
std::string Writes::replayed() {
  ConsumedTables consumed;
  for (std::size_t i = 0; i < statements_.size(); ++i) {
    const storage::Record* record = targets_[i].table->find(keys_[i]);
    Consumed units;
    units.table = read_units(record ? record->size_bytes() : 0, Consistency::transactional);
    consumed.add(targets_[i].table->definition().name, units);
  }
  return answer_of("", consumed, detail(input_.return_consumed_capacity), Split::read);
}

}  // namespace

Answer execute_transaction(const Context& context, const wire::Json& body) {
  auto input = operations::read<ExecuteTransactionInput>(body);
  if (!input) return std::unexpected(input.error());
  if (auto good = check(*input); !good) return std::unexpected(good.error());
  std::string stands_for;
  for (const StatementInput& each : *input->statements) stands_for += fingerprint(each);
  const auto statements = compile_all(context, *input);
  if (!statements) return std::unexpected(statements.error());
  const auto reads = only_reads(*statements);
  if (!reads) return std::unexpected(reads.error());
  if (*reads) return read_all(context, *statements, detail(input->return_consumed_capacity));
  return context.database.transact([&](storage::Transaction& transaction) -> Answer {
    return Writes(context, *input, *statements, transaction).run(stands_for);
  });
}

}  // namespace dynatape::operations
