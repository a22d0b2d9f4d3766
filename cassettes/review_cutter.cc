#include "cassettes/review_cutter.h"

#include <algorithm>
#include <array>
#include <utility>

#include "cassettes/generated.h"

namespace dynatape::cassettes {
namespace {

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

/// Of a string, a number or word, or one character of punctuation.
std::size_t token_end(std::string_view text, std::size_t at) {
  if (text[at] == '"') {
    for (++at; text[at] != '"'; ++at) {
      if (text[at] == '\\') ++at;
    }
    return at + 1;
  }
  if (std::string_view("{}[],:").contains(text[at])) return at + 1;
  return std::min(text.find_first_of("{}[],:", at), text.size());
}

}  // namespace

void ReviewCutter::append_json(std::string_view text) {
  std::string_view member;  // whose value comes next
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = token_end(text, at);
    const std::string_view token = text.substr(at, end - at);
    const bool is_name = token.starts_with('"') && end < text.size() && text[end] == ':';
    const bool is_mark =
        !is_name && token.starts_with("\"\\u0001") && mark(token.substr(1, token.size() - 2));
    if (is_mark) {
      // Their commas go, too.
      if (end < text.size() && text[end] == ',') {
        at = end + 1;
        continue;
      }
      if (pending_.ends_with(',')) pending_.pop_back();
    } else if (is_name) {
      member = token.substr(1, token.size() - 2);
      pending_ += token;
    } else if (token.starts_with('"')) {
      append_string(token.substr(1, token.size() - 2), member);
    } else if (token[0] == '-' || (token[0] >= '0' && token[0] <= '9')) {
      append_number(token);
    } else {
      if (token == "[") starts_.emplace_back();
      if (token == "]" && !starts_.empty()) {
        close_group();
        starts_.pop_back();
      }
      pending_ += token;
    }
    at = end;
  }
}

std::vector<ReviewLine::Piece> ReviewCutter::pieces() {
  pieces_.push_back({std::move(pending_), "", ""});
  return std::move(pieces_);
}

/// Whether it is a mark.
bool ReviewCutter::mark(std::string_view content) {
  constexpr std::string_view kEscape = "\\u0001";
  content.remove_prefix(kEscape.size());
  const auto is = [&](std::string_view one) { return content == one.substr(1); };
  if (starts_.empty() || !(is(kFirstEntry) || is(kLikeEntry) || is(kEndOfEntries))) return false;
  if (!is(kLikeEntry)) close_group();
  if (!is(kEndOfEntries)) starts_.back().push_back(pieces_.size());
  return true;
}

void ReviewCutter::close_group() {
  auto& starts = starts_.back();
  if (starts.size() > 1) {
    const std::size_t holes = (pieces_.size() - starts.front()) / starts.size();
    if (holes > 0) groups_.push_back({starts.front(), starts.size(), holes});
  }
  starts.clear();
}

void ReviewCutter::append_string(std::string_view content, std::string_view member) {
  pending_ += '"';
  if (std::ranges::find(kTokens, member) != kTokens.end() && !content.empty()) {
    cut("token", "", content);
  } else {
    append_text(content);
  }
  pending_ += '"';
}

void ReviewCutter::append_text(std::string_view text) {
  std::size_t at = 0;
  for (const Generated& found : find_generated(text, around_)) {
    pending_ += text.substr(at, found.begin - at);
    cut(found.kind, found.offset, text.substr(found.begin, found.end - found.begin));
    at = found.end;
  }
  pending_ += text.substr(at);
}

void ReviewCutter::append_number(std::string_view number) {
  const auto found = find_generated(number, around_);
  if (found.size() != 1 || found[0].end - found[0].begin != number.size()) {
    pending_ += number;
    return;
  }
  pending_ += '"';
  cut(found[0].kind, found[0].offset, number);
  pending_ += '"';
}

void ReviewCutter::cut(std::string_view kind, const std::string& offset, std::string_view value) {
  const bool time = kind == "time";
  pieces_.push_back(
      {std::exchange(pending_, ""), std::string(kind) + offset, time ? "" : std::string(value)});
}

bool has_tokens(const core::Request& request) {
  return std::ranges::any_of(kTokens, [&](std::string_view name) {
    return request.body.contains('"' + std::string(name) + '"');
  });
}

}  // namespace dynatape::cassettes
