#include "emulator/operations/claim.h"
#include "emulator/operations/item_key.h"
#include "emulator/operations/operations.h"
#include "emulator/operations/single_write.h"

namespace dynatape::operations {
namespace {

struct DeleteItemInput : SingleWrite {
  std::optional<wire::Values> key;
};

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::DeleteItemInput> {
  using T = operations::DeleteItemInput;
  static constexpr std::string_view kName = "DeleteItemInput";
  static constexpr auto kMembers = std::tuple_cat(
      operations::kSingleWriteMembers, std::tuple{member("Key", &T::key, {.required = true})});
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {
namespace {

model::Outcome<void> check_key(const Context& context, const DeleteItemInput& input) {
  const Layer layer = single_write_layer(context, input);
  if (auto good = operations::check_values(input.key->problem, layer); !good) return good;
  return check_returns_old(context, input);
}

}  // namespace

Answer delete_item(const Context& context, const wire::Json& body) {
  auto input = read<DeleteItemInput>(body);
  if (!input) return std::unexpected(input.error());
  const auto condition = checked_condition(context, *input, check_key);
  if (!condition) return std::unexpected(condition.error());

  return context.database.transact([&](storage::Transaction& transaction) -> Answer {
    const auto table = find_table(context, transaction, input->table_name->name());
    if (!table) return std::unexpected(table.error());
    const auto key = row_key_of_key((*table)->definition(), input->key->item);
    if (!key) return std::unexpected(key.error());
    if (auto free = claim(context, (*table)->definition().name, *key); !free) {
      return std::unexpected(free.error());
    }
    if (auto met = meets(*condition, (*table)->find(*key), *input); !met) {
      return std::unexpected(met.error());
    }
    const storage::Change change = (*table)->erase(*key);
    std::string old;
    if (input->return_values == "ALL_OLD" && change.before)
      wire::append(old, change.before->item());
    return write_answer(*input, (*table)->definition(), change, old);
  });
}

}  // namespace dynatape::operations
