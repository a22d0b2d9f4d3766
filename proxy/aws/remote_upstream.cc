#include "proxy/aws/remote_upstream.h"

#include <utility>

#include "proxy/http/client.h"

namespace dynatape::aws {

core::Result<std::shared_ptr<RemoteUpstream>> RemoteUpstream::at(std::string_view url,
                                                                 RemoteOptions options) {
  auto parsed = http::parse_url(url);
  if (!parsed) return std::unexpected(parsed.error());
  return std::make_shared<RemoteUpstream>(*std::move(parsed), options);
}

RemoteUpstream::RemoteUpstream(http::Url url, RemoteOptions options)
    : url_(std::move(url)), options_(options), pool_(options.client) {}

core::Task<core::Result<core::Reply>> RemoteUpstream::send(core::Exchange& exchange) {
  auto response =
      co_await pool_.send(exchange.loop(), {url_.host, url_.port}, outgoing(exchange.request()));
  if (!response) {
    co_return core::failure("upstream " + http::written(url_) + ": " + response.error().message);
  }
  http::drop_hop_by_hop(response->headers);
  // Over the bytes on that wire; the road stamps one for ours.
  response->headers.erase("x-amz-crc32");
  core::Reply reply;
  reply.response = *std::move(response);
  reply.source = core::Source::remote;
  co_return reply;
}

core::Request RemoteUpstream::outgoing(const core::Request& request) const {
  core::Request sent = request;
  http::drop_hop_by_hop(sent.headers);
  sent.headers.set("Host", http::authority(url_.host, url_.port));
  if (!options_.forward_accept_encoding) sent.headers.set("Accept-Encoding", "identity");
  sent.target = url_.path + request.target;
  return sent;
}

}  // namespace dynatape::aws
