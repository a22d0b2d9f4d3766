#pragma once

// Whether an item meets a condition. Operands that are missing or of the wrong type make a
// comparison false (`<>` true); nothing here fails.

#include "emulator/expression/ast.h"
#include "emulator/model/attribute_value.h"
#include "emulator/model/encoded_item.h"

namespace dynatape::expression {

/// A resolved condition on an item; on the empty item where there is none.
[[nodiscard]] bool evaluate(const Condition& condition, const model::Item& item);
/// The same without decoding more of the item than the condition reads.
[[nodiscard]] bool evaluate(const Condition& condition, const model::ItemView& item);

}  // namespace dynatape::expression
