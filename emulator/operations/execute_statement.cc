#include "emulator/operations/claim.h"
#include "emulator/operations/collection_metrics.h"
#include "emulator/operations/operations.h"
#include "emulator/operations/partiql_input.h"
#include "emulator/operations/partiql_read.h"
#include "emulator/operations/partiql_write.h"
#include "emulator/operations/request.h"

namespace dynatape::operations {
namespace {

namespace partiql = expression::partiql;

struct ExecuteStatementInput : StatementInput {
  std::optional<bool> consistent_read;
  std::optional<std::string> next_token;
  std::optional<std::string> return_consumed_capacity;
  std::optional<std::int32_t> limit;
};

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::ExecuteStatementInput> {
  using T = operations::ExecuteStatementInput;
  static constexpr std::string_view kName = "ExecuteStatementInput";
  static constexpr auto kMembers =
      std::tuple_cat(operations::kStatementMembers,
                     std::tuple{member("ConsistentRead", &T::consistent_read),
                                member("NextToken", &T::next_token, {.min = 1, .max = 32768}),
                                member("ReturnConsumedCapacity", &T::return_consumed_capacity,
                                       {.one_of = operations::kReturnConsumedCapacity}),
                                member("Limit", &T::limit, {.min = 1})});
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {
namespace {

Answer read(const Context& context, const ExecuteStatementInput& input,
            const partiql::Select& select, PageRequest request, std::string_view fingerprint) {
  const storage::Snapshot snapshot = context.database.snapshot();
  const auto table = find_table(context, snapshot, select.from.table);
  if (!table) return std::unexpected(table.error());
  if (input.consistent_read.value_or(false)) request.consistency = Consistency::strong;
  request.limit = input.limit;
  const auto page = select_page(**table, select, request);
  if (!page) return std::unexpected(page.error());
  std::string body;
  {
    wire::ObjectWriter writer(body);
    append_consumed(writer, page->consumed, select.from.table,
                    detail(input.return_consumed_capacity));
    writer.name("Items") += page->items;
    if (!page->complete) {
      wire::append(writer.name("LastEvaluatedKey"), page->last_key);
      writer.string("NextToken", encode_token(page->last, fingerprint, context.now));
    }
  }
  return body;
}

Answer write(const Context& context, const ExecuteStatementInput& input,
             const partiql::Statement& statement) {
  return context.database.transact([&](storage::Transaction& transaction) -> Answer {
    const auto target = write_target(context, transaction, statement);
    if (!target) return std::unexpected(target.error());
    auto key = row_key(*target, statement);
    if (!key) return std::unexpected(std::move(key.error()));
    if (auto free = claim(context, target->table->definition().name, *key); !free) {
      return std::unexpected(std::move(free.error()));
    }
    const auto effect =
        effect_of(*target, std::move(*key), statement, input.return_values_on_failure == "ALL_OLD");
    if (!effect) return std::unexpected(effect.error());
    const storage::Change change = carry_out(*target->table, *effect);
    if (auto good = check_collection(context, change); !good) {
      return std::unexpected(good.error());
    }
    std::string body;
    {
      wire::ObjectWriter writer(body);
      const model::Table& table = target->table->definition();
      append_consumed(writer, consumed_by(change, table), table.name,
                      detail(input.return_consumed_capacity));
      std::string& items = writer.name("Items");
      items += '[';
      if (const auto item = returned(statement, change)) wire::append(items, *item);
      items += ']';
    }
    return body;
  });
}

}  // namespace

Answer execute_statement(const Context& context, const wire::Json& body) {
  auto input = operations::read<ExecuteStatementInput>(body);
  if (!input) return std::unexpected(input.error());
  if (auto good = check(*input); !good) return std::unexpected(good.error());
  if (auto good = check_parameters(*input); !good) return std::unexpected(good.error());
  const std::string bound_to = fingerprint(*input);
  const auto statement = compile(context, *input);
  if (!statement) return std::unexpected(statement.error());
  PageRequest request;
  if (input->next_token) {
    auto after = decode_token(*input->next_token, bound_to, context.now);
    if (!after) return std::unexpected(std::move(after.error()));
    request.after = std::move(*after);
  }
  if (const auto* select = std::get_if<partiql::Select>(&*statement)) {
    return read(context, *input, *select, std::move(request), bound_to);
  }
  if (std::holds_alternative<partiql::ExistsStatement>(*statement)) {
    return model::invalid("EXISTS() is only supported within ExecuteTransaction");
  }
  return write(context, *input, *statement);
}

}  // namespace dynatape::operations
