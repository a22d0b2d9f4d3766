// Any bytes as each kind of expression: parsed, resolved with a few names and values, evaluated and
// applied. Nothing may crash, and an answer is a tree or a message that names its parameter.

#include <cstddef>
#include <cstdlib>
#include <string_view>

#include "emulator/expression/condition.h"
#include "emulator/expression/key_condition.h"
#include "emulator/expression/projection.h"
#include "emulator/expression/resolve.h"
#include "emulator/expression/update.h"
#include "tests/fuzz/target.h"

namespace dynatape::expression {
namespace {

Placeholders placeholders() {
  const model::Number one = model::Number::of(1);
  return {Names{{"#a", "a"}, {"#b", "b.c"}}, Values{{":n", one},
                                                    {":s", std::string("text")},
                                                    {":l", model::List{one}},
                                                    {":m", model::Map{{"x", one}}},
                                                    {":ss", model::StringSet{{"p", "q"}}}}};
}

const model::Item& item() {
  static const model::Item kItem = {
      {"a", model::Number::of(5)},
      {"b", model::List{model::Number::of(1), model::Map{{"c", std::string("d")}}}},
      {"c", model::Map{{"d", model::List{std::string("e")}}}}};
  return kItem;
}

void must_name(const model::ServiceError& error, Parameter parameter) {
  if (error.message.find(parameter_name(parameter)) == std::string::npos) std::abort();
}

void run(std::string_view text) {
  Placeholders used = placeholders();
  if (const auto condition = compile_condition(text, Parameter::condition, used)) {
    (void)evaluate(*condition, item());
    (void)key_condition(*condition);
    (void)paths(*condition);
  } else {
    must_name(condition.error(), Parameter::condition);
  }
  if (const auto projection = compile_projection(text, used)) {
    (void)project(item(), *projection);
  } else {
    must_name(projection.error(), Parameter::projection);
  }
  if (const auto update = compile_update(text, used)) {
    (void)statement_size(*update, item());
    if (const auto after = apply(*update, item())) (void)updated_new(*update, *after);
    (void)updated_old(*update, item());
  } else {
    must_name(update.error(), Parameter::update);
  }
}

}  // namespace
}  // namespace dynatape::expression

void dynatape::fuzz::try_input(std::string_view input) { expression::run(input); }
