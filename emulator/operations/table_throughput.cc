#include "emulator/operations/table_throughput.h"

#include "emulator/operations/key_schema.h"

namespace dynatape::operations {
namespace {

using model::Outcome;

std::unexpected<model::ServiceError> invalid_parameter(std::string_view what) {
  return model::invalid("One or more parameter values were invalid: " + std::string(what));
}

std::string no_change(const model::ProvisionedThroughput& units) {
  const std::string read = std::to_string(units.read_units);
  const std::string write = std::to_string(units.write_units);
  return "The provisioned throughput for the table will not change. The requested value equals "
         "the current value. Current ReadCapacityUnits provisioned for the table: " +
         read + ". Requested ReadCapacityUnits: " + read +
         ". Current WriteCapacityUnits provisioned for the table: " + write +
         ". Requested WriteCapacityUnits: " + write +
         ". Refer to the Amazon DynamoDB Developer Guide for current limits and how to request "
         "higher limits.";
}

}  // namespace

void set_units(const ThroughputInput& input, model::TimePoint now,
               model::ProvisionedThroughput& units) {
  const bool up = *input.read_units > units.read_units || *input.write_units > units.write_units;
  const bool down = *input.read_units < units.read_units || *input.write_units < units.write_units;
  units.read_units = *input.read_units;
  units.write_units = *input.write_units;
  if (up) units.last_increase = now;
  if (down) {
    units.last_decrease = now;
    ++units.decreases_today;
  }
}

Outcome<void> apply_billing(const Context& context, const UpdateTableInput& input,
                            model::Table& table) {
  using model::BillingMode;
  const BillingMode before = table.billing;
  if (input.billing_mode) {
    table.billing = *input.billing_mode == "PROVISIONED" ? BillingMode::provisioned
                                                         : BillingMode::pay_per_request;
  }
  if (table.billing == BillingMode::pay_per_request) {
    if (input.throughput) {
      return invalid_parameter(
          "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
          "PAY_PER_REQUEST");
    }
    if (before == BillingMode::provisioned) {
      table.pay_per_request_since = context.now;
      table.throughput = {};
      for (model::SecondaryIndex& index : table.indexes) index.throughput = {};
    }
    return {};
  }
  if (!input.throughput) {
    if (before == BillingMode::provisioned) return {};
    return invalid_parameter(
        "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
        "PROVISIONED");
  }
  if (auto good = check_units(*input.throughput); !good) return good;
  const bool same = *input.throughput->read_units == table.throughput.read_units &&
                    *input.throughput->write_units == table.throughput.write_units;
  if (same) return model::invalid(no_change(table.throughput));
  set_units(*input.throughput, context.now, table.throughput);
  return {};
}

}  // namespace dynatape::operations
