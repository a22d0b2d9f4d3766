#pragma once

// A recorded answer as the live program would have got it: its volatile values replaced by those
// that stand for them, and the items of a Query in the order of their sort keys again.

#include <string>
#include <string_view>
#include <vector>

#include "cassettes/bindings.h"
#include "cassettes/item_scopes.h"
#include "core/time.h"

namespace dynatape::cassettes {

/// Which answer it is.
struct Rewritten {
  core::TimePoint started;               ///< when it was recorded
  std::int64_t id;                       ///< of the recording
  const std::vector<ItemScope>& scopes;  ///< which items it is about, inner ones first
};

/// What an answer brings in, nothing yet standing for it, stands for itself from here on. True
/// where anything was replaced.
bool rewrite(std::string& body, Bindings& bindings, const Rewritten& answer);

/// Sorts Items of a Query's answer by the attribute `range`.
void sort_items(std::string& body, std::string_view range, bool forward);

}  // namespace dynatape::cassettes
