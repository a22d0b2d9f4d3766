#include "cassettes/near_miss.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "cassettes/difference.h"

namespace dynatape::cassettes {
namespace {

constexpr std::size_t kCandidates = 1'000;
constexpr std::int64_t kPage = 32;  // candidates in memory at a time
constexpr std::size_t kShownDifferences = 3;
constexpr std::size_t kShownBytes = 80;  // of one value

std::string subject_of(const core::Request& request, const core::Operation* operation) {
  if (operation) return std::string(operation->name);
  return request.method + " " + request.target;
}

/// At most kShownBytes, not ending within a UTF-8 character.
std::string shown(const std::string& value) {
  if (value.empty()) return "absent";
  if (value.size() <= kShownBytes) return value;
  std::size_t end = kShownBytes;
  while ((static_cast<unsigned char>(value[end]) & 0xc0) == 0x80) --end;
  return value.substr(0, end) + "…";
}

struct Nearest {
  Question question;
  std::vector<Difference> differences;
};

/// Among the first kCandidates; nullopt where there are none.
core::Result<std::optional<Nearest>> find_nearest(Store& store, const Meaning& live,
                                                  const MatchRules& rules,
                                                  std::optional<std::string_view> operation) {
  std::optional<Nearest> nearest;
  std::int64_t last = 0;
  for (std::size_t seen = 0; seen < kCandidates;) {
    const auto left = static_cast<std::int64_t>(kCandidates - seen);
    auto page = store.questions(last, std::min(kPage, left), operation);
    if (!page) return std::unexpected(page.error());
    if (page->empty()) break;
    seen += page->size();
    last = page->back().id;
    for (Question& candidate : *page) {
      const auto* recorded = core::find_operation(candidate.operation);
      auto found = differences(live, meaning_of(candidate.request, recorded, rules));
      if (nearest && found.size() >= nearest->differences.size()) continue;
      nearest = Nearest{std::move(candidate), std::move(found)};
    }
  }
  return nearest;
}

std::string sentence_of(const std::vector<Difference>& differences) {
  if (differences.empty()) return "the same body under another X-Amz-Target";
  std::string text;
  for (std::size_t i = 0; i < differences.size() && i < kShownDifferences; ++i) {
    const auto& [path, live, recorded] = differences[i];
    if (i > 0) text += "; ";
    text += path + " is " + shown(live) + " now and " + shown(recorded) + " on tape";
  }
  if (differences.size() > kShownDifferences) {
    text += "; and " + std::to_string(differences.size() - kShownDifferences) + " more differ";
  }
  return text;
}

}  // namespace

std::string near_miss(Store& store, const core::Request& request, const core::Operation* operation,
                      const MatchRules& rules) {
  const std::string subject = subject_of(request, operation);
  const Meaning live = meaning_of(request, operation, rules);
  auto nearest = find_nearest(store, live, rules, operation ? operation->name : "");
  if (nearest && !*nearest) nearest = find_nearest(store, live, rules, std::nullopt);
  if (!nearest) return nearest.error().message;
  if (!*nearest) return subject + " is not on the tape: it is empty";
  const auto& [question, differences] = **nearest;
  const auto* recorded = core::find_operation(question.operation);
  return "this " + subject + " is not on the tape; nearest is #" + std::to_string(question.id) +
         ", " + subject_of(question.request, recorded) + ": " + sentence_of(differences);
}

std::string exhausted(const core::Request& request, const core::Operation* operation,
                      std::size_t times, std::int64_t last_id) {
  const std::string count = times == 1 ? "once" : std::to_string(times) + " times";
  return "this " + subject_of(request, operation) + " was recorded " + count + ", last as #" +
         std::to_string(last_id) + ", and has been replayed " + count + ": this is one call more";
}

}  // namespace dynatape::cassettes
