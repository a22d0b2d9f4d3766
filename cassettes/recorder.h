#pragma once

// Appends to a tape while the proxy serves: gives each recording its place, and commits those of
// one turn of a loop together. It never lets a call go on whose recording is not committed, and
// never records again after a failure, so that a tape has no hole.

#include <coroutine>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "cassettes/recent_calls.h"
#include "cassettes/store.h"
#include "core/loop.h"
#include "core/task.h"

namespace dynatape::cassettes {

class Recorder {
 public:
  /// Appends behind what `store` holds.
  [[nodiscard]] static core::Result<std::unique_ptr<Recorder>> make(std::shared_ptr<Store> store);

  /// Finishes, on `loop`, when the transaction that holds `recording` is committed; its place on
  /// the tape. `id` and `call` of `recording` are set here: attempts with one `invocation` and one
  /// key are one call.
  [[nodiscard]] core::Task<core::Result<std::int64_t>> append(Recording recording,
                                                              std::string_view invocation,
                                                              core::Loop& loop);

  /// Why nothing is recorded any more; nullopt while all is well.
  [[nodiscard]] std::optional<core::Error> failure() const;
  /// Attempts appended by this recorder.
  [[nodiscard]] std::size_t recorded() const;

 private:
  /// An append on its way, in the frame of its coroutine.
  struct Pending {
    Recording recording;
    core::Loop* loop;
    std::coroutine_handle<> waiter = {};
    bool leads = false;  ///< it commits the batch
    std::optional<core::Error> error = {};
  };
  struct Enqueue;

  Recorder(std::shared_ptr<Store> store, std::int64_t last_id)
      : store_(std::move(store)), last_id_(last_id) {}
  /// Gives `pending` its place; true if it leads its batch.
  bool enqueue(Pending& pending, std::string_view invocation);
  /// Commits what has gathered and resumes all of it but `own`.
  void commit(const Pending& own);

  const std::shared_ptr<Store> store_;  // shared with the player of a tape that is also replayed
  mutable std::mutex mutex_;            ///< guards everything below
  std::int64_t last_id_;
  std::size_t recorded_ = 0;
  RecentCalls calls_;
  std::vector<Pending*> batch_;
  std::optional<core::Error> failure_;
};

}  // namespace dynatape::cassettes
