#include "emulator/operations/control_table.h"
#include "emulator/operations/operations.h"
#include "emulator/wire/writer.h"

namespace dynatape::operations {
namespace {

struct TimeToLiveInput {
  std::optional<bool> enabled;
  std::optional<std::string> attribute;
};

struct UpdateTimeToLiveInput {
  std::optional<TableName> table_name;
  std::optional<TimeToLiveInput> specification;
};

/// No second change sooner than this, as documented; in 2026 the service let one pass after 31
/// minutes (ack-api-quirks).
constexpr std::chrono::hours kBetweenChanges{1};

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::TimeToLiveInput> {
  using T = operations::TimeToLiveInput;
  static constexpr std::string_view kName = "TimeToLiveSpecification";
  static constexpr auto kMembers =
      std::tuple{member("Enabled", &T::enabled, {.required = true}),
                 member("AttributeName", &T::attribute, {.required = true, .min = 1, .max = 255})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct dynatape::wire::Shape<dynatape::operations::UpdateTimeToLiveInput> {
  using T = operations::UpdateTimeToLiveInput;
  static constexpr std::string_view kName = "UpdateTimeToLiveInput";
  static constexpr auto kMembers =
      std::tuple{member("TableName", &T::table_name, operations::kControlName),
                 member("TimeToLiveSpecification", &T::specification, {.required = true})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {
namespace {

/// The words are this operation's own (ack-api-quirks, 2026). A table that is being deleted is
/// forgotten here before it is gone.
model::Outcome<void> check_state(const Context& context, const model::Table& table) {
  const model::Status state = table.lifecycle.at(context.now);
  if (state == model::Status::deleting) return std::unexpected(table_not_found(table.name));
  if (state != model::Status::creating) return {};
  return model::fail(model::ErrorType::resource_in_use,
                     "Attempt to change a resource which is still in use: Table " + table.name +
                         " is being created");
}

model::Outcome<void> check_change(const Context& context, const TimeToLiveInput& input,
                                  const model::TimeToLive& current) {
  if (current.enabled && *input.attribute != current.attribute) {
    return model::invalid(
        "TimeToLive is active on a different AttributeName: current AttributeName is " +
        current.attribute);
  }
  if (*input.enabled == current.enabled) {
    return model::invalid(*input.enabled ? "TimeToLive is already enabled"
                                         : "TimeToLive is already disabled");
  }
  const bool ever_changed = !current.attribute.empty();
  if (ever_changed && context.now - current.changed < kBetweenChanges) {
    return model::invalid("Time to live has been modified multiple times within a fixed interval");
  }
  return {};
}

std::string answer_of(const TimeToLiveInput& input) {
  std::string answer;
  {
    wire::ObjectWriter writer(answer);
    wire::ObjectWriter specification(writer.name("TimeToLiveSpecification"));
    specification.string("AttributeName", *input.attribute);
    specification.boolean("Enabled", *input.enabled);
  }
  return answer;
}

}  // namespace

Answer update_time_to_live(const Context& context, const wire::Json& body) {
  const auto input = read<UpdateTimeToLiveInput>(body);
  if (!input) return std::unexpected(input.error());
  if (auto good = check_control(*input); !good) return std::unexpected(good.error());

  return context.database.transact([&](storage::Transaction& transaction) -> Answer {
    const std::string_view name = input->table_name->name();
    storage::TableWriter* const table = present_table(context, transaction, name);
    if (table == nullptr) return std::unexpected(table_not_found(name));
    if (auto good = check_state(context, table->definition()); !good) {
      return std::unexpected(good.error());
    }
    const TimeToLiveInput& asked = *input->specification;
    const auto current = table->definition().time_to_live.value_or(model::TimeToLive{});
    if (auto good = check_change(context, asked, current); !good) {
      return std::unexpected(good.error());
    }
    table->set_time_to_live({*asked.enabled, *asked.attribute, context.now, context.settled()});
    return answer_of(asked);
  });
}

}  // namespace dynatape::operations
