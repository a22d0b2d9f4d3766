#include "emulator/storage/past.h"

#include <algorithm>
#include <utility>

namespace dynatape::storage {
namespace {

/// Whether a read of the tables in `earlier` is one that a client of `later` could take for late: a
/// table that was not there, or was another, is no lag.
bool same_definitions(const Root& earlier, const Root& later, std::span<const std::string> tables) {
  return std::ranges::all_of(tables, [&](const std::string& name) {
    const TableState* const before = earlier.tables.find(name);
    const TableState* const after = later.tables.find(name);
    return before != nullptr && after != nullptr &&
           before->shared_definition() == after->shared_definition();
  });
}

bool same_content(const Root& earlier, const Root& later, std::span<const std::string> tables) {
  return std::ranges::all_of(tables, [&](const std::string& name) {
    return earlier.tables.find(name) == later.tables.find(name);
  });
}

}  // namespace

void Past::add(Root replaced, model::TimePoint until) {
  // Where the clock was set back, nobody can say any more how long ago something was.
  if (!moments_.empty() && until < moments_.back().until) moments_.clear();
  moments_.push_back({std::move(replaced), until});
  if (moments_.size() > kMostWrites) moments_.pop_front();
}

const Root* Past::find(const Root& current, model::TimePoint now, const Lag& lag) const {
  if (moments_.empty() || now < moments_.back().until) return nullptr;
  const Root* found = nullptr;
  const Root* later = &current;
  std::uint64_t writes = 0;
  for (auto moment = moments_.rbegin(); moment != moments_.rend(); ++moment) {
    if (lag.writes == 0 && moment->until <= now - lag.age) break;
    if (!same_definitions(moment->root, *later, lag.tables)) break;
    if (!same_content(moment->root, *later, lag.tables)) {
      if (lag.writes != 0 && writes == lag.writes) break;
      ++writes;
      found = &moment->root;
    }
    later = &moment->root;
  }
  return found;
}

}  // namespace dynatape::storage
