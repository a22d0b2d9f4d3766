#include "interceptors/rewritten_call.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/rewriting.h"

namespace dynatape::interceptors {
namespace {

using nlohmann::json;

/// DynamoDB's own documents nest to 32 levels, some 70 of JSON.
constexpr int kDeepest = 200;

bool deeper_than(int levels, const json& value) {
  if (!value.is_structured()) return false;
  if (levels == 0) return true;
  return std::ranges::any_of(value, [&](const json& one) { return deeper_than(levels - 1, one); });
}

}  // namespace

bool rewritable(const core::Call& call) {
  return call.params().is_object() && !deeper_than(kDeepest, call.params());
}

core::Task<core::Result<core::Reply>> send_rewritten(core::Exchange& exchange, Inner inner,
                                                     std::string body) {
  const core::Rewriting rewriting(exchange, std::move(body));
  co_return co_await inner(exchange);
}

core::Task<core::Result<core::Reply>> send_aside(core::Exchange& exchange, Inner inner,
                                                 std::string body) {
  const core::Rewriting rewriting(exchange, std::move(body));
  co_return co_await inner.past_rules(exchange);
}

bool refuses_signature(const core::Reply& reply) {
  // As every implementation spells it, whatever namespace it puts before it.
  return reply.response.status >= 400 &&
         reply.response.body.find("InvalidSignatureException") != std::string::npos;
}

}  // namespace dynatape::interceptors
