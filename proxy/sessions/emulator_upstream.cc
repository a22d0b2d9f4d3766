#include "proxy/sessions/emulator_upstream.h"

#include "proxy/sessions/gates.h"

namespace dynatape::sessions {
namespace {

/// Of callers whose signature names none.
constexpr std::string_view kDefaultRegion = "us-east-1";

}  // namespace

core::Task<core::Result<core::Reply>> EmulatorUpstream::send(core::Exchange& exchange) {
  const core::Request& request = exchange.request();
  std::optional<Signers> signers;
  if (!keys_.empty()) signers = {keys_, exchange.clock().now(), exchange.signed_target()};
  if (auto refused = refused_at_gate(request, signers)) {
    co_return core::Reply{std::move(*refused), core::Source::emulator, {}};
  }
  const core::Identity& caller = exchange.call().identity();
  const std::string_view region = caller.region.empty() ? kDefaultRegion : caller.region;
  const std::string_view account = account_.empty() ? caller.access_key : account_;
  auto answer = emulator_.handle(
      exchange.call().name(), request.body,
      {account, region, exchange.clock().now(), request.headers.get("Host").value_or("")});
  core::Response response{answer.status, {}, std::move(answer.body)};
  response.headers.add("Content-Type", std::string(answer_content_type(request)));
  co_return core::Reply{std::move(response), core::Source::emulator, {}};
}

}  // namespace dynatape::sessions
