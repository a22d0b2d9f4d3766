#include "emulator/operations/projection_parameters.h"

#include <algorithm>

#include "emulator/expression/resolve.h"

namespace dynatape::operations {

using model::Outcome;

Outcome<std::optional<expression::Projection>> projection_of(
    const std::optional<std::string>& projection_expression,
    const std::optional<std::vector<std::string>>& attributes_to_get,
    std::optional<wire::Named<std::string>> names, const Outcome<void>& keys) {
  if (projection_expression && attributes_to_get) {
    return model::invalid(
        "Can not use both expression and non-expression parameters in the same request: "
        "Non-expression parameters: {AttributesToGet} Expression parameters: "
        "{ProjectionExpression}");
  }
  expression::Placeholders placeholders(std::move(names), std::nullopt);
  const bool has_expression = projection_expression.has_value();
  if (auto good = placeholders.check_allowed(has_expression, has_expression); !good) {
    return std::unexpected(good.error());
  }
  if (!keys) return std::unexpected(keys.error());
  if (attributes_to_get) return projection_of_attributes(*attributes_to_get);
  if (auto good = placeholders.check_keys(); !good) return std::unexpected(good.error());
  if (!projection_expression) return std::nullopt;
  auto projection = expression::compile_projection(*projection_expression, placeholders);
  if (!projection) return std::unexpected(projection.error());
  if (auto good = placeholders.check_all_used(); !good) return std::unexpected(good.error());
  return std::move(*projection);
}

Outcome<expression::Projection> projection_of_attributes(
    const std::vector<std::string>& attributes_to_get) {
  expression::Projection projection;
  for (const std::string& name : attributes_to_get) {
    const bool repeated = std::count(attributes_to_get.begin(), attributes_to_get.end(), name) > 1;
    if (repeated) {
      return model::invalid(
          "One or more parameter values were invalid: Duplicate value in attribute name: " + name);
    }
    projection.paths.push_back({{expression::PathElement::of(name)}});
  }
  return projection;
}

Outcome<void> check_key_paths(const expression::Projection& projection, const model::Table& table) {
  const auto refused = [](std::string_view what, const std::string& name) {
    return model::invalid(
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
        "allowed: " +
        std::string(what) + ": " + name);
  };
  for (const expression::Path& path : projection.paths) {
    if (path.elements.size() < 2) continue;
    const std::string& name = path.elements.front().name;
    if (table.key.find(name) != nullptr) return refused("Key", name);
    for (const model::SecondaryIndex& index : table.indexes) {
      if (index.key.find(name) != nullptr) return refused("IndexKey", name);
    }
  }
  return {};
}

}  // namespace dynatape::operations
