#include "cassettes/review_tape.h"

#include <algorithm>
#include <array>
#include <map>
#include <ostream>
#include <unordered_map>
#include <utility>

#include "cassettes/each_recording.h"
#include "cassettes/effects.h"
#include "cassettes/review_order.h"

namespace dynatape::cassettes {
namespace {

/// All attempts of one call.
struct ReviewCall {
  std::vector<ReviewLine> lines;
  Effects effects;  ///< of the last
};
using ReviewCalls = std::vector<ReviewCall>;

core::Result<TableKeys> keys_on(const std::string& path) {
  TableKeys keys;
  auto done = each_recording(path, [&](const Recording& recording) -> core::Result<void> {
    const std::string& name = recording.operation;
    if (name == "GetItem" || name == "UpdateItem" || name == "DeleteItem") {
      keys.learn_key(recording.request.body);
    } else if (name.ends_with("Table") && recording.response.status == 200) {
      keys.learn_description(recording.response.body);
    }
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return keys;
}

Effects effects_on(const Recording& recording, const TableKeys& keys) {
  const auto* operation = core::find_operation(recording.operation);
  if (!operation) return {};
  const int status = recording.response.status;
  const std::string error = status >= 400 ? error_type(recording.response.body) : "";
  return effects_of({operation, recording.request.body, status, error}, keys);
}

core::Result<ReviewCalls> calls_of(const std::string& path, const TableKeys& keys) {
  ReviewCalls calls;
  std::unordered_map<std::int64_t, std::size_t> places;  // by the id of the first attempt
  auto done = each_recording(path, [&](const Recording& recording) -> core::Result<void> {
    const auto [place, fresh] = places.try_emplace(recording.call, calls.size());
    if (fresh) calls.emplace_back();
    ReviewCall& call = calls[place->second];
    call.lines.push_back(review_line(recording));
    call.effects = effects_on(recording, keys);
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return calls;
}

/// Who reached each resource, as far as a later call may have to follow.
class Conflicts {
 public:
  /// Calls that `call`, which comes next, must follow.
  std::vector<std::size_t> add(std::size_t call, const Effects& effects) {
    std::vector<std::size_t> after;
    for (const Effect& effect : effects) {
      auto& modes = resources_[effect.resource];
      for (std::size_t mode = 0; mode < modes.size(); ++mode) {
        if (!conflict(static_cast<Reach>(mode), effect.mode)) continue;
        for (const auto& [other, reached] : modes[mode]) {
          if (other != call && conflicts({reached}, {effect})) after.push_back(other);
        }
      }
      // Whoever conflicts with what came before conflicts with this one too.
      if (effect.mode == Reach::write_whole && !effect.range) modes = {};
      modes[static_cast<std::size_t>(effect.mode)].emplace_back(call, effect);
    }
    std::ranges::sort(after);
    after.erase(std::ranges::unique(after).begin(), after.end());
    return after;
  }

 private:
  using Modes = std::array<std::vector<std::pair<std::size_t, Effect>>, 4>;
  std::unordered_map<std::uint64_t, Modes> resources_;
};

std::vector<std::size_t> canonical_order(const ReviewCalls& calls) {
  std::vector<OrderedCall> ordered;
  Conflicts conflicts;
  for (const ReviewCall& call : calls) {
    OrderedCall one;
    for (const ReviewLine& line : call.lines) {
      one.skeleton += line.skeleton();
      // Which of several alike entries comes first says nothing.
      std::vector<bool> in_group(line.pieces.size(), false);
      for (const auto& [first, entries, holes] : line.groups) {
        std::fill_n(in_group.begin() + static_cast<std::ptrdiff_t>(first), entries * holes, true);
      }
      for (std::size_t i = 0; i < line.pieces.size(); ++i) {
        const std::string& value = line.pieces[i].value;
        if (!value.empty() && !in_group[i]) one.values.push_back(value);
      }
    }
    one.after = conflicts.add(ordered.size(), call.effects);
    ordered.push_back(std::move(one));
  }
  return review_order(ordered);
}

}  // namespace

core::Result<std::vector<ReviewLine>> review_lines(const std::string& path, ReviewOrder order) {
  const auto keys = keys_on(path);
  if (!keys) return std::unexpected(keys.error());
  auto calls = calls_of(path, *keys);
  if (!calls) return std::unexpected(calls.error());
  std::vector<ReviewLine> lines;
  const auto keep = [&lines](ReviewCall& call) {
    std::ranges::move(call.lines, std::back_inserter(lines));
  };
  if (order == ReviewOrder::recorded) {
    std::ranges::for_each(*calls, keep);
  } else {
    for (const std::size_t call : canonical_order(*calls)) keep((*calls)[call]);
  }
  return lines;
}

core::Result<void> review(const std::string& path, std::ostream& out) {
  const auto lines = review_lines(path, ReviewOrder::canonical);
  if (!lines) return std::unexpected(lines.error());
  Numbering numbering;
  for (const ReviewLine& line : *lines) out << numbering.text(line) << '\n';
  return {};
}

}  // namespace dynatape::cassettes
