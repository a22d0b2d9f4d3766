#pragma once

// A write that has passed its checks and is not carried out yet: while it lives, its items are
// locked against the writes of others.

#include <memory>

#include "emulator/storage/database.h"

namespace dynatape::emulator {

class HeldWrite {
 public:
  /// The locks have been taken for `holder`.
  HeldWrite(std::shared_ptr<storage::Database> database, storage::Holder holder)
      : database_(std::move(database)), holder_(holder) {}
  ~HeldWrite() { database_->locks().release(holder_); }
  HeldWrite(const HeldWrite&) = delete;
  HeldWrite& operator=(const HeldWrite&) = delete;

  [[nodiscard]] storage::Holder holder() const { return holder_; }

 private:
  std::shared_ptr<storage::Database> database_;
  storage::Holder holder_;
};

}  // namespace dynatape::emulator
