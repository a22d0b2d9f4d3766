#include "emulator/operations/control_table.h"
#include "emulator/operations/operations.h"
#include "emulator/wire/writer.h"

namespace dynatape::operations {
namespace {

struct DescribeTimeToLiveInput {
  std::optional<TableName> table_name;
};

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::DescribeTimeToLiveInput> {
  using T = operations::DescribeTimeToLiveInput;
  static constexpr std::string_view kName = "DescribeTimeToLiveInput";
  static constexpr auto kMembers =
      std::tuple{member("TableName", &T::table_name, operations::kControlName)};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {

Answer describe_time_to_live(const Context& context, const wire::Json& body) {
  const auto input = read<DescribeTimeToLiveInput>(body);
  if (!input) return std::unexpected(input.error());
  if (auto good = check_control(*input); !good) return std::unexpected(good.error());
  const storage::Snapshot snapshot = context.database.snapshot();
  const std::string_view name = input->table_name->name();
  const storage::TableState* const table = snapshot.table(name);
  if (table == nullptr) return std::unexpected(table_not_found(name));
  const auto& time_to_live = table->definition().time_to_live;
  const bool enabled = time_to_live && time_to_live->enabled;
  std::string answer;
  {
    wire::ObjectWriter writer(answer);
    wire::ObjectWriter description(writer.name("TimeToLiveDescription"));
    if (enabled) description.string("AttributeName", time_to_live->attribute);
    description.string("TimeToLiveStatus", enabled ? "ENABLED" : "DISABLED");
  }
  return answer;
}

}  // namespace dynatape::operations
