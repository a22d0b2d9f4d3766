#include "emulator/operations/operations.h"
#include "emulator/operations/request.h"
#include "emulator/operations/resource_arn.h"
#include "emulator/operations/table_admission.h"
#include "emulator/operations/tags.h"

namespace dynatape::operations {
namespace {

struct TagResourceInput {
  std::optional<std::string> arn;
  std::optional<std::vector<TagInput>> tags;
};

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::TagResourceInput> {
  using T = operations::TagResourceInput;
  static constexpr std::string_view kName = "TagResourceInput";
  static constexpr auto kMembers =
      std::tuple{member("ResourceArn", &T::arn, {.required = true, .min = 1, .max = 1283}),
                 member("Tags", &T::tags, {.required = true})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {
namespace {

model::Outcome<std::string> checked_table(const Context& context, const TagResourceInput& input) {
  auto good = check_may_name(context, "TagResource", input.arn);
  if (good) good = check(input);
  if (!good) return std::unexpected(good.error());
  auto table = table_of_arn(context, *input.arn);
  if (table && input.tags->empty()) {
    return model::invalid("Atleast one Tag needs to be provided as Input.");
  }
  if (table) {
    if (auto valid = check_tags(*input.tags); !valid) return std::unexpected(valid.error());
  }
  return table;
}

}  // namespace

Answer tag_resource(const Context& context, const wire::Json& body) {
  const auto input = read<TagResourceInput>(body);
  if (!input) return std::unexpected(input.error());
  const auto name = checked_table(context, *input);
  if (!name) return std::unexpected(name.error());

  return context.database.transact([&](storage::Transaction& transaction) -> Answer {
    storage::TableWriter* const table = present_table(context, transaction, *name);
    if (table == nullptr) return std::unexpected(arn_not_found(*input->arn));
    if (auto good = check_may_tag(context, table->definition()); !good) {
      return std::unexpected(good.error());
    }
    model::Table definition = table->definition();
    if (auto good = add_tags(*input->tags, definition.tags); !good) {
      return std::unexpected(good.error());
    }
    table->redefine(std::move(definition));
    return "";
  });
}

}  // namespace dynatape::operations
