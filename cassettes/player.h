#pragma once

// Answers requests from a tape. Requests with one key are answered in the order in which they were
// recorded, each answer once; calls that conflict keep their recorded order, all others come in
// any. A retry gets the answer of its call again. It never guesses: what the tape does not hold is
// a miss, with a reason. Safe to call from any thread; it never waits itself.

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "cassettes/bindings.h"
#include "cassettes/call_order.h"
#include "cassettes/key_search.h"
#include "cassettes/miss_report.h"
#include "cassettes/near_miss.h"
#include "cassettes/recent_calls.h"
#include "cassettes/replay_options.h"
#include "cassettes/store.h"
#include "cassettes/symmetry.h"
#include "core/message.h"
#include "core/operation.h"

namespace dynatape::cassettes {

class Player {
 public:
  [[nodiscard]] static core::Result<std::unique_ptr<Player>> load(std::shared_ptr<Store> store,
                                                                  ReplayOptions options = {},
                                                                  MatchRules rules = {});

  /// A live call, as far as the player looks at it.
  struct Asked {
    Fingerprint key;
    std::string_view attempt_of = {};  ///< equal for the attempts of one call; "" where unknown
    const core::Operation* operation = nullptr;
    std::string_view table = {};
    core::TimePoint started = {};
    /// Where some of its literals are volatile; `key` is then its key.
    const Shape* shape = nullptr;
  };

  /// The recorded call that answers a request.
  struct Match {
    std::int64_t id;        ///< of the attempt whose answer it is
    std::size_t turn;       ///< which of the calls with this key it is, from 1 ...
    std::size_t of;         ///< ... and how many there are
    bool retry = false;     ///< an attempt of a call that this tape has answered before
    bool repeated = false;  ///< beyond the last recorded one
    Ordinal call = 0;       ///< the call's place on the tape
  };
  /// Two recorded calls that conflict, by their ids, and that were called the other way round.
  struct Conflict {
    std::int64_t later;
    std::int64_t earlier;

    bool operator==(const Conflict&) const = default;
  };
  /// Others must come first, and may be on their way.
  struct Wait {
    Conflict conflict;
  };
  struct Miss {
    using Reason = MissReason;
    Reason reason = Reason::unknown;
    std::size_t recorded = 0;        ///< how many calls have this key ...
    std::int64_t last_id = 0;        ///< ... and the last of them
    Conflict conflict = {0, 0};      ///< where they are out of order
    std::string contradiction = {};  ///< which literal stands for another, and since when
  };
  using Taken = std::variant<Match, Wait, Miss>;

  /// Takes the next call with this key, unless it is a retry. With `last_chance` it is never told
  /// to wait: reads that should have come before are given up.
  [[nodiscard]] Taken take(const Asked& asked, bool last_chance = false);
  /// Rises with every call taken.
  [[nodiscard]] std::uint64_t taken() const;

  /// The answer of a match, as a client may get it: without what belongs to the recorded delivery,
  /// with this run's values in the places of the recorded ones that they stand for.
  [[nodiscard]] core::Result<core::Response> answer(const Match& match);

  /// Why `missed` has no answer, what comes nearest, and what to do about it.
  [[nodiscard]] MissReport explain(const Missed& missed, const Miss& miss);
  /// As people read it: "GetItem orders/42".
  [[nodiscard]] std::string label(const Missed& missed);

  /// Whether secrets were replaced on this tape, so that a request must be redacted before it can
  /// be found.
  [[nodiscard]] bool redacted() const { return redacted_; }
  [[nodiscard]] const ReplayOptions& options() const { return options_; }

  [[nodiscard]] std::size_t calls() const { return index_.calls(); }
  /// Ids of the calls that answered nothing so far, in order, at most `limit`. What a poll went
  /// past is not among them.
  [[nodiscard]] std::vector<std::int64_t> unused(std::size_t limit) const;
  [[nodiscard]] std::size_t unused_count() const;
  /// The same as people read them: "#12 GetItem orders/42".
  [[nodiscard]] std::vector<std::string> unused_labels(std::size_t limit);

 private:
  /// The calls that one request may mean, in order: those with its key, or, where it has volatile
  /// literals, those with the same ones.
  struct Sequence {
    std::uint32_t number;
    std::span<const Ordinal> calls;
  };
  /// A hole that a call and its recording both fill.
  struct Pair {
    std::string_view recorded;
    std::string_view live;
    bool identifier;
  };
  /// Reads in a row of what changes by itself, none of the tape's own writes between them.
  struct PollRun {
    Ordinal last;
    core::TimePoint live;      ///< when the first of them came now ...
    core::TimePoint recorded;  ///< ... and then
  };

  Player(std::shared_ptr<Store> store, TapeIndex index, ReplayOptions options, MatchRules rules,
         bool redacted);
  [[nodiscard]] std::optional<Sequence> find(const Fingerprint& key) const;
  [[nodiscard]] Sequence with_values(std::uint64_t values) const;
  [[nodiscard]] std::uint32_t& next(const Sequence& sequence);
  [[nodiscard]] bool waits(Ordinal call) const;

  [[nodiscard]] Taken take_from(const Sequence& sequence, const Asked& asked, bool last_chance,
                                std::optional<Ordinal> chosen, Ordinal& taken);
  /// The recordings that a request with volatile literals means.
  struct Choice {
    Sequence sequence;
    std::optional<Ordinal> call = {};  ///< one of them, where its times tell
    bool contradicts = false;          ///< none of those that are left is meant
    bool exhausted = false;            ///< none is left
  };

  [[nodiscard]] Taken take_bound(const Sequence& alike, const Asked& asked, bool last_chance);
  [[nodiscard]] Choice choose(const Sequence& alike, const Shape& shape);
  [[nodiscard]] std::vector<std::string_view> translated(const Shape& shape) const;
  [[nodiscard]] std::optional<std::vector<Pair>> pairs(const Shape& shape, Ordinal call) const;
  [[nodiscard]] std::optional<Ordinal> first_that_fits(const Sequence& sequence,
                                                       const Shape& shape);
  [[nodiscard]] bool times_fit(const Shape& shape, Ordinal call, bool keys_only) const;
  void bind(const Shape& shape, const Match& match, const std::vector<Pair>& pairs);
  void bind_times(const Shape& shape, Ordinal call);
  void bind_items(const Recording& recording, Ordinal call);
  /// Takes back a guess: see symmetry.h.
  [[nodiscard]] bool exchange(const Sequence& alike, const Shape& shape);
  [[nodiscard]] std::vector<std::pair<std::string_view, std::string_view>> exchange_for(
      const Shape& shape, Ordinal call) const;
  [[nodiscard]] bool apply(const Exchange& exchange, const CallFacts& facts);
  [[nodiscard]] bool reorder(const Exchange& exchange);
  [[nodiscard]] const Shape* recorded_shape(Ordinal call);
  [[nodiscard]] bool same_answer(Ordinal one, Ordinal other);
  [[nodiscard]] const TableKeys& keys();
  [[nodiscard]] Miss contradiction(const Sequence& alike, const Shape& shape);

  [[nodiscard]] Repeats repeats_of(const Asked& asked) const;
  [[nodiscard]] bool polls(Ordinal call) const;
  [[nodiscard]] CallOrder::Before before(Ordinal call);
  [[nodiscard]] core::TimePoint recorded_start(Ordinal call) const;
  void follow_poll(const Sequence& sequence, core::TimePoint now);
  [[nodiscard]] std::optional<Match> attempt_again(const Sequence& sequence, const Asked& asked);
  [[nodiscard]] std::optional<Match> repeat(const Sequence& sequence, Repeats repeats);
  [[nodiscard]] Match match(const Sequence& sequence, Ordinal call);
  [[nodiscard]] std::span<const TapeIndex::Attempt> attempts_of(Ordinal call) const;
  [[nodiscard]] std::int64_t attempt_id(Ordinal call);
  [[nodiscard]] Miss missing(const Sequence& sequence) const;
  [[nodiscard]] Conflict conflict(Ordinal later, Ordinal earlier) const;
  [[nodiscard]] bool is_waiting(std::int64_t id) const;
  void explain_unknown(const Missed& missed, const TableKeys& keys, MissReport& report);
  void explain_exhausted(const Missed& missed, const Miss& miss, MissReport& report);
  void explain_order(const Conflict& conflict, const TableKeys& keys, MissReport& report);
  [[nodiscard]] std::vector<Ordinal> unused_calls() const;
  /// Puts the items of a Query's answer in order again.
  void sort(core::Response& response, const Recording& recording);

  const std::shared_ptr<Store> store_;  // shared with the recorder of a tape that also grows
  const TapeIndex index_;
  const KeySearch search_;  ///< through the keys of the index
  const ReplayOptions options_;
  const MatchRules rules_;
  const bool redacted_;
  mutable std::mutex mutex_;  ///< guards everything below
  CallOrder order_;
  std::vector<std::uint32_t> next_;  ///< per key: the first of its sequence that may still wait
  std::unordered_map<std::uint32_t, std::uint32_t> bound_next_;  ///< the same, by number
  RecentCalls recent_;                                           ///< a live call to its ordinal
  Bindings bindings_;
  /// Of the calls that were answered, the live times, by the places of their holes.
  std::unordered_map<Ordinal, std::vector<std::pair<std::size_t, std::string>>> times_;
  std::optional<Symmetry> symmetry_;                          ///< made when first needed
  std::unordered_map<Ordinal, std::optional<Shape>> shapes_;  ///< while a guess is taken back
  std::optional<TableKeys> keys_;                             ///< read when first needed
  std::unordered_map<std::uint32_t, PollRun> polls_;          ///< by key
  std::unordered_map<std::uint32_t, std::size_t> cycled_;     ///< by key: how often repeated
  std::unordered_map<Ordinal, std::size_t> attempted_;        ///< attempts that a call has answered
  std::uint64_t taken_ = 0;
};

}  // namespace dynatape::cassettes
