#include <algorithm>

#include "emulator/operations/operations.h"
#include "emulator/operations/parameters.h"
#include "emulator/operations/request.h"
#include "emulator/operations/resource_arn.h"
#include "emulator/operations/table_admission.h"
#include "emulator/operations/tags.h"

namespace dynatape::operations {
namespace {

struct UntagResourceInput {
  std::optional<std::string> arn;
  std::optional<std::vector<std::string>> keys;
};

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::UntagResourceInput> {
  using T = operations::UntagResourceInput;
  static constexpr std::string_view kName = "UntagResourceInput";
  static constexpr auto kMembers =
      std::tuple{member("ResourceArn", &T::arn, {.required = true, .min = 1, .max = 1283}),
                 member("TagKeys", &T::keys, {.required = true})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {
namespace {

model::Outcome<std::string> checked_table(const Context& context, const UntagResourceInput& input) {
  auto good = check_may_name(context, "UntagResource", input.arn);
  if (good) good = check(input);
  if (!good) return std::unexpected(good.error());
  auto table = table_of_arn(context, *input.arn);
  if (table && input.keys->empty()) {
    return model::invalid("Atleast one Tag Key needs to be provided as Input.");
  }
  if (table) {
    if (auto valid = check_tag_keys(*input.keys); !valid) return std::unexpected(valid.error());
  }
  return table;
}

}  // namespace

Answer untag_resource(const Context& context, const wire::Json& body) {
  const auto input = read<UntagResourceInput>(body);
  if (!input) return std::unexpected(input.error());
  const auto name = checked_table(context, *input);
  if (!name) return std::unexpected(name.error());

  return context.database.transact([&](storage::Transaction& transaction) -> Answer {
    storage::TableWriter* const table = present_table(context, transaction, *name);
    if (table == nullptr) {
      return model::fail(model::ErrorType::resource_not_found, "Requested resource not found");
    }
    if (auto good = check_may_tag(context, table->definition()); !good) {
      return std::unexpected(good.error());
    }
    model::Table definition = table->definition();
    std::erase_if(definition.tags, [&](const model::Tag& tag) {
      return std::ranges::find(*input->keys, tag.key) != input->keys->end();
    });
    table->redefine(std::move(definition));
    return "";
  });
}

}  // namespace dynatape::operations
