#pragma once

// What an upstream may offer besides answering: all of a database at one moment, at O(1). Without
// it, whoever wants a copy reads item by item.

#include <memory>
#include <string_view>

#include "core/exchange.h"
#include "core/pipeline.h"

namespace dynatape::core {

/// One moment of a database; it never changes. Safe to share between threads.
class Snapshot {
 public:
  virtual ~Snapshot() = default;
  /// Answers calls as the database did at that moment.
  [[nodiscard]] virtual Upstream& reader() const = 0;
};

class Snapshots {
 public:
  virtual ~Snapshots() = default;

  /// The database that `exchange` would reach, now.
  [[nodiscard]] virtual std::shared_ptr<const Snapshot> take(const Exchange& exchange) = 0;

  /// Gives the table called `to`, in the database that `exchange` would reach, the items that
  /// `source` had in `from`, at O(1). False where their keys or indexes differ, or one of them is
  /// not there; then nothing has happened.
  [[nodiscard]] virtual bool fill(const Exchange& exchange, std::string_view to,
                                  const Snapshot& from, std::string_view source) = 0;
};

}  // namespace dynatape::core
