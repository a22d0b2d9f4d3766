#include "cassettes/json_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "emulator/model/json_text.h"

namespace dynatape::cassettes {
namespace {

constexpr int kDeepest = 512;  // deeper ones are left as they are

/// Walks through text that is known to be JSON.
class Walker {
 public:
  explicit Walker(std::string_view text) : text_(text) {}

  /// Appends the next value in sorted form; false where that would lose something.
  bool append_sorted(std::string& out, int depth = 0);
  /// Passes the next value by; its text.
  std::string_view skip();
  /// The name of the next member of an object, with the walker before its value; nullopt at its
  /// end. Call it first at the opening brace.
  std::optional<std::string> next_member();

 private:
  bool append_object(std::string& out, int depth);
  bool append_array(std::string& out, int depth);
  std::string string();
  /// Passes the next character by where it is `expected`.
  bool take(char expected);
  void skip_space();
  void skip_string();

  std::string_view text_;
  std::size_t at_ = 0;
};

void Walker::skip_space() {
  while (at_ < text_.size() && std::string_view(" \t\r\n").contains(text_[at_])) ++at_;
}

bool Walker::take(char expected) {
  skip_space();
  if (at_ == text_.size() || text_[at_] != expected) return false;
  ++at_;
  return true;
}

void Walker::skip_string() {
  for (++at_; text_[at_] != '"'; ++at_) {
    if (text_[at_] == '\\') ++at_;
  }
  ++at_;
}

std::string_view Walker::skip() {
  skip_space();
  const std::size_t begin = at_;
  int depth = 0;
  do {
    const char c = text_[at_];
    if (c == '"') {
      skip_string();
      continue;
    }
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    const bool bracket = std::string_view("{}[]").contains(c);
    ++at_;
    if (bracket || depth > 0) continue;
    while (at_ < text_.size() && !std::string_view(",]} \t\r\n").contains(text_[at_])) ++at_;
  } while (depth > 0);
  return text_.substr(begin, at_ - begin);
}

std::string Walker::string() {
  skip_space();
  const std::size_t begin = at_;
  skip_string();
  const std::string_view quoted = text_.substr(begin, at_ - begin);
  if (!quoted.contains('\\')) return std::string(quoted.substr(1, quoted.size() - 2));
  return nlohmann::json::parse(quoted).get<std::string>();
}

std::optional<std::string> Walker::next_member() {
  if (!take('{')) take(',');
  if (take('}')) return std::nullopt;
  std::string name = string();
  take(':');
  return name;
}

bool Walker::append_sorted(std::string& out, int depth) {
  skip_space();
  if (depth > kDeepest) return false;
  switch (text_[at_]) {
    case '{':
      return append_object(out, depth);
    case '[':
      return append_array(out, depth);
    case '"':
      model::append_json_string(out, string());
      return true;
    default:
      out += skip();
      return true;
  }
}

bool Walker::append_object(std::string& out, int depth) {
  std::vector<std::pair<std::string, std::string>> members;
  while (auto name = next_member()) {
    std::string value;
    if (!append_sorted(value, depth + 1)) return false;
    members.emplace_back(*std::move(name), std::move(value));
  }
  std::ranges::sort(members);
  const auto same_name = [](const auto& a, const auto& b) { return a.first == b.first; };
  if (std::ranges::adjacent_find(members, same_name) != members.end()) return false;
  out += '{';
  for (const auto& [name, value] : members) {
    if (!out.ends_with('{')) out += ',';
    model::append_json_string(out, name);
    out += ':';
    out += value;
  }
  out += '}';
  return true;
}

bool Walker::append_array(std::string& out, int depth) {
  take('[');
  out += '[';
  for (bool first = true; !take(']'); first = false) {
    if (!first) {
      take(',');
      out += ',';
    }
    if (!append_sorted(out, depth + 1)) return false;
  }
  out += ']';
  return true;
}

/// In UTF-8, without lone surrogates. The library would read over a byte order mark, and take a NUL
/// for the end.
bool is_json(std::string_view text) {
  return !text.starts_with('\xef') && !text.contains('\0') && nlohmann::json::accept(text);
}

}  // namespace

std::optional<std::vector<JsonMember>> json_members(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || text[first] != '{') return std::nullopt;
  if (!is_json(text)) return std::nullopt;
  Walker walker(text);
  std::vector<JsonMember> members;
  while (auto name = walker.next_member()) members.push_back({*std::move(name), walker.skip()});
  return members;
}

std::optional<std::string> sorted_json(std::string_view text) {
  if (!is_json(text)) return std::nullopt;
  std::string out;
  if (!Walker(text).append_sorted(out)) return std::nullopt;
  return out;
}

bool fits_in_json_line(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  if (text.empty() || kSpace.contains(text.front()) || kSpace.contains(text.back())) return false;
  return text.find_first_of("\r\n") == std::string_view::npos && sorted_json(text).has_value();
}

}  // namespace dynatape::cassettes
