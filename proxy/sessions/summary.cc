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
  const auto say_more = [&](std::uint64_t count, std::size_t said, const std::string& what) {
    if (count <= said) return;
    lines.append(start).append(what).append(": and ");
    lines.append(std::to_string(count - said)).append(" more\n");
  };
  const std::string stand_in = summary.passed_on > 0 ? "passed on" : "synthesised";
  say_each(summary.stand_ins, stand_in);
  say_more(summary.synthesised + summary.passed_on, summary.stand_ins.size(), stand_in);
  say_each(summary.unused_calls, "unused");
  say_more(summary.unused, summary.unused_calls.size(), "unused");
  say_each(summary.undelivered, "not delivered");
  say_each(summary.lost_answers, "answers lost");
  say_each(summary.halts, "halted");
  say_each(summary.unanswered, "not answered");
  say_each(summary.problems, "problem");
  return lines;
}

void add(const cassettes::CassetteSummary& tape, Summary& summary) {
  summary.replayed += tape.replayed;
  summary.recorded += tape.recorded;
  summary.missed += tape.missed;
  summary.synthesised += tape.synthesised;
  summary.passed_on += tape.passed_on;
  summary.stand_ins.insert(summary.stand_ins.end(), tape.stand_ins.begin(), tape.stand_ins.end());
  summary.unused += tape.unused;
  for (const cassettes::MissReport& miss : tape.misses) {
    const std::string again = miss.times > 1 ? " (" + std::to_string(miss.times) + " times)" : "";
    summary.misses.push_back(sentence(miss) + again);
  }
  summary.unused_calls.insert(summary.unused_calls.end(), tape.unused_calls.begin(),
                              tape.unused_calls.end());
  for (const std::string& call : tape.gated_calls) {
    summary.problems.push_back("not recorded: " + call);
  }
  if (tape.gated > tape.gated_calls.size()) {
    summary.problems.push_back(
        "not recorded, too: " + std::to_string(tape.gated - tape.gated_calls.size()) +
        " more calls that look as if they held credentials");
  }
  if (tape.failure) {
    summary.problems.push_back("the tape failed: " + *tape.failure +
                               "; calls refused for it: " + std::to_string(tape.refused));
  }
}

void add(const std::vector<interceptors::FaultTally>& tallies, Summary& summary) {
  for (const auto& tally : tallies) {
    summary.faults_planned += tally.planned;
    summary.faults_delivered += tally.delivered;
    const auto not_delivered = [&](std::uint64_t count, const std::string& reason) {
      summary.undelivered.push_back(tally.rule + " (" + tally.fault +
                                    "): " + std::to_string(count) + " because " + reason);
    };
    std::uint64_t under_way = tally.planned - tally.delivered;
    for (const auto& [reason, count] : tally.undelivered) {
      not_delivered(count, reason);
      under_way -= count;
    }
    if (under_way > 0) not_delivered(under_way, "the proxy stopped first");
  }
}

}  // namespace dynatape::sessions
