#include "cassettes/stats.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <ostream>
#include <utility>
#include <vector>

#include "cassettes/each_recording.h"
#include "cassettes/sqlite.h"
#include "core/call.h"
#include "core/time_text.h"

namespace dynatape::cassettes {
namespace {

struct Tally {
  std::size_t calls = 0;
  std::size_t retries = 0;
  std::size_t errors = 0;  ///< attempts with a status other than 200
  std::size_t bytes_asked = 0;
  std::size_t bytes_answered = 0;
  std::vector<core::Duration> took = {};

  void count(const Recording& recording) {
    ++(recording.call == recording.id ? calls : retries);
    if (recording.response.status != 200) ++errors;
    bytes_asked += recording.request.body.size();
    bytes_answered += recording.response.body.size();
    took.push_back(recording.took);
  }
};

/// The nearest rank; `sorted` is not empty.
double milliseconds_at(const std::vector<core::Duration>& sorted, std::size_t percent) {
  const std::size_t rank = (sorted.size() * percent + 99) / 100;
  return static_cast<double>(sorted[rank == 0 ? 0 : rank - 1].count()) / 1e3;
}

std::string tables_of(const Recording& recording) {
  const core::Call call(recording.request);
  std::string text;
  for (const std::string& table : call.tables()) text += (text.empty() ? "" : ",") + table;
  return text.empty() ? "-" : text;
}

std::string time_text(core::TimePoint time) {
  return time == core::TimePoint() ? "unknown" : core::iso_time(time);
}

void print_row(std::ostream& out, const std::string& operation, const std::string& tables,
               Tally tally) {
  std::ranges::sort(tally.took);
  std::array<char, 256> row{};
  std::snprintf(row.data(), row.size(), "%7zu %7zu %7zu %12zu %12zu %10.3f %10.3f  ", tally.calls,
                tally.retries, tally.errors, tally.bytes_asked, tally.bytes_answered,
                milliseconds_at(tally.took, 50), milliseconds_at(tally.took, 99));
  out << row.data() << operation << "  " << tables << '\n';
}

/// "" for lines, which have no keys.
std::string key_version_of(const std::string& path) {
  if (holds_lines(path)) return "";
  auto connection = Connection::open(path, Connection::Access::read);
  if (!connection) return "";
  const auto version =
      connection->integer("SELECT CAST(value AS INTEGER) FROM setting WHERE name = 'key_version'");
  return version ? std::to_string(*version) : "";
}

}  // namespace

core::Result<void> stats(const std::string& path, std::ostream& out) {
  std::map<std::pair<std::string, std::string>, Tally> tallies;
  Tally all;
  core::TimePoint first = core::TimePoint::max();
  core::TimePoint last;
  auto done = each_recording(path, [&](const Recording& recording) -> core::Result<void> {
    const std::string operation = recording.operation.empty() ? "(none)" : recording.operation;
    tallies[{operation, tables_of(recording)}].count(recording);
    all.count(recording);
    first = std::min(first, recording.started);
    last = std::max(last, recording.started + recording.took);
    return {};
  });
  if (!done) return done;
  out << "  calls retries  errors  asked bytes answer bytes     p50 ms     p99 ms  operation  "
         "tables\n";
  for (const auto& [name, tally] : tallies) print_row(out, name.first, name.second, tally);
  if (all.took.empty()) {
    out << "nothing is recorded\n";
    return {};
  }
  if (tallies.size() > 1) print_row(out, "all", "-", all);
  out << "recorded: from " << time_text(first) << " to " << time_text(last) << '\n';
  const std::string version = key_version_of(path);
  if (!version.empty()) out << "key version: " << version << '\n';
  return {};
}

}  // namespace dynatape::cassettes
