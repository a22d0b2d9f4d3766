#include "emulator/operations/read_plan.h"

#include <algorithm>

#include "emulator/expression/resolve.h"

namespace dynatape::operations {
namespace {

using model::Outcome;

/// Problems that the older layer meets while it converts a value, before it can say whose it is.
bool found_in_conversion(std::string_view problem) {
  return problem.starts_with("The parameter cannot be converted") ||
         problem.starts_with("Attempting to store") || problem.starts_with("Number ") ||
         problem.contains("duplicates") || problem.contains("An number set");
}

Outcome<expression::Condition> compile_filter(const ReadRequest& request,
                                              expression::Placeholders& placeholders) {
  return expression::compile_condition(*request.filter_expression, expression::Parameter::filter,
                                       placeholders);
}

Outcome<void> check_projected(const ReadSource& source, const ReadPlan& plan) {
  if (!plan.projection) return {};
  std::string missing;
  for (const expression::Path& path : plan.projection->paths) {
    const std::string& name = path.elements.front().name;
    if (storage::projects(source.table(), *source.index, name)) continue;
    missing += (missing.empty() ? "" : ", ") + name;
  }
  if (missing.empty()) return {};
  return model::invalid("One or more parameter values were invalid: Global secondary index " +
                        source.index->name + " does not project [" + missing + "]");
}

}  // namespace

Outcome<void> check_filter(const std::optional<wire::Named<Condition>>& filter, Layer layer) {
  if (!filter) return {};
  if (auto good = check_values(*filter, layer); !good) return good;
  return expression::check(conditions_of(*filter));
}

Outcome<void> check_start_key_values(const ReadRequest& request, Layer layer) {
  if (!request.exclusive_start_key || !request.exclusive_start_key->problem.any()) return {};
  const wire::ValueProblem& problem = request.exclusive_start_key->problem;
  if (layer != Layer::older || found_in_conversion(problem.older)) {
    return check_values(problem, layer);
  }
  return model::invalid("The provided starting key is invalid: " + problem.older);
}

Outcome<void> check_selection(const ReadRequest& request, ReadWords words) {
  const auto refuse = [&](std::string text) {
    return std::unexpected(
        in_layer({model::ErrorType::validation, std::move(text)}, words.selection));
  };
  if (request.attributes_to_get) {
    auto projection = expression::legacy_projection(*request.attributes_to_get);
    if (!projection) return std::unexpected(std::move(projection.error()));
  }
  if (!request.select) return {};
  const std::string& select = *request.select;
  const bool selects = request.attributes_to_get || request.projection_expression;
  if (select == "SPECIFIC_ATTRIBUTES") {
    if (selects) return {};
    return refuse(
        "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
        "SPECIFIC_ATTRIBUTES");
  }
  if (selects) {
    const std::string parameter =
        request.projection_expression ? "ProjectionExpression" : "AttributesToGet";
    return refuse("Cannot specify the " + parameter + " when choosing to get " +
                  (select == "COUNT" ? "only the Count" : select));
  }
  if (select == "ALL_PROJECTED_ATTRIBUTES" && !request.index_name) {
    return refuse("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
  }
  return {};
}

expression::Placeholders take_placeholders(ReadRequest& request) {
  std::optional<model::Map> values;
  if (request.values) values = std::move(request.values->item);
  return {std::move(request.names), std::move(values)};
}

Outcome<ReadPlan> plan_read(const ReadRequest& request,
                            std::optional<wire::Named<Condition>> filter,
                            expression::Placeholders& placeholders, ReadWords words) {
  ReadPlan plan;
  plan.count_only = request.select == "COUNT";
  plan.all_attributes = request.select == "ALL_ATTRIBUTES";
  if (request.filter_expression) {
    auto compiled = compile_filter(request, placeholders);
    if (!compiled) return std::unexpected(std::move(compiled.error()));
    plan.filter = std::move(*compiled);
  }
  std::optional<std::size_t> conditions;
  if (filter) conditions = filter->size();
  const auto connective =
      expression::conditional_operator(connective_of(request.conditional_operator), conditions);
  if (!connective) return std::unexpected(in_layer(connective.error(), words.values));
  if (conditions.value_or(0) != 0) {
    plan.filter = expression::legacy_filter(conditions_of(std::move(*filter)), *connective);
    plan.legacy_filter = true;
  }
  if (request.projection_expression) {
    auto compiled = expression::compile_projection(*request.projection_expression, placeholders);
    if (!compiled) return std::unexpected(std::move(compiled.error()));
    plan.projection = std::move(*compiled);
  } else if (request.attributes_to_get) {
    plan.projection = expression::legacy_projection(*request.attributes_to_get).value();
  }
  return plan;
}

Outcome<ReadSource> find_source(const Context& context, const ReadRequest& request,
                                const storage::Snapshot& snapshot) {
  const auto state = find_table(context, snapshot, request.table_name->name());
  if (!state) return std::unexpected(state.error());
  if (!request.index_name) return ReadSource{*state, nullptr, &(*state)->rows()};

  const model::Table& table = (*state)->definition();
  const std::string& name = *request.index_name;
  const model::SecondaryIndex* index = table.find_index(name);
  if (index == nullptr || index->lifecycle.gone(context.now)) {
    return model::invalid("The table does not have the specified index: " + name);
  }
  const ReadSource source{*state, index, (*state)->index(name)};
  if (!source.is_global()) return source;
  if (index->lifecycle.at(context.now) == model::Status::creating) {
    return model::invalid("Cannot read from backfilling global secondary index: " + name);
  }
  if (request.consistent_read.value_or(false)) {
    return model::invalid("Consistent reads are not supported on global secondary indexes");
  }
  return source;
}

Outcome<void> check_index_selection(const ReadSource& source, const ReadPlan& plan) {
  if (!source.is_global()) return {};
  if (plan.all_attributes && source.index->projection.type != model::ProjectionType::all) {
    return model::invalid(
        "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported "
        "for global secondary index " +
        source.index->name + " because its projection type is not ALL");
  }
  return check_projected(source, plan);
}

Outcome<void> check_scalar_keys(const model::Table& table,
                                const std::vector<const expression::Path*>& paths) {
  for (const expression::Path* path : paths) {
    if (path->elements.size() == 1) continue;
    const std::string& name = path->elements.front().name;
    const bool of_table = table.key.find(name) != nullptr;
    const bool of_index = std::ranges::any_of(
        table.indexes, [&](const auto& index) { return index.key.find(name) != nullptr; });
    if (!of_table && !of_index) continue;
    return model::invalid(
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
        "allowed: " +
        std::string(of_table ? "Key: " : "IndexKey: ") + name);
  }
  return {};
}

Outcome<void> check_scalar_keys(const model::Table& table, const ReadPlan& plan) {
  std::vector<const expression::Path*> paths;
  if (plan.projection) {
    for (const expression::Path& path : plan.projection->paths) paths.push_back(&path);
  }
  if (plan.filter && !plan.legacy_filter) {
    for (const expression::Path* path : expression::paths(*plan.filter)) paths.push_back(path);
  }
  return check_scalar_keys(table, paths);
}

}  // namespace dynatape::operations
