#include "cassettes/player.h"

#include <algorithm>
#include <array>

#include "cassettes/item_scopes.h"
#include "cassettes/named_values.h"
#include "cassettes/rewriting.h"
#include "cassettes/stored_headers.h"

namespace dynatape::cassettes {
namespace {

/// Of a sequence, looked through for what was given up.
constexpr std::uint32_t kLookedThrough = 1'000;

constexpr std::array<std::string_view, 4> kThrottles = {
    "ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded",
    "LimitExceededException"};

/// The service failed, or would not: what an SDK tries again.
bool is_failure(const core::Response& response) {
  if (response.status >= 500) return true;
  return response.status >= 400 &&
         std::ranges::find(kThrottles, error_type(response.body)) != kThrottles.end();
}

}  // namespace

core::Result<std::unique_ptr<Player>> Player::load(std::shared_ptr<Store> store,
                                                   ReplayOptions options, MatchRules rules) {
  auto index = tape_index(*store, rules);
  if (!index) return std::unexpected(index.error());
  const auto redacted = store->has_redactions();
  if (!redacted) return std::unexpected(redacted.error());
  return std::unique_ptr<Player>(new Player(std::move(store), std::move(*index), std::move(options),
                                            std::move(rules), *redacted));
}

Player::Player(std::shared_ptr<Store> store, TapeIndex index, ReplayOptions options,
               MatchRules rules, bool redacted)
    : store_(std::move(store)),
      index_(std::move(index)),
      search_(index_.keys),
      options_(std::move(options)),
      rules_(std::move(rules)),
      redacted_(redacted),
      order_(index_),
      next_(index_.keys.size(), 0) {}

Player::Taken Player::take(const Asked& asked, bool last_chance) {
  const auto sequence = find(asked.key);
  if (!sequence) return Miss{};
  const std::lock_guard lock(mutex_);
  if (auto again = attempt_again(*sequence, asked)) return *again;
  Ordinal taken = 0;
  if (asked.shape && !asked.shape->holes.empty()) return take_bound(*sequence, asked, last_chance);
  return take_from(*sequence, asked, last_chance, std::nullopt, taken);
}

/// `taken` becomes the call whose answer it is.
Player::Taken Player::take_from(const Sequence& sequence, const Asked& asked, bool last_chance,
                                std::optional<Ordinal> chosen, Ordinal& taken) {
  std::uint32_t& at = next(sequence);
  while (at < sequence.calls.size() && !waits(sequence.calls[at])) ++at;
  const Repeats repeats = repeats_of(asked);
  if (at == sequence.calls.size()) {
    if (auto repeated = repeat(sequence, repeats)) return *repeated;
    return missing(sequence);
  }
  Ordinal call = chosen.value_or(sequence.calls[at]);
  if (const auto earlier = before(call); !earlier.clear()) {
    // Before the write that must come first, the state is what it was.
    if (auto repeated = repeat(sequence, repeats)) return *repeated;
    if (!last_chance) return Wait{conflict(call, earlier.first())};
    if (earlier.write) {
      Miss miss = missing(sequence);
      miss.reason = Miss::Reason::out_of_order;
      miss.conflict = conflict(call, *earlier.write);
      return miss;
    }
    for (const Ordinal read : earlier.reads) order_.pass(read, call);
  }
  if (!chosen) {
    if (polls(call)) follow_poll(sequence, asked.started);
    call = sequence.calls[at++];
  }
  order_.take(call);
  ++taken_;
  taken = call;
  recent_.remember(asked.attempt_of, asked.key, call);
  return match(sequence, call);
}

std::uint64_t Player::taken() const {
  const std::lock_guard lock(mutex_);
  return taken_;
}

/// The answer to a further attempt of a live call; nullopt for a new call.
std::optional<Player::Match> Player::attempt_again(const Sequence& sequence, const Asked& asked) {
  auto known = recent_.find(asked.attempt_of, asked.key);
  const std::uint32_t at = next(sequence);
  if (!known && asked.attempt_of.empty() && at > 0) {
    // A client that does not say so tries again as long as the recorded one did.
    const Ordinal last = sequence.calls[at - 1];
    const auto given = attempted_.find(last);
    if (given != attempted_.end() && given->second < attempts_of(last).size()) known = last;
  }
  if (!known) return std::nullopt;
  Match again = match(sequence, static_cast<Ordinal>(*known));
  again.retry = true;
  return again;
}

Repeats Player::repeats_of(const Asked& asked) const {
  Repeats repeats = is_poll(asked.operation) ? Repeats::last : Repeats::miss;
  for (const RepeatRule& rule : options_.repeats) {
    const bool operation =
        rule.operation.empty() || (asked.operation && asked.operation->name == rule.operation);
    if (operation && (rule.table.empty() || rule.table == asked.table)) repeats = rule.repeats;
  }
  return repeats;
}

bool Player::polls(Ordinal call) const {
  const std::uint8_t operation = index_.operations[call];
  return operation != TapeIndex::kNoOperation && is_poll(&core::kOperations[operation]);
}

/// What must come before a call; polls make nobody wait.
CallOrder::Before Player::before(Ordinal call) {
  if (!options_.ordered) return {};
  auto before = order_.before(call);
  std::erase_if(before.reads, [&](Ordinal read) {
    if (polls(read)) order_.pass(read);
    return polls(read);
  });
  return before;
}

core::TimePoint Player::recorded_start(Ordinal call) const {
  const auto recording = store_->read(index_.answers[call]);
  return recording ? recording->started : core::TimePoint();
}

/// A poll is answered with the next state, or with that in which the recorded poll found the
/// service after the same time.
void Player::follow_poll(const Sequence& sequence, core::TimePoint now) {
  const auto& calls = sequence.calls;
  std::uint32_t& at = next(sequence);
  auto run = polls_.find(sequence.number);
  if (run == polls_.end() || calls[at] > run->second.last) {
    Ordinal last = calls[at];
    const std::size_t limit = std::min<std::size_t>(calls.size(), at + kLookedThrough);
    for (std::size_t i = at + 1; i < limit && before(calls[i]).clear(); ++i) last = calls[i];
    polls_.insert_or_assign(sequence.number, PollRun{last, now, recorded_start(calls[at])});
    return;
  }
  const core::Duration elapsed = now - run->second.live;
  while (at + 1 < calls.size() && calls[at + 1] <= run->second.last &&
         recorded_start(calls[at + 1]) - run->second.recorded < elapsed) {
    order_.pass(calls[at++]);
  }
}

/// An answer that was given before, where calls like this one may get it again.
std::optional<Player::Match> Player::repeat(const Sequence& sequence, Repeats repeats) {
  std::uint32_t place = next(sequence);
  if (repeats == Repeats::miss || place == 0) return std::nullopt;
  if (repeats == Repeats::cycle) {
    place = static_cast<std::uint32_t>(cycled_[sequence.number]++ % place);
  } else {
    do {
      if (place == 0) return std::nullopt;
    } while (order_.state(sequence.calls[--place]) != CallOrder::State::taken);
  }
  ++taken_;
  Match repeated = match(sequence, sequence.calls[place]);
  repeated.repeated = true;
  return repeated;
}

Player::Match Player::match(const Sequence& sequence, Ordinal call) {
  const auto place = std::ranges::lower_bound(sequence.calls, call) - sequence.calls.begin();
  return {.id = attempt_id(call),
          .turn = static_cast<std::size_t>(place) + 1,
          .of = sequence.calls.size(),
          .call = call};
}

std::span<const TapeIndex::Attempt> Player::attempts_of(Ordinal call) const {
  return std::ranges::equal_range(index_.attempts, call, {}, &TapeIndex::Attempt::call);
}

/// Which attempt of a call answers.
std::int64_t Player::attempt_id(Ordinal call) {
  const auto attempts = attempts_of(call);
  if (attempts.empty()) return index_.answers[call];
  if (options_.retries == Retries::faithful) {
    std::size_t& given = attempted_[call];
    given = std::min(given + 1, attempts.size());
    return attempts[given - 1].id;
  }
  if (options_.retries == Retries::fresh) {
    for (auto place = attempts.size(); place-- > 0;) {
      const auto response = store_->response(attempts[place].id);
      if (response && !is_failure(*response)) return attempts[place].id;
    }
  }
  return index_.answers[call];
}

Player::Miss Player::missing(const Sequence& sequence) const {
  Miss miss{Miss::Reason::exhausted, sequence.calls.size(), index_.answers[sequence.calls.back()]};
  for (const Ordinal call :
       sequence.calls.first(std::min<std::size_t>(sequence.calls.size(), kLookedThrough))) {
    if (const auto by = order_.passed_by(call)) {
      miss.reason = Miss::Reason::out_of_order;
      miss.conflict = conflict(*by, call);
    }
  }
  return miss;
}

Player::Conflict Player::conflict(Ordinal later, Ordinal earlier) const {
  return {index_.answers[later], index_.answers[earlier]};
}

core::Result<core::Response> Player::answer(const Match& match) {
  if (index_.hole_begin.empty()) {
    auto response = store_->response(match.id);
    if (response) response->headers = replayed_headers(response->headers);
    return response;
  }
  auto recording = store_->read(match.id);
  if (!recording) return std::unexpected(recording.error());
  core::Response response = std::move(recording->response);
  response.headers = replayed_headers(response.headers);
  const std::lock_guard lock(mutex_);
  bind_items(*recording, match.call);
  const auto scopes = times_.empty()
                          ? std::vector<ItemScope>()
                          : answer_scopes(recording->request.body, response.body, keys());
  bool changed = rewrite(response.body, bindings_, {recording->started, match.id, scopes});
  if (rules_.binds() && rewrite_strings(response.body, bindings_)) changed = true;
  if (changed && recording->operation == "Query") sort(response, *recording);
  return response;
}

std::optional<Player::Sequence> Player::find(const Fingerprint& key) const {
  const auto number = search_.find(key);
  if (!number) return std::nullopt;
  const std::uint32_t first = index_.first[*number];
  return Sequence{*number,
                  std::span(index_.sequence).subspan(first, index_.first[*number + 1] - first)};
}

/// How far into its calls a sequence has come.
std::uint32_t& Player::next(const Sequence& sequence) {
  const bool whole_key = sequence.number < next_.size();
  return whole_key ? next_[sequence.number] : bound_next_[sequence.number];
}

bool Player::waits(Ordinal call) const { return order_.state(call) == CallOrder::State::waiting; }

}  // namespace dynatape::cassettes
