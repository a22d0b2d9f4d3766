#pragma once

// Recordings for tests, and the way to append them.

#include <string>

#include "cassettes/store.h"

namespace dynatape::cassettes {

/// A GetItem of key `n` and its answer, in place `n`.
[[nodiscard]] inline Recording recording(std::int64_t n) {
  Recording made;
  made.id = n;
  made.call = n;
  made.operation = "GetItem";
  made.arrival = static_cast<std::uint64_t>(n);
  made.started = core::TimePoint(core::Duration(1'700'000'000'000'000 + n));
  made.took = core::Duration(250);
  made.request = {"POST",
                  "/",
                  {{"X-Amz-Target", "DynamoDB_20120810.GetItem"}},
                  R"({"TableName":"t","Key":{"id":{"N":")" + std::to_string(n) + R"("}}})",
                  {}};
  made.response = {200, {{"Content-Type", "application/x-amz-json-1.0"}}, {}};
  made.response.body = R"({"Item":{"text":{"S":")" + std::string(500, 'x') + "\"}}}";
  made.key = fingerprint_of(made.request, core::find_operation("GetItem"));
  return made;
}

/// Appends recording(first) ... recording(last), each in a transaction of its own.
[[nodiscard]] inline core::Result<void> append(Store& store, std::int64_t first,
                                               std::int64_t last) {
  for (std::int64_t n = first; n <= last; ++n) {
    const Recording one = recording(n);
    const Recording* const batch[] = {&one};
    if (auto done = store.append(batch); !done) return done;
  }
  return {};
}

}  // namespace dynatape::cassettes
