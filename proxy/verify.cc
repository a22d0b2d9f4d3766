#include "proxy/verify.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "cassettes/drift.h"
#include "cassettes/each_recording.h"
#include "cassettes/lines.h"
#include "core/clock.h"
#include "proxy/aws/remote_upstream.h"
#include "proxy/exit_status.h"
#include "proxy/net/run_on_loop.h"
#include "proxy/sessions/emulator_upstream.h"

namespace dynatape::proxy {
namespace {

using cassettes::Drift;
using cassettes::Recording;
using core::Result;

/// No tape holds a signature, and no endpoint but AWS looks at more than the names in it.
constexpr const char* kAuthorization =
    "AWS4-HMAC-SHA256 Credential=dynatape/20260101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature="
    "0000000000000000000000000000000000000000000000000000000000000000";

Result<std::vector<Recording>> lines_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return core::failure("cannot read '" + path + "'");
  std::vector<Recording> steps;
  auto done = cassettes::read_lines(
      file, path,
      [&](const Recording& step) -> Result<void> {
        steps.push_back(step);
        return {};
      },
      cassettes::LineReader::Answers::optional);
  if (!done) return std::unexpected(done.error());
  return steps;
}

/// One per call: its last attempt, in the place of the first.
std::vector<Recording> last_attempts(std::vector<Recording> recordings) {
  std::map<std::int64_t, std::size_t> places;
  std::vector<Recording> calls;
  for (Recording& one : recordings) {
    const auto [place, fresh] = places.try_emplace(one.call, calls.size());
    if (fresh) {
      calls.push_back(std::move(one));
    } else {
      calls[place->second] = std::move(one);
    }
  }
  return calls;
}

Result<std::vector<Recording>> steps_of(const std::string& path) {
  auto recordings = cassettes::holds_lines(path) ? lines_of(path) : cassettes::recordings_of(path);
  if (!recordings) return std::unexpected(recordings.error());
  return last_attempts(*std::move(recordings));
}

Result<std::shared_ptr<core::Upstream>> upstream_of(const VerifyOptions& options) {
  if (options.against == "emulator")
    return std::make_shared<sessions::EmulatorUpstream>(options.emulator);
  auto remote = aws::RemoteUpstream::at(options.against);
  if (!remote) return std::unexpected(remote.error());
  return std::move(*remote);
}

/// What became of the calls of one operation.
struct Tally {
  std::size_t calls = 0;
  std::size_t same = 0;
  std::size_t not_compared = 0;
  std::map<cassettes::DriftKind, std::size_t> drifted;  ///< calls, by the first of their kinds
};

class Verification {
 public:
  /// Its time begins at `began`.
  Verification(core::Upstream& upstream, bool json, core::TimePoint began)
      : upstream_(upstream), json_(json), now_(began) {}

  core::Task<void> run(core::Loop& loop, std::vector<Recording> prepare,
                       std::vector<Recording> steps) {
    for (const Recording& step : prepare) {
      const auto answer = co_await ask(loop, step);
      if (!answer) co_return;
      if (answer->status == 200) continue;
      error_ = core::Error{"--prepare, step " + std::to_string(step.id) + ": " + step.operation +
                           " was refused: " + answer->body};
      co_return;
    }
    for (const Recording& step : steps) {
      Tally& tally = tallies_[step.operation];
      ++tally.calls;
      const auto reason = cassettes::not_comparable(step.request, step.response);
      if (step.response.status != 0 && !reason.empty()) {
        ++tally.not_compared;
        ++reasons_[std::string(reason)];
        continue;
      }
      const auto answer = co_await ask(loop, step);
      if (!answer) co_return;
      if (step.response.status == 0) {
        ++tally.not_compared;
        ++reasons_["no answer is recorded; they were carried out"];
        continue;
      }
      compare(step, *answer, tally);
    }
  }

  [[nodiscard]] int finish() const {
    if (error_) return refuse(*error_);
    print_table(json_ ? stderr : stdout);
    if (const int status = printed({}); status != kDone) return status;
    return drifted_ > 0 ? kDiffers : kDone;
  }

 private:
  core::Task<std::optional<core::Response>> ask(core::Loop& loop, const Recording& step) {
    // The time of the recording, where it is known, so that what expires does so as it did.
    now_ = std::max(now_, step.started);
    const core::FrozenClock clock(now_);
    core::Request request = step.request;
    request.headers.set("Authorization", kAuthorization);
    request.headers.set("X-Amz-Date", "20260101T000000Z");
    core::Exchange exchange(static_cast<std::uint64_t>(step.id), std::move(request), loop, clock);
    auto reply = co_await upstream_.send(exchange);
    if (reply) co_return std::move(reply->response);
    error_ = reply.error();
    co_return std::nullopt;
  }

  void compare(const Recording& step, const core::Response& answer, Tally& tally) {
    const auto drifts = cassettes::drift_of(step.operation, step.response, answer);
    if (drifts.empty()) {
      ++tally.same;
      return;
    }
    ++drifted_;
    ++tally.drifted[std::ranges::min(drifts, {}, &Drift::kind).kind];
    for (const Drift& drift : drifts) json_ ? print_json(step, drift) : print_text(step, drift);
  }

  static void print_text(const Recording& step, const Drift& drift) {
    const auto shown = [](const std::string& value) { return value.empty() ? "nothing" : value; };
    std::cout << '#' << step.id << ' ' << step.operation << ": " << name_of(drift.kind)
              << (drift.path.empty() ? "" : " at " + drift.path) << ": recorded "
              << shown(drift.recorded) << ", answered " << shown(drift.answered) << '\n';
  }

  static void print_json(const Recording& step, const Drift& drift) {
    const auto value = [](const std::string& text) {
      return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json::parse(text);
    };
    const nlohmann::ordered_json line = {{"interaction", step.id},
                                         {"operation", step.operation},
                                         {"class", name_of(drift.kind)},
                                         {"path", drift.path},
                                         {"recorded", value(drift.recorded)},
                                         {"answered", value(drift.answered)}};
    std::cout << line.dump() << '\n';
  }

  void print_table(std::FILE* out) const {
    std::fflush(stdout);
    std::cout.flush();
    std::fprintf(out, "%-28s %7s %7s", "operation", "calls", "same");
    for (const auto kind : cassettes::kDriftKinds) {
      std::fprintf(out, " %10s", std::string(name_of(kind)).c_str());
    }
    std::fprintf(out, " %12s\n", "not compared");
    for (const auto& [operation, tally] : tallies_) {
      std::fprintf(out, "%-28s %7zu %7zu", operation.empty() ? "(none)" : operation.c_str(),
                   tally.calls, tally.same);
      for (const auto kind : cassettes::kDriftKinds) {
        const auto count = tally.drifted.find(kind);
        std::fprintf(out, " %10zu", count == tally.drifted.end() ? 0 : count->second);
      }
      std::fprintf(out, " %12zu\n", tally.not_compared);
    }
    for (const auto& [reason, count] : reasons_) {
      std::fprintf(out, "not compared: %zu: %s\n", count, reason.c_str());
    }
  }

  core::Upstream& upstream_;
  const bool json_;
  core::TimePoint now_;
  std::map<std::string, Tally> tallies_;
  std::map<std::string, std::size_t> reasons_;
  std::size_t drifted_ = 0;
  std::optional<core::Error> error_;
};

/// When the first step was recorded; now, where no step knows.
core::TimePoint beginning_of(const std::vector<Recording>& steps) {
  const auto first = std::ranges::find_if(
      steps, [](const Recording& step) { return step.started != core::TimePoint(); });
  return first == steps.end() ? core::SystemClock().now() : first->started;
}

}  // namespace

int verify(const VerifyOptions& options) {
  auto prepare =
      options.prepare.empty() ? Result<std::vector<Recording>>() : lines_of(options.prepare);
  if (!prepare) return refuse(prepare.error());
  auto steps = steps_of(options.file);
  if (!steps) return refuse(steps.error());
  const auto upstream = upstream_of(options);
  if (!upstream) return refuse(upstream.error());
  Verification verification(**upstream, options.json, beginning_of(*steps));
  net::run_on_loop([&](core::Loop& loop) {
    return verification.run(loop, *std::move(prepare), *std::move(steps));
  });
  return verification.finish();
}

}  // namespace dynatape::proxy
