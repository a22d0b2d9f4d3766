#pragma once

// Carries out a core::Delivery: waits, sends in pieces, cuts off. It does not decide what to send,
// nor whether the connection lives on.

#include <string_view>

#include "core/loop.h"
#include "core/message.h"
#include "core/task.h"

namespace dynatape::net {

/// Where bytes go.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  /// Sends all of `bytes`, which live until the task ends; false where the peer is gone.
  [[nodiscard]] virtual core::Task<bool> write(std::string_view bytes) = 0;
};

/// Sends `answer`, head and body, as `plan` says, but for its ending. False where the peer was gone
/// before the last byte that the plan sends.
[[nodiscard]] core::Task<bool> deliver(ByteSink& sink, core::Loop& loop, std::string_view answer,
                                       core::Delivery plan);

/// Whether `plan` sends less than an answer of `answer_bytes`.
[[nodiscard]] bool cuts(const core::Delivery& plan, std::size_t answer_bytes);

}  // namespace dynatape::net
