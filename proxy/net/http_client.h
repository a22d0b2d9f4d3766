#pragma once

// core::HttpClient over the loops' kept connections.

#include "core/http_client.h"

namespace dynatape::net {

class HttpClient final : public core::HttpClient {
 public:
  /// `loop` is one of a Server's.
  [[nodiscard]] core::Task<core::Result<core::Response>> post(core::Loop& loop, std::string url,
                                                              std::string body,
                                                              core::Duration timeout) override;
};

}  // namespace dynatape::net
