#include "emulator/operations/continuous_backups.h"
#include "emulator/operations/control_table.h"
#include "emulator/operations/operations.h"

namespace dynatape::operations {
namespace {

struct DescribeContinuousBackupsInput {
  std::optional<TableName> table_name;
};

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::DescribeContinuousBackupsInput> {
  using T = operations::DescribeContinuousBackupsInput;
  static constexpr std::string_view kName = "DescribeContinuousBackupsInput";
  static constexpr auto kMembers =
      std::tuple{member("TableName", &T::table_name, operations::kControlName)};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {

Answer describe_continuous_backups(const Context& context, const wire::Json& body) {
  const auto input = read<DescribeContinuousBackupsInput>(body);
  if (!input) return std::unexpected(input.error());
  if (auto good = check_control(*input); !good) return std::unexpected(good.error());
  const storage::Snapshot snapshot = context.database.snapshot();
  const std::string_view name = input->table_name->name();
  const storage::TableState* const table = present_table(context, snapshot, name);
  if (table == nullptr) return std::unexpected(no_table_to_back_up(name));
  return describe_backups(context, table->definition().recovery);
}

}  // namespace dynatape::operations
