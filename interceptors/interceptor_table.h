#pragma once

// Every interceptor in one table: what it is called, what it does, which options it takes, and how
// a rule makes it. `rules list`, the documentation and the reader's messages come from it.

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "interceptors/fault.h"
#include "interceptors/stage.h"

namespace dynatape::interceptors {

class JsonField;

struct Option {
  std::string_view name;
  std::string_view type;      ///< "duration", "string", or the shape of an object
  std::string_view fallback;  ///< what holds where it is not given; "" for none
  std::string_view help;
};

struct InterceptorRow {
  std::string_view name;
  std::string_view summary;
  std::span<const Option> options;
  /// Makes the fault from the value a rule gives to `name`; a mistake goes to the field. nullptr
  /// for those that stand in the pipeline by command line and not by a rule.
  std::unique_ptr<const Fault> (*make)(const JsonField& options);
  Stage stage = Stage::call;  ///< when it acts
};

[[nodiscard]] std::span<const InterceptorRow> interceptor_table();

/// The row of that name, or nullptr.
[[nodiscard]] const InterceptorRow* find_interceptor(std::string_view name);

/// The table as text: each interceptor with its options.
[[nodiscard]] std::string list_interceptors();

}  // namespace dynatape::interceptors
