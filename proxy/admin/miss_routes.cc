// Why a cassette had no answers.

#include "proxy/admin/handlers.h"

namespace dynatape::admin {
namespace {

using cassettes::MissReport;

/// null where it is on one side only.
ordered_json text_or_null(const std::string& text) {
  return text.empty() ? ordered_json() : ordered_json(text);
}

ordered_json json_of(const MissReport::NearestRecording& nearest) {
  ordered_json differences = ordered_json::array();
  for (const auto& [path, live, recorded] : nearest.differences) {
    differences.push_back(
        {{"path", path}, {"live", text_or_null(live)}, {"recorded", text_or_null(recorded)}});
  }
  return {{"interaction", nearest.id},
          {"call", nearest.call},
          {"distance", nearest.distance},
          {"differences", std::move(differences)},
          {"more_differences", nearest.more_differences}};
}

ordered_json json_of(const cassettes::NextStep& step) {
  ordered_json json = {{"advice", step.advice}};
  if (!step.option.empty()) json["option"] = step.option;
  if (!step.rules.empty()) json["rules"] = ordered_json::parse(step.rules);
  return json;
}

ordered_json json_of(const MissReport& miss) {
  ordered_json next = ordered_json::array();
  for (const auto& step : miss.next) next.push_back(json_of(step));
  return {{"reason", cassettes::kMissReasons[static_cast<std::size_t>(miss.reason)]},
          {"call", miss.call},
          {"exchange", miss.exchange},
          {"times", miss.times},
          {"why", miss.why},
          {"nearest", miss.nearest ? json_of(*miss.nearest) : ordered_json()},
          {"next", std::move(next)}};
}

}  // namespace

Answering get_misses(Services&, Asked asked) {
  ordered_json misses = ordered_json::array();
  std::size_t missed = 0;
  if (const auto tape = asked.session->cassette(); tape.cassette) {
    const auto summary = tape.cassette->summary();
    missed = summary.missed;
    for (const MissReport& miss : summary.misses) misses.push_back(json_of(miss));
  }
  co_return answer_of(json_answer(200, {{"missed", missed}, {"misses", std::move(misses)}}));
}

}  // namespace dynatape::admin
