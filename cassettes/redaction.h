#pragma once

// Takes what proves an identity out of a request and its answer, before the first byte is stored:
// access key ids, session tokens and signatures, in the headers, in a presigned query, and wherever
// they turn up in a body, in every encoding that scrub.h names. What it finds it replaces; it never
// refuses a call. Safe to call from any thread.

#include <cstddef>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cassettes/scrub.h"
#include "core/message.h"

namespace dynatape::cassettes {

/// The access key id, session token and signature that `request` carries, where long enough.
[[nodiscard]] std::vector<std::string> secrets_of(const core::Request& request);

/// `target` without the parameters of a presigned request.
[[nodiscard]] std::string unsigned_target(std::string_view target);

class Redactor {
 public:
  /// `known`: secrets that no request shows, such as the proxy's own secret access key.
  explicit Redactor(const std::vector<std::string>& known);

  /// Everything to look for in this exchange: what is known, what `request` carries, and the
  /// credentials that requests before it carried.
  [[nodiscard]] std::vector<std::string> secrets(const core::Request& request);

  /// The request as a tape holds it; adds to `redactions` what was replaced in it.
  [[nodiscard]] static core::Request redacted(const core::Request& request,
                                              std::span<const std::string> secrets,
                                              int& redactions);
  [[nodiscard]] static core::Response redacted(const core::Response& response,
                                               std::span<const std::string> secrets,
                                               int& redactions);

 private:
  std::mutex mutex_;
  std::vector<std::string> credentials_;  ///< guarded by mutex_; the known ones, then the latest
  std::size_t known_;
};

}  // namespace dynatape::cassettes
