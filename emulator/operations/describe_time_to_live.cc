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
namespace {

/// ack-api-quirks, 2026: the only description that depends on the table's state.
std::unexpected<model::ServiceError> not_in(std::string_view state) {
  const std::string name(state);
  return model::invalid("Cannot describe time to live while table is in " + name +
                        " state: Current table state is " + name);
}

std::string_view status_of(const Context& context, const model::TimeToLive& time_to_live) {
  const bool changing = context.now < time_to_live.until;
  if (time_to_live.enabled) return changing ? "ENABLING" : "ENABLED";
  return changing ? "DISABLING" : "DISABLED";
}

}  // namespace

Answer describe_time_to_live(const Context& context, const wire::Json& body) {
  const auto input = read<DescribeTimeToLiveInput>(body);
  if (!input) return std::unexpected(input.error());
  if (auto good = check_control(*input); !good) return std::unexpected(good.error());
  const storage::Snapshot snapshot = context.database.snapshot();
  const std::string_view name = input->table_name->name();
  const storage::TableState* const table = present_table(context, snapshot, name);
  if (table == nullptr) return std::unexpected(table_not_found(name));
  const model::Status state = table->definition().lifecycle.at(context.now);
  if (state == model::Status::creating) return not_in("CREATING");
  if (state == model::Status::deleting) return not_in("DELETING");
  const auto time_to_live = table->definition().time_to_live.value_or(model::TimeToLive{});
  const std::string_view status = status_of(context, time_to_live);
  std::string answer;
  {
    wire::ObjectWriter writer(answer);
    wire::ObjectWriter description(writer.name("TimeToLiveDescription"));
    if (status != "DISABLED") description.string("AttributeName", time_to_live.attribute);
    description.string("TimeToLiveStatus", status);
  }
  return answer;
}

}  // namespace dynatape::operations
