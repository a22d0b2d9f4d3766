#include <algorithm>
#include <array>

#include "emulator/operations/index_updates.h"
#include "emulator/operations/operations.h"
#include "emulator/operations/table_admission.h"
#include "emulator/operations/table_description.h"
#include "emulator/operations/table_stream.h"
#include "emulator/operations/table_throughput.h"
#include "emulator/operations/update_table_input.h"

namespace dynatape::operations {
namespace {

using model::Outcome;

std::unexpected<model::ServiceError> invalid_parameter(std::string_view what) {
  return model::invalid("One or more parameter values were invalid: " + std::string(what));
}

/// Most changes have to be asked for alone. All of it, also which of several is named, was recorded
/// in October 2026 (ack-api-quirks).
Outcome<void> check_together(const UpdateTableInput& input) {
  const auto updates = input.updates();
  const bool creates = std::ranges::any_of(
      updates, [](const GlobalIndexUpdate& update) { return update.create.has_value(); });
  const bool makes_or_drops =
      std::ranges::any_of(updates, [](const GlobalIndexUpdate& update) { return !update.update; });
  const int asked = (input.throughput || input.billing_mode) + input.stream.has_value() +
                    !updates.empty() + input.encryption.has_value() +
                    input.table_class.has_value() + input.deletion_protection.has_value() +
                    input.on_demand.has_value() + input.warm.has_value();
  struct Rule {
    bool broken;
    std::string_view text;
  };
  const std::array rules = {
      Rule{input.encryption && asked > 1,
           "Server-Side Encryption modification must be the only operation in the request"},
      Rule{input.table_class && asked > 1,
           "TableClass modification must be the only operation in the request"},
      Rule{input.deletion_protection && asked > 1,
           "DeletionProtection modification must be the only operation in the request"},
      Rule{input.on_demand && (input.stream || input.warm),
           "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request"},
      Rule{input.warm && creates,
           "Create global secondary index cannot be specified when updating WarmThroughput"},
      Rule{input.warm && asked > 1, "WarmThroughput must be the only operation in the request"},
      Rule{input.stream && (input.throughput || input.billing_mode == "PROVISIONED"),
           "You cannot modify stream status while updating table IOPS"},
      Rule{makes_or_drops && input.throughput,
           "You cannot create or delete index while updating table IOPS"},
      Rule{makes_or_drops && input.stream,
           "You cannot create or delete index while changing stream status"},
  };
  const auto* const broken = std::ranges::find(rules, true, &Rule::broken);
  if (broken != rules.end()) return invalid_parameter(broken->text);
  return {};
}

// The texts of the checks below: AWS's answers in ack-api-quirks (October 2026).

Outcome<void> check_anything(const Context& context, const UpdateTableInput& input) {
  const bool anything = input.billing_mode || input.throughput || input.stream ||
                        input.encryption || input.table_class || input.deletion_protection ||
                        input.on_demand || input.warm ||
                        (input.index_updates && !input.index_updates->empty());
  if (anything) return {};
  return model::invalid(
      context.is_new()
          ? "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
            "GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, "
            "MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, "
            "DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is "
            "required"
          : "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
            "GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required");
}

Outcome<void> check_stream(const StreamSpecificationInput& input) {
  if (*input.enabled && !input.view) {
    return invalid_parameter("If stream is being enabled then UpdateViewType is required");
  }
  if (!*input.enabled && input.view) {
    return invalid_parameter(
        "If stream is being disabled, then UpdateViewType must not be specified");
  }
  return {};
}

Outcome<void> check_input(const Context& context, const UpdateTableInput& input) {
  if (auto good = check_control(input); !good) return good;
  if (auto good = check_anything(context, input); !good) return good;
  if (input.stream) {
    if (auto good = check_stream(*input.stream); !good) return good;
  }
  if (input.billing_mode == "PAY_PER_REQUEST" && input.throughput) {
    return invalid_parameter(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
        "PAY_PER_REQUEST");
  }
  if (input.index_updates) {
    if (auto good = check_index_updates(*input.index_updates); !good) return good;
  }
  return check_together(input);
}

/// What the table is busy with after the change, and until when.
void set_state(const Context& context, const UpdateTableInput& input, model::Table& table) {
  using model::Work;
  Work work = Work::none;
  if (input.throughput || input.billing_mode) work = Work::throughput;
  if (input.stream) work = Work::stream;
  if (input.table_class) work = Work::table_class;
  const auto moves = [](const GlobalIndexUpdate& update) { return !update.update; };
  if (work != Work::none || std::ranges::any_of(input.updates(), moves)) {
    table.lifecycle = {model::Status::updating, context.settled()};
    table.work = work;
  } else if ((input.index_updates || input.warm) &&
             table.lifecycle.status == model::Status::active) {
    // Answered as an update, and over at once.
    table.lifecycle = {model::Status::updating, context.now};
  }
}

/// Carries out one call.
Outcome<void> update(const Context& context, const UpdateTableInput& input,
                     storage::TableWriter& writer) {
  model::Table table = writer.definition();
  settle_states(context, table);
  if (auto good = apply_billing(context, input, table); !good) return good;
  if (input.stream && !*input.stream->enabled && !table.stream) {
    return model::invalid("Table has no stream to disable: TableName: " + table.name);
  }
  if (auto good = apply_settings(context, input, table); !good) return good;
  set_state(context, input, table);
  if (auto good = change_indexes(context, input, table); !good) return good;
  writer.redefine(std::move(table));
  if (auto good = make_or_drop_index(context, input, writer); !good) return good;
  table = writer.definition();
  settle_definitions(context, input, table);
  writer.redefine(std::move(table));
  return {};
}

}  // namespace

Answer update_table(const Context& context, const wire::Json& body) {
  const auto input = read<UpdateTableInput>(body);
  if (!input) return std::unexpected(input.error());
  if (auto good = check_input(context, *input); !good) return std::unexpected(good.error());
  if (auto good = check_changing_tables(context); !good) return std::unexpected(good.error());

  return context.database.transact([&](storage::Transaction& transaction) -> Answer {
    const std::string_view name = input->table_name->name();
    storage::TableWriter* const table = present_table(context, transaction, name);
    if (table == nullptr) return std::unexpected(table_not_found(name));
    auto good = check_may_update(context, table->definition(), *input);
    const auto stream_before = table->definition().stream;
    if (good) good = update(context, *input, *table);
    if (!good) return std::unexpected(good.error());
    follow_stream(context, transaction, *table, stream_before);
    std::string answer = "{\"TableDescription\":";
    append_description(answer, context, table->definition(), nullptr, Describing::change);
    return answer + "}";
  });
}

}  // namespace dynatape::operations
