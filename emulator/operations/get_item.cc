#include "emulator/expression/projection.h"
#include "emulator/expression/resolve.h"
#include "emulator/operations/capacity.h"
#include "emulator/operations/item_key.h"
#include "emulator/operations/operations.h"
#include "emulator/operations/parameters.h"
#include "emulator/operations/projection_parameters.h"
#include "emulator/operations/request.h"

namespace dynatape::operations {
namespace {

struct GetItemInput {
  std::optional<TableName> table_name;
  std::optional<wire::Values> key;
  std::optional<std::vector<std::string>> attributes_to_get;
  std::optional<bool> consistent_read;
  std::optional<std::string> return_consumed_capacity;
  std::optional<std::string> projection_expression;
  std::optional<wire::Named<std::string>> names;
};

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::GetItemInput> {
  using T = operations::GetItemInput;
  static constexpr std::string_view kName = "GetItemInput";
  static constexpr auto kMembers =
      std::tuple{member("TableName", &T::table_name, operations::kTableName),
                 member("Key", &T::key, {.required = true}),
                 member("AttributesToGet", &T::attributes_to_get, {.min = 1}),
                 member("ConsistentRead", &T::consistent_read),
                 member("ReturnConsumedCapacity", &T::return_consumed_capacity,
                        {.one_of = operations::kReturnConsumedCapacity}),
                 member("ProjectionExpression", &T::projection_expression),
                 member("ExpressionAttributeNames", &T::names)};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {
namespace {

void append_item(wire::ObjectWriter& writer, const storage::Record& record,
                 const std::optional<expression::Projection>& projection) {
  std::string& out = writer.name("Item");
  if (projection) {
    wire::append(out, expression::project(record.item().decode(), *projection));
  } else {
    wire::append(out, record.item());
  }
}

std::string answer(const GetItemInput& input, const storage::Record* record,
                   const std::optional<expression::Projection>& projection) {
  std::string body;
  {
    wire::ObjectWriter writer(body);
    const Detail asked = detail(input.return_consumed_capacity);
    if (asked != Detail::none) {
      const auto consistency =
          input.consistent_read.value_or(false) ? Consistency::strong : Consistency::eventual;
      const std::size_t bytes = record != nullptr ? record->size_bytes() : 0;
      append_consumed(writer, Consumed{read_units(bytes, consistency), {}, {}},
                      input.table_name->name(), asked);
    }
    if (record != nullptr) append_item(writer, *record, projection);
  }
  return body;
}

}  // namespace

Answer get_item(const Context& context, const wire::Json& body) {
  auto input = read<GetItemInput>(body);
  if (!input) return std::unexpected(input.error());
  if (auto good = check(*input); !good) return std::unexpected(good.error());
  const auto projection =
      projection_of(input->projection_expression, input->attributes_to_get, std::move(input->names),
                    check_values(input->key->problem, read_layer(context)));
  if (!projection) return std::unexpected(projection.error());

  const storage::Snapshot snapshot = context.database.snapshot();
  const auto table = find_table(context, snapshot, input->table_name->name());
  if (!table) return std::unexpected(table.error());
  const auto key = row_key_of_key((*table)->definition(), input->key->item);
  if (!key) return std::unexpected(key.error());
  if (*projection) {
    if (auto good = check_key_paths(**projection, (*table)->definition()); !good) {
      return std::unexpected(good.error());
    }
  }
  return answer(*input, (*table)->find(*key), *projection);
}

}  // namespace dynatape::operations
