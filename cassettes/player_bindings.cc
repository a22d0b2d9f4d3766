// The part of a player that finds the recording of a request with volatile literals: by what these
// are bound to already, else in recorded order.

#include <algorithm>

#include "cassettes/arrangement.h"
#include "cassettes/player.h"
#include "cassettes/rewriting.h"
#include "cassettes/volatile.h"
#include "emulator/wire/json.h"

namespace dynatape::cassettes {
namespace {

/// Recorded calls looked at for one that fits.
constexpr std::size_t kCandidates = 4'096;
/// The same, for one whose times are those that are bound.
constexpr std::size_t kTimed = 64;

}  // namespace

/// The calls with these values, in order.
Player::Sequence Player::with_values(std::uint64_t values) const {
  const auto found = std::ranges::equal_range(index_.values, values);
  const auto first = static_cast<std::size_t>(found.begin() - index_.values.begin());
  return {static_cast<std::uint32_t>(index_.keys.size() + first),
          std::span(index_.valued).subspan(first, found.size())};
}

Player::Taken Player::take_bound(const Sequence& alike, const Asked& asked, bool last_chance) {
  const Shape& shape = *asked.shape;
  Choice choice = choose(alike, shape);
  const bool more = choice.exhausted && repeats_of(asked) == Repeats::miss;
  if ((choice.contradicts || more) && exchange(alike, shape)) {
    choice = choose(alike, shape);
  }
  if (choice.contradicts) return contradiction(choice.sequence, shape);
  Ordinal call = 0;
  auto taken = take_from(choice.sequence, asked, last_chance, choice.call, call);
  const auto* match = std::get_if<Match>(&taken);
  if (!match || match->repeated) return taken;
  if (const auto found = pairs(shape, call)) bind(shape, *match, *found);
  return taken;
}

Player::Choice Player::choose(const Sequence& alike, const Shape& shape) {
  Choice choice{with_values(values_of(shape, translated(shape)))};
  Sequence& sequence = choice.sequence;
  if (sequence.calls.empty() || !pairs(shape, sequence.calls.front())) {
    const auto fits = first_that_fits(alike, shape);
    if (!fits) return {.sequence = alike, .contradicts = true};
    sequence = with_values(values_of(shape, index_.literals(*fits)));
    return choice;
  }
  // Times choose among what the identifiers leave.
  for (const bool keys_only : {false, true}) {
    std::size_t looked = 0;
    for (std::size_t i = next(sequence); i < sequence.calls.size() && !choice.call; ++i) {
      if (++looked > kTimed) break;
      const Ordinal call = sequence.calls[i];
      if (waits(call) && times_fit(shape, call, keys_only)) choice.call = call;
    }
  }
  const auto left =
      sequence.calls.subspan(std::min<std::size_t>(next(sequence), sequence.calls.size()));
  choice.exhausted = std::ranges::none_of(left, [&](Ordinal call) { return waits(call); });
  choice.contradicts = !choice.call && !choice.exhausted;
  std::uint32_t& at = next(sequence);
  while (at < sequence.calls.size() && !waits(sequence.calls[at])) ++at;
  if (at < sequence.calls.size() && choice.call == sequence.calls[at]) choice.call.reset();
  return choice;
}

/// Keeps what a request has shown about values.
void Player::bind(const Shape& shape, const Match& match, const std::vector<Pair>& pairs) {
  auto& times = times_[match.call];
  times.clear();
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    bindings_.bind(pairs[i].recorded, pairs[i].live, match.id);
    if (!pairs[i].identifier) times.emplace_back(i, pairs[i].live);
  }
  if (times.empty()) {
    times_.erase(match.call);
  } else {
    bind_times(shape, match.call);
  }
}

/// Its literals as they were recorded, as far as that is known; others may be the same in every
/// run.
std::vector<std::string_view> Player::translated(const Shape& shape) const {
  std::vector<std::string_view> literals;
  for (const Hole& hole : shape.holes) {
    const auto* bound = bindings_.recorded(hole.text);
    literals.push_back(bound ? std::string_view(bound->text) : std::string_view(hole.text));
  }
  return literals;
}

/// Which literal of a request meets which of a recording; nullopt where they contradict each other
/// or what is bound. Entries in no order meet as their bindings have it.
std::optional<std::vector<Player::Pair>> Player::pairs(const Shape& shape, Ordinal call) const {
  const auto recorded = index_.literals(call);
  if (recorded.size() != shape.holes.size()) return std::nullopt;
  const auto agree = [&](std::size_t place, std::size_t hole) {
    const Hole& filled = shape.holes[hole];
    return !one_to_one(filled.tag) || bindings_.agree(recorded[place], filled.text);
  };
  const auto live = arranged(shape.groups, recorded.size(),
                             {.may = agree, .known = [&](std::size_t, std::size_t hole) {
                                return bindings_.recorded(shape.holes[hole].text) != nullptr;
                              }});
  std::vector<Pair> found;
  for (std::size_t i = 0; i < live.size(); ++i) {
    if (!agree(i, live[i])) return std::nullopt;
    const Hole& hole = shape.holes[live[i]];
    const Pair pair{recorded[i], hole.text, one_to_one(hole.tag)};
    for (const Pair& other : found) {
      if (!pair.identifier || !other.identifier) continue;
      if ((pair.recorded == other.recorded) != (pair.live == other.live)) return std::nullopt;
    }
    found.push_back(pair);
  }
  return found;
}

std::optional<Ordinal> Player::first_that_fits(const Sequence& sequence, const Shape& shape) {
  std::uint32_t& at = next(sequence);
  while (at < sequence.calls.size() && !waits(sequence.calls[at])) ++at;
  const std::size_t limit = std::min<std::size_t>(sequence.calls.size(), at + kCandidates);
  for (std::size_t i = at; i < limit; ++i) {
    const Ordinal call = sequence.calls[i];
    if (waits(call) && times_fit(shape, call, /*keys_only=*/true) && pairs(shape, call)) {
      return call;
    }
  }
  return std::nullopt;
}

/// Why none of the recordings of this shape is meant.
Player::Miss Player::contradiction(const Sequence& alike, const Shape& shape) {
  Miss miss = missing(alike);
  const auto waiting = std::ranges::find_if(alike.calls, [&](Ordinal call) { return waits(call); });
  if (waiting == alike.calls.end() || !shape.groups.empty()) return miss;
  const auto recorded = index_.literals(*waiting);
  const std::string id = "#" + std::to_string(index_.answers[*waiting]);
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    const Hole& hole = shape.holes[i];
    const auto* live = bindings_.live(recorded[i]);
    const auto* back = bindings_.recorded(hole.text);
    const std::string which = hole.path + " " + std::string(recorded[i]);
    if (live && live->text != hole.text) {
      miss.contradiction = which + " bound to " + live->text + " at #" + std::to_string(live->at) +
                           ", got " + hole.text + " at " + id;
    } else if (back && back->text != recorded[i]) {
      miss.contradiction = which + " at " + id + " got " + hole.text + ", bound to " + back->text +
                           " at #" + std::to_string(back->at);
    } else {
      continue;
    }
    miss.reason = Miss::Reason::contradiction;
    return miss;
  }
  return miss;
}

const TableKeys& Player::keys() {
  if (!keys_) {
    auto keys = table_keys(*store_);
    keys_ = keys ? std::move(*keys) : TableKeys();
  }
  return *keys_;
}

void Player::sort(core::Response& response, const Recording& recording) {
  const auto request = wire::Json::parse(recording.request.body);
  if (!request || request->kind() != wire::Json::Kind::object) return;
  std::string table;
  bool forward = true;
  for (const auto& [name, value] : request->members()) {
    if (name == "IndexName") return;  // whose keys the tape may not tell
    if (name == "TableName" && value.kind() == wire::Json::Kind::string) table = value.string();
    if (name == "ScanIndexForward" && value.kind() == wire::Json::Kind::boolean) {
      forward = value.boolean();
    }
  }
  const auto* key = keys().find(table);
  if (key && !key->range.empty()) sort_items(response.body, key->range, forward);
}

}  // namespace dynatape::cassettes
