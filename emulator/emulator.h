#pragma once

// The emulator as its users see it: a call's name and body in, a status and body out. It knows
// nothing of HTTP, of proxies or of the system clock; the time comes with each call. Safe to call
// from any thread.

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "emulator/model/behaviour.h"

namespace dynatape::storage {
class Databases;
struct Lag;
}  // namespace dynatape::storage

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
  std::uint64_t holder = 0;        ///< of the HeldWrite that the call carries out
};

/// What DynamoDB answers: HTTP status and JSON body.
struct Answer {
  int status;
  std::string body;
};

class HeldWrite;

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

  /// Whether read_earlier() has something to read, from the writes that follow on.
  void keep_past(bool keep);
  /// Runs an eventually consistent read as of an earlier moment that is legal for it. The error is
  /// a fixed sentence: why there is no answer that differs from handle()'s.
  [[nodiscard]] std::expected<Answer, std::string_view> read_earlier(std::string_view operation,
                                                                     std::string_view body,
                                                                     const CallContext& context,
                                                                     const storage::Lag& lag);

  /// Checks a write and, where nothing is in its way, locks its items until it has been handled
  /// with the holder's number. The error is a fixed sentence: why there is nothing to hold.
  [[nodiscard]] std::expected<std::unique_ptr<HeldWrite>, std::string_view> hold(
      std::string_view operation, std::string_view body, const CallContext& context);

  /// Whether the table has a global index of that name.
  [[nodiscard]] bool has_global_index(std::string_view table, std::string_view index,
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
