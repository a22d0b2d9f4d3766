#pragma once

// What may answer in the place of a tape that has no answer. It is told what the tape answers, and
// says honestly where that does not determine an answer of its own. For one thread at a time.

#include <expected>
#include <string>
#include <string_view>

#include "core/exchange.h"
#include "core/message.h"
#include "core/result.h"

namespace dynatape::cassettes {

class Store;

class Standby {
 public:
  virtual ~Standby() = default;

  /// DescribeTable's answer for a table that was there before the tape began.
  virtual void describe(std::string_view answer) = 0;
  /// Learns from a call that the tape has answered.
  virtual void learn(const core::Exchange& exchange, const core::Response& response) = 0;

  /// Whether an answer of its own has changed what this call is about, so that the tape's would not
  /// be true.
  [[nodiscard]] virtual bool claims(const core::Exchange& exchange) = 0;
  /// The answer, or why what it was told does not determine it.
  [[nodiscard]] virtual std::expected<core::Response, std::string> answer(
      const core::Exchange& exchange) = 0;
};

/// Describes to it the tables that a tape knows but did not create.
[[nodiscard]] core::Result<void> introduce(Store& store, Standby& standby);

}  // namespace dynatape::cassettes
