#pragma once

// A PartiQL statement as three operations receive it: its shape, and the way from its text to a
// statement that can run.

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "emulator/expression/partiql_statement.h"
#include "emulator/model/service_error.h"
#include "emulator/operations/context.h"
#include "emulator/operations/parameters.h"
#include "emulator/wire/shape.h"

namespace dynatape::operations {

struct StatementInput {
  std::optional<std::string> statement;
  std::optional<std::vector<wire::OneValue>> parameters;
  std::optional<std::string> return_values_on_failure;
};

inline constexpr auto kStatementMembers = std::tuple{
    wire::member("Statement", &StatementInput::statement,
                 {.required = true, .min = 1, .max = expression::partiql::kMaxStatementBytes}),
    wire::member("Parameters", &StatementInput::parameters, {.min = 1}),
    wire::member("ReturnValuesOnConditionCheckFailure", &StatementInput::return_values_on_failure,
                 {.one_of = kReturnValuesOnFailure})};

/// The first parameter that is no value the service could store.
[[nodiscard]] model::Outcome<void> check_parameters(const StatementInput& input);

/// Parses and compiles; refuses a read of an index with a multi-attribute key in between, as the
/// service does. Takes the parameters out of `input`.
[[nodiscard]] model::Outcome<expression::partiql::Statement> compile(const Context& context,
                                                                     StatementInput& input);

/// Of a table: the statement's FROM, INTO or target.
[[nodiscard]] const std::string& table_of(const expression::partiql::Statement& statement);

/// The statement and its parameters in a few bytes: what a token stands for.
[[nodiscard]] std::string fingerprint(const StatementInput& input);

}  // namespace dynatape::operations
