#include "cassettes/compared.h"

#include <algorithm>

#include "cassettes/arrangement.h"
#include "cassettes/review_cutter.h"
#include "cassettes/volatile.h"

namespace dynatape::cassettes {
namespace {

template <class Bindings>
const std::string* find(const Bindings& bindings, const Compared::Value& value) {
  const auto found = bindings.find({value.kind, value.text});
  return found == bindings.end() ? nullptr : &found->second.first;
}
std::string odds(const std::string& kind, const std::string& value, const std::string& other,
                 const std::pair<std::string, std::int64_t>& bound) {
  return kind + " " + value + " corresponds to " + other + ", but in #" +
         std::to_string(bound.second) + " it was " + bound.first;
}

/// Puts alike entries in the order in which the request has them, which two takes mostly share.
void as_sent(std::vector<Compared::Value>& values, const Group& group, std::string_view body) {
  std::vector<std::pair<std::size_t, std::vector<Compared::Value>>> entries;
  for (std::size_t e = 0; e < group.entries; ++e) {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(group.first + e * group.holes);
    std::vector<Compared::Value> entry(begin, begin + static_cast<std::ptrdiff_t>(group.holes));
    std::size_t last = 0;  // a value that all entries have says nothing
    for (const auto& [kind, text] : entry) {
      if (!text.empty()) last = std::max(last, std::min(body.find(text), body.size()));
    }
    entries.emplace_back(last, std::move(entry));
  }
  std::ranges::sort(entries, {}, [](const auto& one) { return one.first; });
  auto at = values.begin() + static_cast<std::ptrdiff_t>(group.first);
  for (auto& [place, entry] : entries) at = std::ranges::move(entry, at).out;
}

}  // namespace

Compared compared(const ReviewLine& line) {
  Compared out;
  const auto add = [&](const ReviewLine& read) {
    out.text += read.skeleton();
    for (Group group : read.groups) {
      group.first += out.values.size();
      out.groups.push_back(group);
    }
    for (const auto& [text, kind, value] : read.pieces) {
      if (!kind.empty()) out.values.push_back({kind, value});
    }
  };
  if (has_tokens(line.recording.request)) {
    add(line);
    return out;
  }
  const auto shape = volatile_shape(line.recording.request, core::find_operation(line.operation),
                                    line.recording.started);
  out.text.assign(reinterpret_cast<const char*>(shape.key.bytes.data()), shape.key.bytes.size());
  for (const Hole& hole : shape.holes) {
    out.values.push_back({hole.tag, one_to_one(hole.tag) ? hole.text : ""});
  }
  out.groups = shape.groups;
  for (const Group& group : out.groups) as_sent(out.values, group, line.recording.request.body);
  add(review_line_of_answer(line.recording));
  return out;
}

std::vector<std::string> Correspondence::unify(const Compared& left, std::int64_t left_id,
                                               const Compared& right, std::int64_t right_id) {
  std::vector<std::string> problems;
  const auto known = [&](std::size_t i, std::size_t j) {
    return find(right_of_, left.values[i]) && find(left_of_, right.values[j]);
  };
  const auto met = arranged(
      left.groups, left.values.size(),
      {.may = [&](std::size_t i, std::size_t j) { return agree(left.values[i], right.values[j]); },
       .known = known});
  for (std::size_t i = 0; i < left.values.size(); ++i) {
    const auto& [kind, value] = left.values[i];
    const std::string& other = right.values[met[i]].text;
    if (value.empty()) continue;
    const auto [there, fresh] = right_of_.try_emplace({kind, value}, other, left_id);
    const auto [back, fresh_back] = left_of_.try_emplace({kind, other}, value, right_id);
    if (there->second.first != other) {
      problems.push_back(odds(kind, value, other, there->second));
    } else if (back->second.first != value) {
      problems.push_back(odds(kind, other, value, back->second));
    }
  }
  return problems;
}

bool Correspondence::agree(const Compared::Value& left, const Compared::Value& right) const {
  const auto* there = find(right_of_, left);
  const auto* back = find(left_of_, right);
  return left.text.empty() || ((!there || *there == right.text) && (!back || *back == left.text));
}

}  // namespace dynatape::cassettes
