#pragma once

// The emulator as its users see it: a call's name and body in, a status and body out. It knows
// nothing of HTTP, of proxies or of the system clock; the time comes with each call. Safe to call
// from any thread.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "emulator/model/behaviour.h"

namespace dynatape::storage {
class Databases;
}

namespace dynatape::emulator {

using TimePoint = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

struct Options {
  model::Behaviour behaviour = model::Behaviour::aws_2026_10;
  /// How long a table is being created, updated or deleted, and each phase of an index. Zero: every
  /// change is done when it is answered.
  std::chrono::microseconds table_delay{};
  /// What one partition-key value may hold in a table with a local index.
  std::uint64_t max_collection_bytes = std::uint64_t{10} << 30;

  bool operator==(const Options&) const = default;
};

/// Who calls, where, when. A database is one (account, region).
struct CallContext {
  std::string_view account;  ///< the access key id
  std::string_view region;   ///< "us-east-1"
  TimePoint now;
  std::string_view endpoint = {};  ///< the host the client reached, for DescribeEndpoints
};

/// What DynamoDB answers: HTTP status and JSON body.
struct Answer {
  int status;
  std::string body;
};

class Emulator {
 public:
  explicit Emulator(Options options);
  ~Emulator();
  Emulator(const Emulator&) = delete;
  Emulator& operator=(const Emulator&) = delete;

  /// Runs one call. `operation` is its bare name ("GetItem"), `body` its JSON. An operation of the
  /// service that is not implemented answers an error that names it.
  [[nodiscard]] Answer handle(std::string_view operation, std::string_view body,
                              const CallContext& context);

  /// Deletes a bounded part of what has expired by `now` in all databases; whether nothing is left.
  /// Calls do so by themselves, now and then: this is for those who will not wait.
  bool settle(TimePoint now);

  /// The databases by account and region: to list, fork and reset them.
  [[nodiscard]] storage::Databases& databases();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dynatape::emulator
