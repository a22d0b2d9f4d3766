// The calls that rules hold until they are released.

#include "proxy/admin/describe.h"
#include "proxy/admin/handlers.h"
#include "proxy/sessions/holds.h"

namespace dynatape::admin {
namespace {

net::Answer released(sessions::Session& session, const std::string& rule) {
  auto* const holds = session.holds();
  const std::size_t count = holds ? holds->release(rule) : 0;
  if (count == 0 && !rule.empty()) {
    return answer_of(refusal(404, "the rule '" + rule + "' holds no call"));
  }
  return answer_of(json_answer(200, {{"released", count}}));
}

}  // namespace

Answering get_holds(Services&, Asked asked) {
  ordered_json list = ordered_json::array();
  if (const auto* const holds = asked.session->holds()) {
    for (const auto& held : holds->list()) {
      list.push_back({{"exchange", held.exchange},
                      {"rule", held.rule},
                      {"operation", held.operation},
                      {"since", text_of(held.since)}});
    }
  }
  co_return answer_of(json_answer(200, {{"holds", std::move(list)}}));
}

Answering delete_holds(Services&, Asked asked) { co_return released(*asked.session, {}); }

Answering delete_hold(Services&, Asked asked) {
  co_return released(*asked.session, asked.parameter("rule"));
}

}  // namespace dynatape::admin
