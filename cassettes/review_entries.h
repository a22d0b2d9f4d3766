#pragma once

// What stands in no order in a request or an answer, put in one that generated values do not show
// in: the members of sets, the entries of batches, the items of a Scan, and those of a Query whose
// keys are made anew in every run.

#include <optional>
#include <string>

#include "cassettes/recording.h"

namespace dynatape::cassettes {

/// The canonical JSON of a body, with marks (review_cutter.h) around entries that have generated
/// values; nullopt where it is no JSON.
[[nodiscard]] std::optional<std::string> reviewed_request(const Recording& recording);
[[nodiscard]] std::optional<std::string> reviewed_answer(const Recording& recording);

}  // namespace dynatape::cassettes
