#include "emulator/operations/operations.h"
#include "emulator/operations/parameters.h"
#include "emulator/operations/request.h"
#include "emulator/operations/resource_arn.h"
#include "emulator/wire/writer.h"

namespace dynatape::operations {
namespace {

struct ListTagsOfResourceInput {
  std::optional<std::string> arn;
  std::optional<std::string> next_token;
};

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::ListTagsOfResourceInput> {
  using T = operations::ListTagsOfResourceInput;
  static constexpr std::string_view kName = "ListTagsOfResourceInput";
  static constexpr auto kMembers =
      std::tuple{member("ResourceArn", &T::arn, {.required = true, .min = 1, .max = 1283}),
                 member("NextToken", &T::next_token)};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {

Answer list_tags_of_resource(const Context& context, const wire::Json& body) {
  const auto input = read<ListTagsOfResourceInput>(body);
  if (!input) return std::unexpected(input.error());
  auto good = check_may_name(context, "ListTagsOfResource", input->arn);
  if (good) good = check(*input);
  if (!good) return std::unexpected(good.error());
  const auto name = table_of_arn(context, *input->arn);
  if (!name) return std::unexpected(name.error());
  // One answer holds all fifty tags that a table may have, so no token was ever given out.
  if (input->next_token) return model::invalid("Invalid NextToken: " + *input->next_token);

  const storage::Snapshot snapshot = context.database.snapshot();
  const storage::TableState* const table = present_table(context, snapshot, *name);
  // Parity Suite, 2026: not ResourceNotFoundException, as TagResource answers.
  if (table == nullptr) {
    return std::unexpected(access_denied(context, "ListTagsOfResource", *input->arn));
  }
  std::string list;
  for (const model::Tag& tag : table->definition().tags) {
    list += list.empty() ? "" : ",";
    wire::ObjectWriter writer(list);
    writer.string("Key", tag.key);
    writer.string("Value", tag.value);
  }
  return "{\"Tags\":[" + list + "]}";
}

}  // namespace dynatape::operations
