#pragma once

// A client request token of a transactional write that succeeded, kept for ten minutes in the
// database itself: a token and the writes it stands for become visible together.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "emulator/model/schema.h"
#include "emulator/storage/ref.h"

namespace dynatape::storage {

inline constexpr std::chrono::minutes kTokenLifetime{10};

/// A short stand-in for a request's canonical text: equal for equal texts only.
[[nodiscard]] std::string fingerprint_of(std::string_view canonical);

class IdempotencyToken {
 public:
  [[nodiscard]] static Ref<IdempotencyToken> make(std::string_view token,
                                                  std::string_view fingerprint,
                                                  model::TimePoint completed);

  [[nodiscard]] std::string_view key() const { return token_; }
  /// Stands for the request's content: another one under the same token is a mismatch.
  [[nodiscard]] std::string_view fingerprint() const { return fingerprint_; }
  [[nodiscard]] bool live(model::TimePoint now) const { return now < completed_ + kTokenLifetime; }

  void retain() const { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() const {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

 private:
  IdempotencyToken(std::string_view token, std::string_view fingerprint, model::TimePoint completed)
      : token_(token), fingerprint_(fingerprint), completed_(completed) {}
  ~IdempotencyToken() = default;

  mutable std::atomic<std::uint32_t> references_ = 1;
  std::string token_;
  std::string fingerprint_;
  model::TimePoint completed_;
};

}  // namespace dynatape::storage
