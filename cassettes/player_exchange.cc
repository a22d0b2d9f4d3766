// The part of a player that takes back a guess: a recording that was taken for another one which
// would have answered the same until here.

#include <algorithm>

#include "cassettes/arrangement.h"
#include "cassettes/player.h"
#include "cassettes/review.h"
#include "cassettes/volatile.h"

namespace dynatape::cassettes {
namespace {

/// Recorded calls that a request could be, for which an exchange is looked for.
constexpr std::size_t kTried = 64;

}  // namespace

bool Player::exchange(const Sequence& alike, const Shape& shape) {
  if (!symmetry_) symmetry_.emplace(index_);
  const CallFacts facts{
      .state = [&](Ordinal call) { return order_.state(call); },
      .shape = [&](Ordinal call) { return recorded_shape(call); },
      .same_answer = [&](Ordinal one, Ordinal other) { return same_answer(one, other); }};
  std::size_t tried = 0;
  bool done = false;
  for (const Ordinal call : alike.calls) {
    if (!waits(call)) continue;
    if (++tried > kTried || done) break;
    const auto wanted = exchange_for(shape, call);
    if (wanted.empty()) continue;
    const auto found = symmetry_->find(wanted, facts);
    done = found && apply(*found, facts);
  }
  shapes_.clear();
  return done;
}

/// Which recorded values would have to change places for a request to be that call; none where it
/// cannot be.
std::vector<Exchange::Value> Player::exchange_for(const Shape& shape, Ordinal call) const {
  const auto recorded = index_.literals(call);
  if (recorded.size() != shape.holes.size()) return {};
  const auto agree = [&](std::size_t place, std::size_t hole) {
    return bindings_.agree(recorded[place], shape.holes[hole].text);
  };
  const auto bound = [&](std::size_t hole) { return bindings_.recorded(shape.holes[hole].text); };
  const auto met = arranged(
      shape.groups, recorded.size(),
      {.may =
           [&](std::size_t place, std::size_t hole) {
             return !one_to_one(shape.holes[hole].tag) || agree(place, hole) || bound(hole);
           },
       .known = [&](std::size_t place,
                    std::size_t hole) { return agree(place, hole) && bound(hole); }});
  std::vector<Exchange::Value> wanted;
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    if (!one_to_one(shape.holes[i].tag) || agree(i, met[i])) continue;
    const auto* other = bound(met[i]);
    if (!other) return {};
    wanted.emplace_back(other->text, recorded[i]);
  }
  return wanted;
}

/// All of it, or nothing.
bool Player::apply(const Exchange& exchange, const CallFacts& facts) {
  if (options_.ordered && !reorder(exchange)) return false;
  if (!options_.ordered) {
    for (const auto& [from, to] : exchange.calls) order_.give_back(from);
    for (const auto& [from, to] : exchange.calls) order_.take(to);
  }
  // The views may be into what changes.
  const std::vector<std::pair<std::string, std::string>> values(exchange.values.begin(),
                                                                exchange.values.end());
  for (const auto& [a, b] : values) bindings_.exchange(a, b);
  std::unordered_map<std::int64_t, std::int64_t> numbers;
  std::vector<std::pair<Ordinal, std::vector<std::pair<std::size_t, std::string>>>> times;
  std::vector<std::pair<Ordinal, std::size_t>> attempted;
  for (const auto& [from, to] : exchange.calls) {
    numbers.emplace(from, to);
    if (auto node = times_.extract(from)) times.emplace_back(to, std::move(node.mapped()));
    if (auto node = attempted_.extract(from)) attempted.emplace_back(to, node.mapped());
  }
  recent_.renumber(numbers);
  attempted_.insert(attempted.begin(), attempted.end());
  for (auto& [call, live] : times) {
    times_.insert_or_assign(call, std::move(live));
    if (const Shape* shape = facts.shape(call)) bind_times(*shape, call);
    if (const auto recording = store_->read(index_.answers[call])) bind_items(*recording, call);
  }
  // What they had passed may wait again.
  std::ranges::fill(next_, 0);
  bound_next_.clear();
  return true;
}

/// The calls that change change in the order, too, unless another answer depends on it.
bool Player::reorder(const Exchange& exchange) {
  std::vector<Ordinal> given;
  std::vector<Ordinal> taken;
  for (const auto& [from, to] : exchange.calls) given.push_back(from);
  for (const auto& [from, to] : exchange.calls) {
    if (std::ranges::find(given, to) == given.end()) taken.push_back(to);
  }
  std::erase_if(given, [&](Ordinal call) {
    return std::ranges::any_of(exchange.calls, [&](const auto& one) { return one.second == call; });
  });
  std::ranges::sort(taken);
  for (const Ordinal call : given) order_.give_back(call);
  bool right = std::ranges::none_of(given, [&](Ordinal call) { return order_.overtaken(call); });
  std::size_t done = 0;
  for (; right && done < taken.size(); ++done) {
    right = order_.before(taken[done]).clear();
    if (!right) break;
    order_.take(taken[done]);
  }
  if (right) return true;
  while (done > 0) order_.give_back(taken[--done]);
  for (const Ordinal call : given) order_.take(call);
  return false;
}

const Shape* Player::recorded_shape(Ordinal call) {
  const auto [place, fresh] = shapes_.try_emplace(call);
  if (fresh) {
    if (const auto recording = store_->read(index_.answers[call])) {
      place->second = volatile_shape(recording->request, core::find_operation(recording->operation),
                                     recording->started, rules_);
    }
  }
  return place->second ? &*place->second : nullptr;
}

bool Player::same_answer(Ordinal one, Ordinal other) {
  const auto skeleton = [&](Ordinal call) -> std::optional<std::string> {
    auto recording = store_->read(index_.answers[call]);
    if (!recording) return std::nullopt;
    recording->request = {};
    recording->call = recording->id;
    return review_line(*recording).skeleton();
  };
  const auto a = skeleton(one);
  return a && a == skeleton(other);
}

}  // namespace dynatape::cassettes
