#include "cassettes/near_miss.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "cassettes/canonical.h"

namespace dynatape::cassettes {
namespace {

using nlohmann::json;
using Leaves = std::map<std::string, std::string>;

constexpr std::size_t kCandidates = 1'000;
constexpr std::int64_t kPage = 32;  // candidates in memory at a time
constexpr std::size_t kShownDifferences = 3;
constexpr std::size_t kShownBytes = 80;  // of one value

void collect(const json& value, const std::string& path, Leaves& leaves) {
  if (value.is_object() && !value.empty()) {
    for (const auto& [name, member] : value.items()) {
      std::string inner = path;
      if (!inner.empty()) inner += '.';
      collect(member, inner.append(name), leaves);
    }
  } else if (value.is_array() && !value.empty()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      collect(value[i], path + "[" + std::to_string(i) + "]", leaves);
    }
  } else {
    leaves[path.empty() ? "the body" : path] = value.dump();
  }
}

Leaves leaves_of(const core::Request& request) {
  Leaves leaves;
  if (const auto canonical = canonical_json(request.body)) {
    collect(json::parse(*canonical), "", leaves);
  } else {
    leaves["the body"] = json(request.body).dump(-1, ' ', false, json::error_handler_t::replace);
  }
  const auto target = request.headers.get("x-amz-target").value_or("");
  if (!core::operation_of_target(target)) {
    leaves["the method"] = request.method;
    leaves["the target"] = request.target;
    leaves["X-Amz-Target"] = target.empty() ? "absent" : std::string(target);
  }
  return leaves;
}

std::vector<Difference> compare(const Leaves& live, const Leaves& recorded) {
  std::map<std::string, Difference> found;
  for (const auto& [path, value] : live) {
    const auto other = recorded.find(path);
    if (other == recorded.end()) {
      found[path] = {path, value, ""};
    } else if (other->second != value) {
      found[path] = {path, value, other->second};
    }
  }
  for (const auto& [path, value] : recorded) {
    if (!live.contains(path)) found[path] = {path, "", value};
  }
  std::vector<Difference> differences;
  differences.reserve(found.size());
  for (auto& [path, difference] : found) differences.push_back(std::move(difference));
  return differences;
}

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
core::Result<std::optional<Nearest>> find_nearest(Store& store, const Leaves& live,
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
      auto found = compare(live, leaves_of(candidate.request));
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

std::vector<Difference> differences(const core::Request& live, const core::Request& recorded) {
  return compare(leaves_of(live), leaves_of(recorded));
}

std::string near_miss(Store& store, const core::Request& request,
                      const core::Operation* operation) {
  const std::string subject = subject_of(request, operation);
  const Leaves live = leaves_of(request);
  auto nearest = find_nearest(store, live, operation ? operation->name : "");
  if (nearest && !*nearest) nearest = find_nearest(store, live, std::nullopt);
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
