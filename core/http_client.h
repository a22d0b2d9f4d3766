#pragma once

// How a part that may not open sockets asks an HTTP server that is no upstream: a user's hook. The
// composition root hands one in.

#include <string>

#include "core/loop.h"
#include "core/message.h"
#include "core/result.h"
#include "core/task.h"
#include "core/time.h"

namespace dynatape::core {

class HttpClient {
 public:
  virtual ~HttpClient() = default;

  /// POSTs `body` as application/json to `url`, an http:// URL, on `loop`. Any status is an answer;
  /// the error says why there is none. It takes at most `timeout` to connect, and as long to
  /// answer.
  [[nodiscard]] virtual Task<Result<Response>> post(Loop& loop, std::string url, std::string body,
                                                    Duration timeout) = 0;
};

}  // namespace dynatape::core
