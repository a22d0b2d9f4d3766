#pragma once

// x-amzn-RequestId: 52 characters of [A-Z0-9], as the service writes it (base 32 of 0-9 and A-V).

#include <array>
#include <string_view>

#include "core/rng.h"

namespace dynatape::http {

class RequestId {
 public:
  static constexpr std::size_t kLength = 52;

  explicit RequestId(core::Rng& rng);
  [[nodiscard]] std::string_view text() const { return {text_.data(), text_.size()}; }

 private:
  std::array<char, kLength> text_;
};

}  // namespace dynatape::http
