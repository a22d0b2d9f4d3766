// The part of a player that knows which moments of this run stand for those of the recording. What
// was one second then may be two now, so a time is known by what it stands beside.

#include "cassettes/arrangement.h"
#include "cassettes/item_scopes.h"
#include "cassettes/player.h"
#include "cassettes/volatile.h"

namespace dynatape::cassettes {
namespace {

/// A time in a key tells items apart.
bool in_key(const Hole& hole) {
  return hole.path.starts_with("Key.") || hole.path.contains(".Key.") ||
         hole.path.starts_with("KeyCondition");
}

}  // namespace

/// No time that is bound says that another recording is meant.
bool Player::times_fit(const Shape& shape, Ordinal call, bool keys_only) const {
  if (!shape.groups.empty()) return true;
  const auto recorded = index_.literals(call);
  const auto units = units_of(shape);
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    const Hole& hole = shape.holes[i];
    if (one_to_one(hole.tag) || (keys_only && !in_key(hole))) continue;
    bool identified = false;
    bool bound_here = false;
    bool same = false;
    for (std::size_t j = 0; j < recorded.size(); ++j) {
      if (units[j] != units[i] || !one_to_one(shape.holes[j].tag)) continue;
      identified = true;
      const auto* live = bindings_.live_beside(recorded[j], recorded[i]);
      bound_here = bound_here || live;
      same = same || (live && *live == hole.text);
    }
    if (identified) {
      if (bound_here && !same) return false;
      continue;
    }
    const auto* bound = bindings_.recorded(hole.text);
    if (bound && bound->text != recorded[i]) return false;
  }
  return true;
}

/// The times of an answered call, beside each identifier that they came with.
void Player::bind_times(const Shape& shape, Ordinal call) {
  const auto recorded = index_.literals(call);
  const auto units = units_of(shape);
  for (const auto& [place, live] : times_[call]) {
    for (std::size_t j = 0; j < recorded.size(); ++j) {
      if (units[j] != units[place] || !one_to_one(shape.holes[j].tag)) continue;
      bindings_.bind_beside(recorded[j], recorded[place], live);
    }
  }
}

/// The same, for each item that they stand in.
void Player::bind_items(const Recording& recording, Ordinal call) {
  const auto times = times_.find(call);
  if (times == times_.end()) return;
  const auto literals = index_.literals(call);
  const std::string_view body = recording.request.body;
  for (const auto& [begin, end, item] : item_scopes(body, keys())) {
    const auto scope = body.substr(begin, end - begin);
    for (const auto& [place, live] : times->second) {
      if (scope.contains(literals[place])) bindings_.bind_beside(item, literals[place], live);
    }
  }
}

}  // namespace dynatape::cassettes
