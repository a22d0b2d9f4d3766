#include "emulator/operations/table_settings.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace dynatape::operations {
namespace {

/// A stream's label: 2026-11-20T16:30:00.123
std::string label_of(model::TimePoint now) {
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  const auto days = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date{days};
  const auto of_day = (milliseconds % 86'400'000 + 86'400'000) % 86'400'000;
  std::array<char, 64> text;
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03d",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(of_day / 3'600'000),
                static_cast<int>(of_day / 60'000 % 60), static_cast<int>(of_day / 1000 % 60),
                static_cast<int>(of_day % 1000));
  return text.data();
}

model::StreamView view_of(std::string_view name) {
  return name == "NEW_IMAGE"            ? model::StreamView::new_image
         : name == "OLD_IMAGE"          ? model::StreamView::old_image
         : name == "NEW_AND_OLD_IMAGES" ? model::StreamView::new_and_old_images
                                        : model::StreamView::keys_only;
}

model::Outcome<void> apply_stream(const Context& context, const StreamSpecificationInput& input,
                                  model::Table& table) {
  if (!*input.enabled) {
    if (input.view) {
      return model::invalid(
          "One or more parameter values were invalid: Table is being created with a stream "
          "disabled, UpdateViewType should not be specified");
    }
    table.stream.reset();
    return {};
  }
  if (!input.view) {
    return model::invalid(
        "One or more parameter values were invalid: Table is being created with a stream "
        "enabled, UpdateViewType is required");
  }
  if (table.stream) {
    return model::invalid("Table already has an enabled stream: TableName: " + table.name);
  }
  // A stream that follows another within its millisecond still needs a label of its own.
  model::TimePoint moment = context.now;
  while (label_of(moment) <= table.latest_stream_label) moment += std::chrono::milliseconds(1);
  table.stream = {view_of(*input.view), label_of(moment)};
  table.latest_stream_label = table.stream->label;
  return {};
}

/// The texts: AWS's answers in ack-api-quirks (October 2026).
model::Outcome<void> check_encryption(const EncryptionInput& input) {
  const std::string start = "One or more parameter values were invalid: ";
  if (!input.enabled.value_or(false)) {
    const auto* const given = input.type ? "SSEType" : input.key ? "KMSMasterKeyId" : nullptr;
    if (given == nullptr) return {};
    return model::invalid(start + given + " can not be specified if Enabled is false");
  }
  if (input.type == "AES256") return model::invalid(start + "SSEType AES256 is not supported");
  if (input.key && !input.type) {
    return model::invalid(start + "SSEType KMS is required if KMSMasterKeyId is specified");
  }
  return {};
}

model::Outcome<void> check_table_class(std::string_view name) {
  if (name == "STANDARD" || name == "STANDARD_INFREQUENT_ACCESS") return {};
  return model::invalid(
      "Invalid table-class parameter provided. Please try again with a valid table-class value: "
      "[STANDARD, STANDARD_INFREQUENT_ACCESS].");
}

}  // namespace

model::Outcome<void> apply_settings(const Context& context, const TableSettings& settings,
                                    model::Table& table) {
  if (settings.stream) {
    if (auto good = apply_stream(context, *settings.stream, table); !good) return good;
  }
  // Switched off by an earlier change, which is over by now.
  const bool off = table.encryption && !table.encryption->enabled;
  if (off && context.now >= table.encryption->until) table.encryption.reset();
  if (settings.encryption) {
    if (auto good = check_encryption(*settings.encryption); !good) return good;
    if (settings.encryption->enabled.value_or(false)) {
      const std::string key = settings.encryption->key.value_or("alias/aws/dynamodb");
      table.encryption = {true,
                          "arn:aws:kms:" + std::string(context.region) + ":000000000000:key/" + key,
                          context.settled()};
    } else if (table.encryption) {
      table.encryption->enabled = false;
      table.encryption->until = context.settled();
    }
  }
  if (settings.table_class) {
    if (auto good = check_table_class(*settings.table_class); !good) return good;
    table.table_class = *settings.table_class == "STANDARD"
                            ? model::TableClass::standard
                            : model::TableClass::standard_infrequent_access;
  }
  if (settings.deletion_protection) table.deletion_protection = *settings.deletion_protection;
  if (settings.on_demand) {
    table.on_demand = {settings.on_demand->max_read_units, settings.on_demand->max_write_units};
  }
  if (settings.warm) {
    table.warm = {settings.warm->read_units.value_or(0), settings.warm->write_units.value_or(0)};
  }
  return {};
}

}  // namespace dynatape::operations
