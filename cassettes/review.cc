#include "cassettes/review.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "cassettes/canonical.h"
#include "cassettes/generated.h"
#include "cassettes/lines.h"

namespace dynatape::cassettes {
namespace {

using nlohmann::json;

/// Members whose strings the service makes up, or an SDK does.
constexpr std::array<std::string_view, 10> kTokens = {"ClientRequestToken",
                                                      "ClientToken",
                                                      "EndingSequenceNumber",
                                                      "NextShardIterator",
                                                      "NextToken",
                                                      "SequenceNumber",
                                                      "ShardIterator",
                                                      "ShardId",
                                                      "StartingSequenceNumber",
                                                      "eventID"};

/// Cuts canonical JSON, or text that is none, at its generated values.
class Cutter {
 public:
  explicit Cutter(const Recording& recording) {
    // A tape made of lines may not know when it was recorded.
    if (recording.started != core::TimePoint()) around_ = recording.started;
  }

  void append_json(std::string_view text) {
    std::string_view member;  // whose value comes next
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = token_end(text, at);
      const std::string_view token = text.substr(at, end - at);
      const bool is_name = token.starts_with('"') && end < text.size() && text[end] == ':';
      if (is_name) {
        member = token.substr(1, token.size() - 2);
        pending_ += token;
      } else if (token.starts_with('"')) {
        append_string(token.substr(1, token.size() - 2), member);
      } else if (token[0] == '-' || (token[0] >= '0' && token[0] <= '9')) {
        append_number(token);
      } else {
        pending_ += token;
      }
      at = end;
    }
  }

  std::vector<ReviewLine::Piece> pieces() {
    pieces_.push_back({std::move(pending_), "", ""});
    return std::move(pieces_);
  }

 private:
  /// Of a string, a number or word, or one character of punctuation.
  static std::size_t token_end(std::string_view text, std::size_t at) {
    if (text[at] == '"') {
      for (++at; text[at] != '"'; ++at) {
        if (text[at] == '\\') ++at;
      }
      return at + 1;
    }
    if (std::string_view("{}[],:").contains(text[at])) return at + 1;
    return std::min(text.find_first_of("{}[],:", at), text.size());
  }

  void append_string(std::string_view content, std::string_view member) {
    pending_ += '"';
    if (std::ranges::find(kTokens, member) != kTokens.end() && !content.empty()) {
      cut("token", "", content);
    } else {
      append_text(content);
    }
    pending_ += '"';
  }

  void append_text(std::string_view text) {
    std::size_t at = 0;
    for (const Generated& found : find_generated(text, around_)) {
      pending_ += text.substr(at, found.begin - at);
      cut(found.kind, found.offset, text.substr(found.begin, found.end - found.begin));
      at = found.end;
    }
    pending_ += text.substr(at);
  }

  void append_number(std::string_view number) {
    const auto found = find_generated(number, around_);
    if (found.size() != 1 || found[0].end - found[0].begin != number.size()) {
      pending_ += number;
      return;
    }
    pending_ += '"';
    cut(found[0].kind, found[0].offset, number);
    pending_ += '"';
  }

  void cut(std::string_view kind, const std::string& offset, std::string_view value) {
    const bool time = kind == "time";
    pieces_.push_back(
        {std::exchange(pending_, ""), std::string(kind) + offset, time ? "" : std::string(value)});
  }

  std::optional<core::TimePoint> around_;
  std::string pending_;
  std::vector<ReviewLine::Piece> pieces_;
};

std::string skeleton_of(const json& value, const Recording& recording) {
  Cutter cutter(recording);
  cutter.append_json(value.dump());
  ReviewLine line;
  line.pieces = cutter.pieces();
  return line.skeleton();
}

/// Items that the service gives in no order that a request could know.
void sort_items(json& items, const Recording& recording) {
  if (!items.is_array()) return;
  std::vector<std::pair<std::string, std::size_t>> order;
  for (const json& item : items) order.emplace_back(skeleton_of(item, recording), order.size());
  std::ranges::sort(order);
  json sorted = json::array();
  for (const auto& [skeleton, place] : order) sorted.push_back(std::move(items[place]));
  items = std::move(sorted);
}

/// The canonical form of an answer, its unordered items sorted.
std::optional<std::string> canonical_answer(const Recording& recording) {
  auto canonical = canonical_json(recording.response.body);
  const bool scan = recording.operation == "Scan";
  const bool batch = recording.operation == "BatchGetItem";
  if (!canonical || !(scan || batch)) return canonical;
  json body = json::parse(*canonical);
  if (scan && body.contains("Items")) sort_items(body["Items"], recording);
  if (batch && body.contains("Responses") && body["Responses"].is_object()) {
    for (auto& items : body["Responses"]) sort_items(items, recording);
  }
  return body.dump();
}

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
  if (auto body = canonical_json(recording.request.body)) frame.request.body = *std::move(body);
  if (auto body = canonical_answer(recording)) frame.response.body = *std::move(body);
  std::string text = LineWriter(LineForm::readable).line(frame);
  if (recording.call != recording.id) {
    text.pop_back();
    text += R"(,"retry":true})";
  }
  Cutter cutter(recording);
  cutter.append_json(text);
  return {recording.id, recording.call, recording.operation, cutter.pieces()};
}

std::string Numbering::text(const ReviewLine& line) {
  std::string text;
  for (const auto& [before, kind, value] : line.pieces) {
    text += before;
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
