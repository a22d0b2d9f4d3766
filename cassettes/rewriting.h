#pragma once

// A recorded answer as the live program would have got it: its volatile values replaced by those
// that stand for them, and the items of a Query in the order of their sort keys again.

#include <string>
#include <string_view>

#include "cassettes/bindings.h"
#include "core/time.h"

namespace dynatape::cassettes {

/// What an answer recorded at `around` brings in, nothing yet standing for it, stands for itself
/// from here on. True where anything was replaced.
bool rewrite(std::string& body, Bindings& bindings, core::TimePoint around, std::int64_t id);

/// Sorts Items of a Query's answer by the attribute `range`.
void sort_items(std::string& body, std::string_view range, bool forward);

}  // namespace dynatape::cassettes
