#include "proxy/sessions/summary.h"

#include <utility>

namespace dynatape::sessions {

std::string text(const Summary& summary, std::string_view session) {
  std::string start = "dynatape: ";
  if (!session.empty()) start += "session " + std::string(session) + ": ";
  const std::pair<std::uint64_t, std::string_view> counts[] = {
      {summary.calls, "calls"},
      {summary.replayed, "replayed"},
      {summary.recorded, "recorded"},
      {summary.missed, "missed"},
      {summary.unused, "unused"},
      {summary.faults_planned, "faults planned"},
      {summary.faults_delivered, "faults delivered"},
  };
  std::string lines = start;
  for (const auto& [count, what] : counts) {
    if (&what != &counts[0].second) lines += ", ";
    lines += std::to_string(count) + " " + std::string(what);
  }
  lines += "\n";
  const auto say_each = [&](const std::vector<std::string>& texts, const std::string& what) {
    for (const auto& one : texts) {
      lines.append(start).append(what).append(": ").append(one).append("\n");
    }
  };
  say_each(summary.misses, "missed");
  // Without a miss, recordings that nobody asked for are no news.
  if (summary.missed > 0) say_each(summary.unused_calls, "unused");
  say_each(summary.undelivered, "not delivered");
  say_each(summary.lost_answers, "answers lost");
  say_each(summary.halts, "halted");
  say_each(summary.unanswered, "not answered");
  say_each(summary.problems, "problem");
  return lines;
}

}  // namespace dynatape::sessions
