#include "emulator/operations/control_table.h"
#include "emulator/operations/operations.h"
#include "emulator/operations/table_description.h"
#include "emulator/wire/writer.h"

namespace dynatape::operations {
namespace {

struct DescribeTableInput {
  std::optional<TableName> table_name;
};

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::DescribeTableInput> {
  static constexpr std::string_view kName = "DescribeTableInput";
  static constexpr auto kMembers = std::tuple{
      member("TableName", &operations::DescribeTableInput::table_name, operations::kControlName)};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {

Answer describe_table(const Context& context, const wire::Json& body) {
  const auto input = read<DescribeTableInput>(body);
  if (!input) return std::unexpected(input.error());
  if (auto good = check_control(*input); !good) return std::unexpected(good.error());
  const storage::Snapshot snapshot = context.database.snapshot();
  const std::string_view name = input->table_name->name();
  const storage::TableState* const table = present_table(context, snapshot, name);
  if (table == nullptr) return std::unexpected(table_not_found(name));
  const model::Table& definition = table->definition();
  const bool deleting = definition.lifecycle.at(context.now) == model::Status::deleting;
  std::string answer = "{\"Table\":";
  append_description(answer, context, definition, table,
                     deleting ? Describing::deletion : Describing::now);
  return answer + "}";
}

}  // namespace dynatape::operations
