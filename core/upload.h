#pragma once

// The body of a request whose head is all that has been read. Who waits for it says how it is to be
// read, in the demands; `net` reads it.

#include <optional>
#include <string>
#include <utility>

#include "core/demand.h"
#include "core/message.h"
#include "core/task.h"

namespace dynatape::core {

/// How reading a body ended, and what was read where it came whole.
struct Received {
  enum class End {
    whole,  ///< the request is complete
    cut,    ///< a demand let no more be read
    lost,   ///< the client was gone, or what it sent is no HTTP
  };
  End end = End::lost;
  std::string body = {};  ///< decoded
  std::optional<std::string> encoded_body = {};
};

class Upload {
 public:
  virtual ~Upload() = default;
  /// Reads the body as the upload's demands say, and marks what became of each. Called once;
  /// `demands` outlives the task.
  [[nodiscard]] virtual Task<Received> receive(Demands& demands) = 0;
};

/// Gives `request` its body as it comes; whether it came whole. Both outlive the task.
[[nodiscard]] inline Task<bool> take_in(Upload& upload, Request& request) {
  Demands none;
  Received received = co_await upload.receive(none);
  request.body = std::move(received.body);
  request.encoded_body = std::move(received.encoded_body);
  co_return received.end == Received::End::whole;
}

}  // namespace dynatape::core
