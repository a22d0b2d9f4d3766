#include "cassettes/compact.h"

#include <filesystem>
#include <map>
#include <utility>

#include "cassettes/each_recording.h"
#include "cassettes/new_tape.h"

namespace dynatape::cassettes {
namespace {

/// What the first pass learns.
struct Plan {
  std::map<std::int64_t, std::int64_t> last_attempt;  ///< per call
  std::set<std::int64_t> dropped_calls;
  std::set<std::int64_t> unknown;  ///< numbers to drop that are not on the tape
};

core::Result<Plan> plan_of(const std::string& from, const CompactOptions& options) {
  Plan plan;
  plan.unknown = options.drop;
  auto done = each_recording(from, [&](const Recording& recording) -> core::Result<void> {
    plan.last_attempt[recording.call] = recording.id;
    if (plan.unknown.erase(recording.id) > 0) plan.dropped_calls.insert(recording.call);
    return {};
  });
  if (!done) return std::unexpected(done.error());
  if (!plan.unknown.empty()) {
    return core::failure("cassette " + from + ": it has no interaction " +
                         std::to_string(*plan.unknown.begin()) + " to drop");
  }
  return plan;
}

std::uintmax_t size_of(const std::string& path) {
  std::error_code ignored;
  const auto size = std::filesystem::file_size(path, ignored);
  return ignored ? 0 : size;
}

}  // namespace

core::Result<Compacted> compact(const std::string& from, const CompactOptions& options,
                                const std::string& path) {
  const bool in_place = from == path;
  if (in_place && holds_lines(from)) {
    return core::failure(from + " has lines; name the cassette to make with -o FILE");
  }
  const auto plan = plan_of(from, options);
  if (!plan) return std::unexpected(plan.error());
  Compacted result;
  result.bytes_before = size_of(from);
  auto tape = NewTape::begin(path, in_place ? NewTape::Existing::replace : NewTape::Existing::keep);
  if (!tape) return std::unexpected(tape.error());
  std::map<std::int64_t, std::int64_t> new_ids;  // of the calls
  std::int64_t id = 0;
  auto done = each_recording(from, [&](const Recording& recording) -> core::Result<void> {
    if (plan->dropped_calls.contains(recording.call)) {
      ++result.recordings_dropped;
      return {};
    }
    if (!options.keep_retries && plan->last_attempt.at(recording.call) != recording.id) {
      ++result.attempts_dropped;
      return {};
    }
    Recording kept = recording;
    kept.id = ++id;
    kept.call = new_ids.try_emplace(recording.call, kept.id).first->second;
    ++result.kept;
    return tape->append(std::move(kept));
  });
  const auto settings = settings_of(from);
  if (!settings) return std::unexpected(settings.error());
  if (done) done = tape->keep(*settings);
  if (done) done = tape->finish();
  if (!done) return std::unexpected(done.error());
  result.bytes_after = size_of(path);
  return result;
}

}  // namespace dynatape::cassettes
