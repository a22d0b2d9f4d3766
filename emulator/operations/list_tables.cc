#include "emulator/operations/operations.h"
#include "emulator/operations/parameters.h"
#include "emulator/operations/request.h"
#include "emulator/wire/writer.h"

namespace dynatape::operations {
namespace {

struct ListTablesInput {
  std::optional<std::string> start;
  std::optional<std::int32_t> limit;
};

constexpr std::int32_t kMaxNames = 100;

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::ListTablesInput> {
  using T = operations::ListTablesInput;
  static constexpr std::string_view kName = "ListTablesInput";
  static constexpr auto kMembers =
      std::tuple{member("ExclusiveStartTableName", &T::start,
                        {.min = 3, .max = 255, .pattern = Pattern::name}),
                 member("Limit", &T::limit, {.min = 1, .max = operations::kMaxNames})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {

Answer list_tables(const Context& context, const wire::Json& body) {
  const auto input = read<ListTablesInput>(body);
  if (!input) return std::unexpected(input.error());
  if (auto good = check(*input); !good) return std::unexpected(good.error());

  const storage::Snapshot snapshot = context.database.snapshot();
  const std::string start = input->start.value_or("");
  const std::int32_t limit = input->limit.value_or(kMaxNames);
  std::string names;
  std::string_view last;
  bool more = false;
  std::int32_t count = 0;
  for (auto table = snapshot.tables().lower_bound(start); table.valid(); table.next()) {
    if (table->key() == start || table->definition().lifecycle.gone(context.now)) continue;
    more = count == limit;
    if (more) break;
    if (count++ > 0) names += ',';
    last = table->key();
    wire::append_json_string(names, last);
  }
  std::string answer;
  {
    wire::ObjectWriter writer(answer);
    if (more) writer.string("LastEvaluatedTableName", last);
    writer.name("TableNames") += "[" + names + "]";
  }
  return answer;
}

}  // namespace dynatape::operations
