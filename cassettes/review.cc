#include "cassettes/review.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "cassettes/lines.h"
#include "cassettes/review_cutter.h"
#include "cassettes/review_entries.h"

namespace dynatape::cassettes {
namespace {

constexpr std::size_t kUnseen = SIZE_MAX;

}  // namespace

std::string ReviewLine::skeleton() const {
  std::string text;
  for (const Piece& piece : pieces) {
    text += piece.text;
    if (!piece.kind.empty()) text += "<" + piece.kind + ">";
  }
  return text;
}

ReviewLine review_line(const Recording& recording) {
  // The frame is that of the lines, with nothing in it that a time would change.
  Recording frame = recording;
  frame.call = frame.id;
  frame.started = core::TimePoint();
  if (auto body = reviewed_request(recording)) frame.request.body = *std::move(body);
  if (auto body = reviewed_answer(recording)) frame.response.body = *std::move(body);
  std::string text = LineWriter(LineForm::readable).line(frame);
  if (recording.call != recording.id) {
    text.pop_back();
    text += R"(,"retry":true})";
  }
  ReviewCutter cutter(recording.started);
  cutter.append_json(text);
  return {recording.id,    recording.call,  recording.operation,
          cutter.pieces(), cutter.groups(), recording};
}

ReviewLine review_line_of_answer(const Recording& recording) {
  Recording answer = recording;
  answer.request.body.clear();
  return review_line(answer);
}

/// Which value stands in which place: of entries that are alike, those met before come first.
std::vector<std::size_t> Numbering::arranged(const ReviewLine& line) const {
  std::vector<std::size_t> places(line.pieces.size());
  std::iota(places.begin(), places.end(), 0UZ);
  const auto number_of = [&](std::size_t place) {
    const auto found = numbers_.find({line.pieces[place].kind, line.pieces[place].value});
    return found == numbers_.end() ? kUnseen : found->second;
  };
  for (const auto& [first, entries, holes] : line.groups) {
    std::vector<std::pair<std::vector<std::size_t>, std::size_t>> sorted;  // by their numbers
    for (std::size_t e = 0; e < entries; ++e) {
      std::vector<std::size_t> numbers;
      for (std::size_t h = 0; h < holes; ++h) {
        numbers.push_back(number_of(places[first + e * holes + h]));
      }
      sorted.emplace_back(std::move(numbers), e);
    }
    std::ranges::sort(sorted);
    const auto before = places;
    for (std::size_t e = 0; e < entries; ++e) {
      for (std::size_t h = 0; h < holes; ++h) {
        places[first + e * holes + h] = before[first + sorted[e].second * holes + h];
      }
    }
  }
  return places;
}

std::string Numbering::text(const ReviewLine& line) {
  std::string text;
  const auto places = arranged(line);
  for (std::size_t i = 0; i < line.pieces.size(); ++i) {
    const std::string& kind = line.pieces[i].kind;
    const std::string& value = line.pieces[places[i]].value;
    text += line.pieces[i].text;
    if (kind.empty()) continue;
    text += "<" + kind;
    if (!value.empty()) {
      auto [number, fresh] = numbers_.try_emplace({kind, value}, 0);
      if (fresh) number->second = ++last_[kind];
      text += ":" + std::to_string(number->second);
    }
    text += ">";
  }
  return text;
}

}  // namespace dynatape::cassettes
