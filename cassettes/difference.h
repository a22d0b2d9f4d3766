#pragma once

// In what two requests differ, by what they mean: parameter by parameter, attribute by attribute,
// and in expressions operand by operand and action by action.

#include <string>
#include <vector>

#include "cassettes/meaning.h"

namespace dynatape::cassettes {

/// One place in which a request and a recording differ; "" where it is on one side only.
struct Difference {
  std::string path;  ///< "Key.id", "FilterExpression.price" (see address.h)
  std::string live;  ///< "price > 3", as print() has it
  std::string recorded;

  bool operator==(const Difference&) const = default;
};

/// All of them, in the order of the parameters' names; none where they mean the same. That they
/// are of different operations counts only where one of them is no operation of the service.
[[nodiscard]] std::vector<Difference> differences(const Meaning& live, const Meaning& recorded);

}  // namespace dynatape::cassettes
