#include "interceptors/rewritten_call.h"

#include "cassettes/json_depth.h"
#include "core/rewriting.h"

namespace dynatape::interceptors {
bool rewritable(const core::Call& call) {
  return call.params().is_object() &&
         !cassettes::deeper_than(cassettes::kDeepestJson, call.params());
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
