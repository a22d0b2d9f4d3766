#pragma once

// How much of an answer leaves before its connection ends, as rules write it.

#include <cstddef>
#include <optional>
#include <string>
#include <variant>

#include "core/message.h"

namespace dynatape::interceptors {

class JsonField;

struct Cut {
  /// Nothing, all of it, so many bytes of head and body together, or a part from 0 to 1.
  struct Before {
    bool operator==(const Before&) const = default;
  };
  struct After {
    bool operator==(const After&) const = default;
  };
  std::variant<Before, After, std::size_t, double> at = Before{};

  void apply(core::Delivery& delivery) const;
  /// Completes "after ...": "0 bytes", "all of the answer", "300 bytes", "50% of the answer".
  [[nodiscard]] std::string describe() const;

  bool operator==(const Cut&) const = default;
};

/// "before", "after", 300 or "50%".
[[nodiscard]] Cut read_cut(const JsonField& field);

}  // namespace dynatape::interceptors
