#pragma once

// How an answer of today differs from the recorded one, but for what may differ: what the service
// makes up, where a table lives, and the order of what has none.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/message.h"

namespace dynatape::cassettes {

enum class DriftKind {
  status,      ///< another HTTP status
  error_type,  ///< another error
  message,     ///< the same error in other words
  shape,       ///< a member is missing or new, or of another JSON type
  value,       ///< a member has another value
};
inline constexpr std::array kDriftKinds = {DriftKind::status, DriftKind::error_type,
                                           DriftKind::message, DriftKind::shape, DriftKind::value};

/// "status", "error type", …
[[nodiscard]] std::string_view name_of(DriftKind kind);

struct Drift {
  DriftKind kind;
  std::string path;      ///< "Item.n.N"
  std::string recorded;  ///< as JSON; "" where there was none
  std::string answered;  ///< as JSON; "" where there is none

  bool operator==(const Drift&) const = default;
};

/// All of them. Where status or error type differ, nothing else is looked at.
[[nodiscard]] std::vector<Drift> drift_of(std::string_view operation,
                                          const core::Response& recorded,
                                          const core::Response& answered);

/// Why the interaction cannot be carried out again and compared; empty where it can.
[[nodiscard]] std::string_view not_comparable(const core::Request& request,
                                              const core::Response& recorded);

}  // namespace dynatape::cassettes
