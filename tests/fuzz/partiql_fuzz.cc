// Any bytes as a PartiQL statement: parsed, printed and parsed again to the same tree, compiled
// with parameters, planned, evaluated and applied. Nothing may crash.

#include <cstddef>
#include <cstdlib>
#include <string_view>

#include "emulator/expression/condition.h"
#include "emulator/expression/partiql_plan.h"
#include "emulator/expression/update.h"
#include "tests/fuzz/target.h"

namespace dynatape::expression::partiql {
namespace {

const model::Item& item() {
  static const model::Item kItem = {
      {"a", model::Number::of(5)},
      {"pk", std::string("x")},
      {"l", model::List{model::Number::of(1), model::Map{{"c", std::string("d")}}}},
      {"ss", model::StringSet{{"p", "q"}}}};
  return kItem;
}

std::vector<model::AttributeValue> parameters(std::size_t count) {
  const std::vector<model::AttributeValue> kinds = {std::string("x"),
                                                    model::Number::of(1),
                                                    model::Binary{"b"},
                                                    true,
                                                    model::Null{},
                                                    model::StringSet{{"p"}},
                                                    model::List{model::Number::of(1)},
                                                    model::Map{{"k", true}}};
  std::vector<model::AttributeValue> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(kinds[i % kinds.size()]);
  return values;
}

void evaluate_if(const std::optional<Condition>& where, const model::KeySchema& schema) {
  if (!where) return;
  (void)evaluate(*where, item());
  (void)keyed_condition(where, schema);
  (void)attributes_of(*where);
}

void run_statement(const Statement& statement) {
  const model::KeySchema schema = {{{"pk", model::Type::s}}, {{"a", model::Type::n}}};
  if (const auto* select = std::get_if<Select>(&statement)) {
    (void)plan(*select, schema);
    evaluate_if(select->where, schema);
  } else if (const auto* update = std::get_if<UpdateStatement>(&statement)) {
    (void)apply(update->changes, item());
    evaluate_if(update->where, schema);
  } else if (const auto* erase = std::get_if<DeleteStatement>(&statement)) {
    evaluate_if(erase->where, schema);
  }
}

void run(std::string_view text) {
  if (text.size() > kMaxStatementBytes) return;
  const auto parsed = parse(text);
  if (!parsed) return;
  // Printed operands stand in parentheses, which count as height too.
  const bool printable = parsed->height <= kMaxTreeHeight / 2;
  const auto again = parse(print(*parsed));
  if (again ? !(*again == *parsed) : printable) std::abort();
  if (const auto statement = compile(*parsed, parameters(parameter_count(*parsed)))) {
    run_statement(*statement);
  }
  (void)source_of(*parsed);
}

}  // namespace
}  // namespace dynatape::expression::partiql

void dynatape::fuzz::try_input(std::string_view input) { expression::partiql::run(input); }
