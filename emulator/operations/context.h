#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "emulator/model/behaviour.h"
#include "emulator/model/schema.h"
#include "emulator/storage/database.h"

namespace dynatape::operations {

/// What an operation runs in. The views live as long as the call.
struct Context {
  storage::Database& database;
  std::string_view account;
  std::string_view region;
  model::TimePoint now;
  model::Behaviour behaviour = model::Behaviour::aws_2026_10;
  std::string_view endpoint = {};
  std::chrono::microseconds table_delay{};  ///< how long a table or an index changes its state
  std::uint64_t max_collection_bytes = 0;   ///< of one partition-key value, with a local index
  storage::Holder holder = 0;               ///< whose locks are this call's own
  storage::Claims* claims = nullptr;        ///< gets what the call writes, where somebody asks

  /// When a change of state that begins now is over.
  [[nodiscard]] model::TimePoint settled() const { return now + table_delay; }
  [[nodiscard]] bool is_new() const { return behaviour == model::Behaviour::aws_2026_10; }
};

}  // namespace dynatape::operations
