#include "proxy/net/http_client.h"

#include <utility>

#include "proxy/http/url.h"
#include "proxy/net/client_pool.h"

namespace dynatape::net {

core::Task<core::Result<core::Response>> HttpClient::post(core::Loop& loop, std::string url,
                                                          std::string body,
                                                          core::Duration timeout) {
  const auto place = http::parse_url(url);
  if (!place) co_return std::unexpected(place.error());
  const ClientPool pool({.connect_timeout = timeout, .answer_timeout = timeout});
  core::Request request{"POST",
                        place->path.empty() ? "/" : place->path,
                        {{"Content-Type", "application/json"}, {"Accept-Encoding", "identity"}},
                        std::move(body),
                        {}};
  co_return co_await pool.send(loop, {place->host, place->port}, std::move(request));
}

}  // namespace dynatape::net
