#include "cassettes/player.h"

#include <algorithm>
#include <array>

#include "cassettes/near_miss.h"
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
      options_(std::move(options)),
      rules_(std::move(rules)),
      redacted_(redacted),
      order_(index_),
      next_(index_.first.begin(), index_.first.end()) {}

Player::Taken Player::take(const Asked& asked, bool last_chance) {
  const auto sequence = find(asked.key);
  if (!sequence) return Miss{};
  const std::lock_guard lock(mutex_);
  if (auto again = attempt_again(*sequence, asked)) return *again;
  std::uint32_t& next = next_[sequence->number];
  while (next < sequence->end && order_.state(index_.sequence[next]) != CallOrder::State::waiting) {
    ++next;
  }
  const Repeats repeats = repeats_of(asked);
  if (next == sequence->end) {
    if (auto repeated = repeat(*sequence, repeats)) return *repeated;
    return missing(*sequence);
  }
  const Ordinal call = index_.sequence[next];
  if (const auto earlier = before(call); !earlier.clear()) {
    // Before the write that must come first, the state is what it was.
    if (auto repeated = repeat(*sequence, repeats)) return *repeated;
    if (!last_chance) return Wait{conflict(call, earlier.first())};
    if (earlier.write) {
      Miss miss = missing(*sequence);
      miss.reason = Miss::Reason::out_of_order;
      miss.conflict = conflict(call, *earlier.write);
      return miss;
    }
    for (const Ordinal read : earlier.reads) order_.pass(read, call);
  }
  if (polls(call)) follow_poll(*sequence, asked.started);
  const std::uint32_t place = next++;
  order_.take(index_.sequence[place]);
  ++taken_;
  recent_.remember(asked.attempt_of, asked.key, place);
  return match(*sequence, place);
}

std::uint64_t Player::taken() const {
  const std::lock_guard lock(mutex_);
  return taken_;
}

/// The answer to a further attempt of a live call; nullopt for a new call.
std::optional<Player::Match> Player::attempt_again(const Sequence& sequence, const Asked& asked) {
  auto known = recent_.find(asked.attempt_of, asked.key);
  const std::uint32_t next = next_[sequence.number];
  if (!known && asked.attempt_of.empty() && next > sequence.first) {
    // A client that does not say so tries again as long as the recorded one did.
    const Ordinal last = index_.sequence[next - 1];
    const auto given = attempted_.find(last);
    if (given != attempted_.end() && given->second < attempts_of(last).size()) known = next - 1;
  }
  if (!known) return std::nullopt;
  Match again = match(sequence, static_cast<std::uint32_t>(*known));
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
  std::uint32_t& next = next_[sequence.number];
  auto run = polls_.find(sequence.number);
  if (run == polls_.end() || index_.sequence[next] > run->second.last) {
    Ordinal last = index_.sequence[next];
    const std::uint32_t limit = std::min(sequence.end, next + kLookedThrough);
    for (auto place = next + 1; place < limit && before(index_.sequence[place]).clear(); ++place) {
      last = index_.sequence[place];
    }
    polls_.insert_or_assign(sequence.number,
                            PollRun{last, now, recorded_start(index_.sequence[next])});
    return;
  }
  const core::Duration elapsed = now - run->second.live;
  while (next + 1 < sequence.end && index_.sequence[next + 1] <= run->second.last &&
         recorded_start(index_.sequence[next + 1]) - run->second.recorded < elapsed) {
    order_.pass(index_.sequence[next++]);
  }
}

/// An answer that was given before, where calls like this one may get it again.
std::optional<Player::Match> Player::repeat(const Sequence& sequence, Repeats repeats) {
  std::uint32_t place = next_[sequence.number];
  if (repeats == Repeats::miss || place == sequence.first) return std::nullopt;
  if (repeats == Repeats::cycle) {
    place = sequence.first +
            static_cast<std::uint32_t>(cycled_[sequence.number]++ % (place - sequence.first));
  } else {
    do {
      if (place == sequence.first) return std::nullopt;
    } while (order_.state(index_.sequence[--place]) != CallOrder::State::taken);
  }
  ++taken_;
  Match repeated = match(sequence, place);
  repeated.repeated = true;
  return repeated;
}

Player::Match Player::match(const Sequence& sequence, std::uint32_t place) {
  return {attempt_id(index_.sequence[place]), place - sequence.first + 1,
          sequence.end - sequence.first};
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
  Miss miss{Miss::Reason::exhausted,
            sequence.end - sequence.first,
            index_.answers[index_.sequence[sequence.end - 1]],
            {0, 0}};
  const std::uint32_t limit = std::min(sequence.end, sequence.first + kLookedThrough);
  for (auto place = sequence.first; place < limit; ++place) {
    const Ordinal call = index_.sequence[place];
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
  auto response = store_->response(match.id);
  if (response) response->headers = replayed_headers(response->headers);
  return response;
}

std::string Player::explain(const core::Request& request, const core::Operation* operation,
                            const Miss& miss) {
  switch (miss.reason) {
    case Miss::Reason::unknown:
      return near_miss(*store_, request, operation, rules_);
    case Miss::Reason::exhausted:
      return exhausted(request, operation, miss.recorded, miss.last_id);
    case Miss::Reason::out_of_order:
      return out_of_order(miss.conflict);
  }
  return "";
}

std::string Player::out_of_order(const Conflict& conflict) {
  const auto keys = table_keys(*store_);
  const auto later = store_->read(conflict.later);
  const auto earlier = store_->read(conflict.earlier);
  for (const auto* recording : {&later, &earlier}) {
    if (!*recording) return recording->error().message;
  }
  if (!keys) return keys.error().message;
  const auto label = [&](const Recording& recording) {
    return "#" + std::to_string(recording.id) + " " +
           call_label(core::find_operation(recording.operation), recording.request.body, *keys);
  };
  std::string text = label(*later) + " came before " + label(*earlier) + ", recorded the other way";
  if (later->started < earlier->started + earlier->took) {
    text += "; they overlapped when they were recorded, so the program does not order them";
  }
  return text;
}

std::vector<Ordinal> Player::unused_calls() const {
  const std::lock_guard lock(mutex_);
  std::vector<Ordinal> calls;
  for (std::size_t k = 0; k < index_.keys.size(); ++k) {
    bool used = false;
    for (auto place = index_.first[k]; place < index_.first[k + 1]; ++place) {
      const Ordinal call = index_.sequence[place];
      const bool taken = order_.state(call) == CallOrder::State::taken;
      used = used || taken;
      if (!taken && !(used && polls(call))) calls.push_back(call);
    }
  }
  std::ranges::sort(calls);
  return calls;
}

std::vector<std::int64_t> Player::unused(std::size_t limit) const {
  std::vector<std::int64_t> ids;
  for (const Ordinal call : unused_calls()) {
    if (ids.size() == limit) break;
    ids.push_back(index_.answers[call]);
  }
  return ids;
}

std::size_t Player::unused_count() const { return unused_calls().size(); }

std::optional<Player::Sequence> Player::find(const Fingerprint& key) const {
  const auto found = std::ranges::lower_bound(index_.keys, key);
  if (found == index_.keys.end() || *found != key) return std::nullopt;
  const auto number = static_cast<std::uint32_t>(found - index_.keys.begin());
  return Sequence{number, index_.first[number], index_.first[number + 1]};
}

}  // namespace dynatape::cassettes
