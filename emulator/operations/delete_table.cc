#include "emulator/operations/control_table.h"
#include "emulator/operations/operations.h"
#include "emulator/operations/table_admission.h"
#include "emulator/operations/table_description.h"

namespace dynatape::operations {
namespace {

struct DeleteTableInput {
  std::optional<TableName> table_name;
};

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::DeleteTableInput> {
  static constexpr std::string_view kName = "DeleteTableInput";
  static constexpr auto kMembers = std::tuple{
      member("TableName", &operations::DeleteTableInput::table_name, operations::kControlName)};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {
namespace {

/// What is left of a table while it is being deleted: its name and its description, no items.
void leave_shell(const Context& context, storage::Transaction& transaction,
                 model::Table definition) {
  definition.lifecycle = {model::Status::deleting, context.settled()};
  definition.stream.reset();
  definition.time_to_live.reset();
  transaction.create_table(std::move(definition));
}

}  // namespace

Answer delete_table(const Context& context, const wire::Json& body) {
  const auto input = read<DeleteTableInput>(body);
  if (!input) return std::unexpected(input.error());
  if (auto good = check_control(*input); !good) return std::unexpected(good.error());
  if (auto good = check_changing_tables(context); !good) return std::unexpected(good.error());
  const std::string name{input->table_name->name()};

  return context.database.transact([&](storage::Transaction& transaction) -> Answer {
    storage::TableWriter* const table = present_table(context, transaction, name);
    if (table == nullptr) return std::unexpected(table_not_found(name));
    model::Table definition = table->definition();
    if (auto good = check_may_delete(context, definition); !good) {
      return std::unexpected(good.error());
    }
    if (definition.deletion_protection) {
      return model::invalid(
          "Resource cannot be deleted as it is currently protected against deletion. Disable "
          "deletion protection first.");
    }
    std::string answer = "{\"TableDescription\":";
    append_description(answer, context, definition, nullptr, Describing::deletion);
    answer += '}';
    if (definition.stream) {
      const std::string& label = definition.stream->label;
      transaction.close_stream(*table, label, context.now, context.settled());
    }
    transaction.drop_table(name);
    if (context.table_delay.count() > 0) leave_shell(context, transaction, std::move(definition));
    return answer;
  });
}

}  // namespace dynatape::operations
