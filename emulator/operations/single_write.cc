#include "emulator/operations/single_write.h"

#include "emulator/expression/condition.h"
#include "emulator/expression/resolve.h"
#include "emulator/operations/item_key.h"

namespace dynatape::operations {
namespace {

using model::Outcome;

/// {"ItemCollectionKey":{…},"SizeEstimateRangeGB":[0.0,1.0]}
void append_collection_metrics(std::string& out, const model::Table& table,
                               const model::ItemView& item) {
  wire::ObjectWriter writer(out);
  {
    wire::ObjectWriter key(writer.name("ItemCollectionKey"));
    for (const model::AttributeDefinition& attribute : table.key.hash) {
      wire::append(key.name(attribute.name), *item.find(attribute.name));
    }
  }
  writer.name("SizeEstimateRangeGB") += "[0.0,1.0]";
}

}  // namespace

Outcome<std::optional<expression::Condition>> condition_of(const Context& context,
                                                           SingleWrite& input) {
  const Layer layer = single_write_layer(context);
  const auto enveloped = [&](model::ServiceError error) {
    return std::unexpected(in_layer(std::move(error), layer));
  };
  std::optional<model::Map> values;
  if (input.values) values = std::move(input.values->item);
  expression::Placeholders placeholders(std::move(input.names), std::move(values));
  if (auto good = placeholders.check(input.condition_expression.has_value()); !good) {
    return enveloped(good.error());
  }
  if (input.values) {
    if (auto good = check_expression_values(input.values->problem, layer); !good) {
      return std::unexpected(good.error());
    }
  }
  if (!input.condition_expression) return std::nullopt;
  auto condition = expression::compile_condition(*input.condition_expression,
                                                 expression::Parameter::condition, placeholders);
  if (!condition) return enveloped(condition.error());
  if (auto good = placeholders.check_all_used(); !good) return enveloped(good.error());
  return std::move(*condition);
}

Outcome<void> meets(const std::optional<expression::Condition>& condition,
                    const storage::Record* record, const SingleWrite& input) {
  if (!condition) return {};
  const model::Item item = record != nullptr ? record->item().decode() : model::Item{};
  if (expression::evaluate(*condition, item)) return {};
  std::string extra;
  if (record != nullptr && input.return_values_on_failure == "ALL_OLD") {
    extra = "\"Item\":";
    wire::append(extra, record->item());
  }
  return model::fail(model::ErrorType::conditional_check_failed, "The conditional request failed",
                     std::move(extra));
}

std::string write_answer(const SingleWrite& input, const model::Table& table,
                         const storage::Change& change, std::string_view attributes) {
  std::string body;
  {
    wire::ObjectWriter writer(body);
    if (!attributes.empty()) writer.name("Attributes") += attributes;
    const Detail asked = detail(input.return_consumed_capacity);
    if (asked != Detail::none) {
      append_consumed(writer, consumed_by(change, table), table.name, asked);
    }
    const bool metrics = input.return_item_collection_metrics == "SIZE" && table.has_local_index();
    if (const auto& record = change.after ? change.after : change.before; metrics && record) {
      append_collection_metrics(writer.name("ItemCollectionMetrics"), table, record->item());
    }
  }
  return body;
}

}  // namespace dynatape::operations
