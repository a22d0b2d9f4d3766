#include "cassettes/miss_report.h"

#include <algorithm>
#include <utility>

#include "cassettes/shown.h"

namespace dynatape::cassettes {
namespace {

constexpr std::size_t kShownDifferences = 3;
constexpr std::size_t kShownBytes = 80;  // of one value

}  // namespace

std::string sentence(const MissReport& report) {
  return report.next.empty() ? report.why : report.why + "; " + report.next.front().advice;
}

MissReport::NearestRecording nearest_recording(std::int64_t id, std::string call, double distance,
                                               std::vector<Difference> differences) {
  const std::size_t shown = std::min(differences.size(), MissReport::kDifferences);
  const std::size_t more = differences.size() - shown;
  differences.resize(shown);
  for (auto& [path, live, recorded] : differences) {
    for (std::string* text : {&path, &live, &recorded}) *text = cut(*text, MissReport::kValueBytes);
  }
  return {id, std::move(call), distance, std::move(differences), more};
}

std::string sentence(const std::vector<Difference>& differences) {
  if (differences.empty()) return "the same body under another X-Amz-Target";
  std::string text;
  for (std::size_t i = 0; i < differences.size() && i < kShownDifferences; ++i) {
    const auto& [path, live, recorded] = differences[i];
    if (i > 0) text += "; ";
    text += path + " is " + shown(live, kShownBytes) + " now and " + shown(recorded, kShownBytes) +
            " on tape";
  }
  if (differences.size() > kShownDifferences) {
    text += "; and " + std::to_string(differences.size() - kShownDifferences) + " more differ";
  }
  return text;
}

}  // namespace dynatape::cassettes
