#include "emulator/operations/claim.h"
#include "emulator/operations/collection_metrics.h"
#include "emulator/operations/item_key.h"
#include "emulator/operations/operations.h"
#include "emulator/operations/single_write.h"

namespace dynatape::operations {
namespace {

struct PutItemInput : SingleWrite {
  std::optional<wire::Values> item;
};

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::PutItemInput> {
  using T = operations::PutItemInput;
  static constexpr std::string_view kName = "PutItemInput";
  static constexpr auto kMembers = std::tuple_cat(
      operations::kSingleWriteMembers, std::tuple{member("Item", &T::item, {.required = true})});
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {
namespace {

model::Outcome<void> check_item(const Context& context, const PutItemInput& input) {
  const Layer layer = single_write_layer(context, input);
  if (auto good = operations::check_values(input.item->problem, layer); !good) return good;
  if (auto good = check_returns_old(context, input); !good) return good;
  if (model::size_bytes(input.item->item) > kMaxItemBytes) {
    return model::invalid("Item size has exceeded the maximum allowed size");
  }
  return {};
}

}  // namespace

Answer put_item(const Context& context, const wire::Json& body) {
  auto input = read<PutItemInput>(body);
  if (!input) return std::unexpected(input.error());
  const auto condition = checked_condition(context, *input, check_item);
  if (!condition) return std::unexpected(condition.error());

  return context.database.transact([&](storage::Transaction& transaction) -> Answer {
    const auto table = find_table(context, transaction, input->table_name->name());
    if (!table) return std::unexpected(table.error());
    const model::Table& definition = (*table)->definition();
    const model::Item& item = input->item->item;
    const auto key = row_key_of_item(definition, item);
    if (!key) return std::unexpected(key.error());
    if (auto free = claim(context, definition.name, *key); !free) {
      return std::unexpected(free.error());
    }
    if (auto met = meets(*condition, (*table)->find(*key), *input); !met) {
      return std::unexpected(met.error());
    }
    const storage::Change change = (*table)->put(*key, item);
    if (auto good = check_collection(context, change); !good) {
      return std::unexpected(good.error());
    }
    std::string old;
    if (input->return_values == "ALL_OLD" && change.before)
      wire::append(old, change.before->item());
    return write_answer(*input, definition, change, old);
  });
}

}  // namespace dynatape::operations
