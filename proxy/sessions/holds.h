#pragma once

// The calls of a session that are held until somebody releases them. Safe to call from any thread.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/exchange.h"
#include "core/task.h"

namespace dynatape::sessions {

class Holds {
 public:
  /// A call that is held.
  struct Held {
    std::uint64_t exchange;
    std::string rule;
    std::string operation;
    core::TimePoint since;
  };

  /// Waits until the call is released, or `at_most` has passed on its clock.
  [[nodiscard]] core::Task<void> wait(core::Exchange& exchange, core::Hold hold);

  /// In order of arrival.
  [[nodiscard]] std::vector<Held> list() const;
  /// Releases the calls that `rule` holds, or all of them where it is empty; how many.
  std::size_t release(std::string_view rule = {});

 private:
  struct Entry {
    Held held;
    std::atomic<bool> released = false;
  };

  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<Entry>> entries_;  ///< guarded by mutex_; shared with who waits
};

}  // namespace dynatape::sessions
