#pragma once

// A whole tape as review lines, in an order that does not depend on how concurrent calls
// interleaved.

#include <iosfwd>
#include <string>
#include <vector>

#include "cassettes/review.h"
#include "core/result.h"

namespace dynatape::cassettes {

enum class ReviewOrder {
  recorded,   ///< as on the tape
  canonical,  ///< calls that conflict as on the tape, the others as review_order() has them
};

/// Attempts of one call stand together.
[[nodiscard]] core::Result<std::vector<ReviewLine>> review_lines(const std::string& path,
                                                                 ReviewOrder order);

/// All of them in canonical order, numbered: no tape tells for certain that no threads made it.
[[nodiscard]] core::Result<void> review(const std::string& path, std::ostream& out);

}  // namespace dynatape::cassettes
