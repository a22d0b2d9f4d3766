#pragma once

// The `when` of a rule: every member in one table, with what reads it. `rules list`, the admin API
// and the reader's messages come from it.

#include <span>
#include <string_view>

#include "interceptors/json_field.h"
#include "interceptors/stage.h"
#include "interceptors/when.h"

namespace dynatape::interceptors {

struct WhenPart {
  std::string_view name;
  std::string_view type;
  std::string_view help;  ///< completes "the rule applies to"
  void (*read)(const JsonField& value, When& when);
  Stage known = Stage::call;  ///< from when on it can be told
};

[[nodiscard]] std::span<const WhenPart> when_parts();

[[nodiscard]] When read_when(const JsonField& field);

/// That `when` asks for nothing that is not known yet at `stage`, when `fault` acts.
void must_be_known(const JsonField& when, Stage stage, std::string_view fault);

}  // namespace dynatape::interceptors
