#pragma once

// Any DynamoDB-compatible endpoint as an upstream, over plain HTTP. It passes a call on as it came,
// with the signature of the client; it never signs.

#include <memory>
#include <string_view>

#include "core/pipeline.h"
#include "core/result.h"
#include "proxy/http/url.h"
#include "proxy/net/client_pool.h"

namespace dynatape::aws {

struct RemoteOptions {
  net::ClientOptions client;
  /// Whether the upstream may encode answers as the client asked; else it is asked not to.
  bool forward_accept_encoding = false;
};

class RemoteUpstream final : public core::Upstream {
 public:
  /// `url` is `http://host[:port][/path]`; the error names it.
  [[nodiscard]] static core::Result<std::shared_ptr<RemoteUpstream>> at(std::string_view url,
                                                                        RemoteOptions options = {});

  explicit RemoteUpstream(http::Url url, RemoteOptions options = {});

  /// The exchange must live on a loop of a net::Server. Errors name the URL and the cause.
  [[nodiscard]] core::Task<core::Result<core::Reply>> send(core::Exchange& exchange) override;

  /// What is sent upstream for `request`.
  [[nodiscard]] core::Request outgoing(const core::Request& request) const;

 private:
  http::Url url_;
  RemoteOptions options_;
  net::ClientPool pool_;
};

}  // namespace dynatape::aws
