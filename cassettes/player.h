#pragma once

// Answers requests from a tape. Requests with one key are answered in the order in which they were
// recorded, each answer once; the order of different requests does not matter. A retry gets the
// answer of its call again. It never guesses: what the tape does not hold is a miss, with a reason.
// Safe to call from any thread.

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "cassettes/recent_calls.h"
#include "cassettes/store.h"
#include "core/message.h"
#include "core/operation.h"

namespace dynatape::cassettes {

class Player {
 public:
  [[nodiscard]] static core::Result<std::unique_ptr<Player>> load(std::shared_ptr<Store> store);

  /// The recorded call that answers a request.
  struct Match {
    std::int64_t id;   ///< of the attempt whose answer it is: the call's last
    std::size_t turn;  ///< which of the calls with this key it is, from 1 ...
    std::size_t of;    ///< ... and how many there are
    bool retry;        ///< an attempt of a call that this tape has answered before
  };
  /// Takes the next call with this key, unless `invocation` is a retry; nullopt where there is none
  /// left.
  [[nodiscard]] std::optional<Match> take(const Fingerprint& key, std::string_view invocation);

  /// The answer of a match, as a client may get it: without what belongs to the recorded delivery.
  [[nodiscard]] core::Result<core::Response> answer(const Match& match);

  /// Why take() found nothing, in one line: how often the request was recorded, or the nearest
  /// recording and what differs.
  [[nodiscard]] std::string explain(const core::Request& request, const core::Operation* operation,
                                    const Fingerprint& key);

  /// Whether secrets were replaced on this tape, so that a request must be redacted before it can
  /// be found.
  [[nodiscard]] bool redacted() const { return redacted_; }

  [[nodiscard]] std::size_t calls() const { return answers_.size(); }
  /// Ids of the calls that answered nothing so far, in order, at most `limit`.
  [[nodiscard]] std::vector<std::int64_t> unused(std::size_t limit) const;
  [[nodiscard]] std::size_t unused_count() const;

 private:
  /// The calls with one key: answers_[first] up to the first of the next key.
  struct Sequence {
    Fingerprint key;
    std::uint32_t first;
    std::uint32_t used;  ///< guarded by mutex_
  };

  Player(std::shared_ptr<Store> store, const std::vector<Place>& places, bool redacted);
  [[nodiscard]] Sequence* find(const Fingerprint& key);
  [[nodiscard]] std::uint32_t end_of(const Sequence& sequence) const;

  const std::shared_ptr<Store> store_;  // shared with the recorder of a tape that also grows
  std::vector<std::int64_t> answers_;   ///< per call, by key and then in order: its last attempt
  std::vector<Sequence> sequences_;     ///< sorted by key
  bool redacted_;
  mutable std::mutex mutex_;  ///< guards what is used and what is remembered
  RecentCalls recent_;        ///< a live call to its index in answers_
};

}  // namespace dynatape::cassettes
