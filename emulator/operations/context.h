#pragma once

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

  [[nodiscard]] bool is_new() const { return behaviour == model::Behaviour::aws_2026_10; }
};

}  // namespace dynatape::operations
