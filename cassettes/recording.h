#pragma once

// One attempt of a call as it stands on the tape: what was asked, what was answered, when. A plain
// value; by the time it is made, nothing secret is left in it.

#include <cstdint>
#include <string>

#include "cassettes/fingerprint.h"
#include "core/message.h"
#include "core/time.h"

namespace dynatape::cassettes {

struct Recording {
  std::int64_t id = 0;    ///< its place on the tape, from 1, in the order the answers were ready
  std::int64_t call = 0;  ///< the id of the first attempt of the same SDK call; `id` if it is that
  Fingerprint key;
  std::string operation;      ///< "GetItem", or "" where the request names none
  std::uint64_t arrival = 0;  ///< rises with arrival, within one run of the recorder
  core::TimePoint started;
  core::Duration took{0};
  core::Request request;
  core::Response response;
  int redactions = 0;  ///< secrets that were replaced in it

  bool operator==(const Recording&) const = default;
};

}  // namespace dynatape::cassettes
