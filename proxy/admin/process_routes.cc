// What is about the process as a whole.

#include "proxy/admin/handlers.h"

namespace dynatape::admin {

Answering get_health(Services& services, Asked) {
  co_return answer_of(json_answer(200, {{"status", "ok"}, {"version", services.version}}));
}

Answering get_metrics(Services& services, Asked) {
  co_return answer_of(
      core::Response{200, {{"Content-Type", "text/plain; version=0.0.4"}}, services.metrics()});
}

}  // namespace dynatape::admin
