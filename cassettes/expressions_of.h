#pragma once

// The expressions of one request, or of one action of a transaction, out of its JSON: read, with
// ExpressionAttributeNames and ExpressionAttributeValues or Parameters in their places.

#include <string_view>
#include <vector>

#include "cassettes/meaning.h"
#include "emulator/wire/json.h"

namespace dynatape::cassettes {

/// An expression, or what stands in one.
[[nodiscard]] bool is_of_expressions(std::string_view parameter);

/// Appends a named child for each expression. False, with nothing appended, where there is none or
/// where DynamoDB would refuse one, or what was sent for them: a placeholder that is undefined or
/// unused, a value that is none.
[[nodiscard]] bool append_expressions(const wire::Json& object, std::vector<Node>& out);

}  // namespace dynatape::cassettes
