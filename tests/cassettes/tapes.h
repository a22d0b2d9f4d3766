#pragma once

// Whole tapes for tests, written call by call.

#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "cassettes/store.h"
#include "tests/support/temp_dir.h"

namespace dynatape::cassettes {

/// 2023-11-14T22:13:20Z, when tests record.
inline constexpr core::TimePoint kRecorded(core::Duration(1'700'000'000'000'000));

/// A tape in the making. Calls follow each other by a second unless told otherwise.
class TapeBuilder {
 public:
  explicit TapeBuilder(core::TimePoint start = kRecorded) : next_(start) {}

  TapeBuilder& call(const std::string& operation, const std::string& request,
                    const std::string& response = "{}", int status = 200) {
    Recording made;
    made.id = static_cast<std::int64_t>(recordings_.size()) + 1;
    made.call = made.id;
    made.operation = operation;
    made.arrival = static_cast<std::uint64_t>(made.id);
    made.started = next_;
    made.took = std::chrono::milliseconds(5);
    next_ += std::chrono::seconds(1);
    made.request = {
        "POST",
        "/",
        {{"X-Amz-Target", "DynamoDB_20120810." + operation},
         {"Content-Type", "application/x-amz-json-1.0"},
         {"amz-sdk-invocation-id", "run-" + std::to_string(next_.time_since_epoch().count())}},
        request,
        {}};
    made.response = {status, {{"Content-Type", "application/x-amz-json-1.0"}}, response};
    made.key = fingerprint_of(made.request, core::find_operation(operation));
    recordings_.push_back(std::move(made));
    return *this;
  }
  /// Makes the latest an attempt of call `id`.
  TapeBuilder& retry_of(std::int64_t id) {
    recordings_.back().call = id;
    return *this;
  }
  /// Makes the latest begin before those before it ended.
  TapeBuilder& at_once() {
    recordings_.back().started = recordings_.front().started;
    return *this;
  }

  /// Writes it; its path.
  [[nodiscard]] std::string write(const support::TempDir& dir, const std::string& name) const {
    const std::string path = dir.file(name);
    auto store = Store::record(path);
    REQUIRE(store.has_value());
    std::vector<const Recording*> batch;
    for (const Recording& one : recordings_) batch.push_back(&one);
    REQUIRE((*store)->append(batch).has_value());
    REQUIRE((*store)->close().has_value());
    return path;
  }

 private:
  core::TimePoint next_;
  std::vector<Recording> recordings_;
};

}  // namespace dynatape::cassettes
