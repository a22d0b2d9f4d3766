#include "emulator/operations/control_table.h"
#include "emulator/operations/operations.h"
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

Answer delete_table(const Context& context, const wire::Json& body) {
  const auto input = read<DeleteTableInput>(body);
  if (!input) return std::unexpected(input.error());
  if (auto good = check_control(*input); !good) return std::unexpected(good.error());
  const std::string name{input->table_name->name()};

  return context.database.transact([&](storage::Transaction& transaction) -> Answer {
    storage::TableWriter* const table = transaction.table(name);
    if (table == nullptr) return std::unexpected(table_not_found(name));
    const model::Table& definition = table->definition();
    if (definition.lifecycle.at(context.now) == model::Status::creating) {
      return model::fail(
          model::ErrorType::resource_in_use,
          "Attempt to change a resource which is still in use: Table is being created: " + name);
    }
    if (definition.deletion_protection) {
      return model::invalid(
          "Resource cannot be deleted as it is currently protected against deletion. Disable "
          "deletion protection first.");
    }
    std::string answer = "{\"TableDescription\":";
    append_description(answer, context, definition, nullptr, Describing::deletion);
    answer += '}';
    if (definition.stream) transaction.close_stream(*table, definition.stream->label, context.now);
    transaction.drop_table(name);
    return answer;
  });
}

}  // namespace dynatape::operations
