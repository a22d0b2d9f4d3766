#include "proxy/summary.h"

#include <string_view>
#include <utility>

namespace dynatape::proxy {

std::string text(const Summary& summary) {
  const std::pair<std::uint64_t, std::string_view> counts[] = {
      {summary.calls, "calls"},
      {summary.replayed, "replayed"},
      {summary.recorded, "recorded"},
      {summary.missed, "missed"},
      {summary.unused, "unused"},
      {summary.faults_planned, "faults planned"},
      {summary.faults_delivered, "faults delivered"},
  };
  std::string lines = "dynatape:";
  for (const auto& [count, what] : counts) {
    if (&what != &counts[0].second) lines += ",";
    lines += " " + std::to_string(count) + " " + std::string(what);
  }
  lines += "\n";
  const auto say_each = [&lines](const std::vector<std::string>& texts, const std::string& what) {
    for (const auto& one : texts) {
      lines.append("dynatape: ").append(what).append(": ").append(one).append("\n");
    }
  };
  say_each(summary.misses, "missed");
  // Without a miss, recordings that nobody asked for are no news.
  if (summary.missed > 0) say_each(summary.unused_calls, "unused");
  say_each(summary.undelivered, "not delivered");
  say_each(summary.problems, "problem");
  return lines;
}

}  // namespace dynatape::proxy
