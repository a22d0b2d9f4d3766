#pragma once

// A place to record and to replay: calls go in as values, replies and notes come out, and what is
// behind answers as a test scripts it.

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cassettes/cassette.h"
#include "core/clock.h"
#include "core/pipeline.h"
#include "tests/interceptors/lab.h"

namespace dynatape::interceptors {

/// Answers with what the script says; by default numbers its answers.
class ScriptedUpstream final : public core::Upstream {
 public:
  using Script = std::function<core::Result<core::Reply>(const core::Request&)>;

  core::Task<core::Result<core::Reply>> send(core::Exchange& exchange) override {
    const int number = ++calls;
    if (script) co_return script(exchange.request());
    core::Response response{200,
                            {{"Content-Type", "application/x-amz-json-1.0"},
                             {"Date", "Wed, 01 Jan 2020 00:00:00 GMT"},
                             {"x-amzn-RequestId", "RECORDED"},
                             {"x-amz-crc32", "1"}},
                            R"({"answer":)" + std::to_string(number) + "}"};
    co_return core::Reply{std::move(response), core::Source::remote, {}};
  }

  Script script;
  std::atomic<int> calls = 0;
};

/// One run of the proxy over a cassette file, which must open.
class Studio {
 public:
  Studio(const std::string& path, cassettes::Mode mode,
         std::shared_ptr<ScriptedUpstream> behind = std::make_shared<ScriptedUpstream>());

  explicit Studio(cassettes::CassetteOptions options,
                  std::shared_ptr<ScriptedUpstream> behind = std::make_shared<ScriptedUpstream>());

  core::Reply send(core::Request request);
  core::Reply call(const CallSpec& spec) { return send(spec.request()); }
  /// The bodies of the answers, in order.
  std::vector<std::string> answers(const std::vector<CallSpec>& specs);
  /// Closes the cassette, which must succeed.
  cassettes::CassetteSummary close();

  std::shared_ptr<cassettes::Cassette> cassette;
  std::shared_ptr<ScriptedUpstream> upstream;
  core::Pipeline pipeline;
  support::ManualLoop loop;
  core::FrozenClock clock{core::TimePoint(std::chrono::seconds(1'700'000'000))};
  std::vector<core::Note> notes;  ///< of the last call
  std::uint64_t next_id = 1;
};

}  // namespace dynatape::interceptors
