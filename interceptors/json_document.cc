#include "interceptors/json_document.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace dynatape::interceptors {
namespace {

using nlohmann::json;

/// Configuration needs few levels; hostile text must not exhaust the stack later on.
constexpr int kDeepest = 64;

/// "FILE:LINE:COLUMN" of the byte before `read`, the number of bytes read when it was noticed.
std::string place(std::string_view file_name, std::string_view text, std::size_t read) {
  const std::string_view before = text.substr(0, read == 0 ? 0 : read - 1);
  const auto line = std::ranges::count(before, '\n') + 1;
  const auto newline = before.rfind('\n');
  const std::size_t column =
      newline == std::string_view::npos ? before.size() : before.size() - newline - 1;
  return std::string(file_name) + ":" + std::to_string(line) + ":" + std::to_string(column + 1);
}

/// The parser's own words without its tags: "unexpected '}'; expected string literal".
std::string detail(std::string_view what) {
  const auto dash = what.find(" - ");
  if (dash != std::string_view::npos) what.remove_prefix(dash + 3);
  if (const auto read = what.find("; last read: "); read != std::string_view::npos) {
    const auto rest = what.find("; expected", read);
    return std::string(what.substr(0, read)) +
           (rest == std::string_view::npos ? "" : std::string(what.substr(rest)));
  }
  return std::string(what);
}

/// Follows the parser and keeps the first thing it would pass over: a repeated member, or nesting
/// beyond all measure.
class Strictness {
 public:
  bool operator()(int depth, json::parse_event_t event, const json& parsed) {
    if (depth > kDeepest && mistake_.empty()) {
      mistake_ = "nested deeper than " + std::to_string(kDeepest) + " levels";
    }
    if (event == json::parse_event_t::object_start) members_.emplace_back();
    if (event == json::parse_event_t::object_end) members_.pop_back();
    if (event == json::parse_event_t::key) {
      const auto& name = parsed.get_ref<const std::string&>();
      if (!members_.back().insert(name).second && mistake_.empty()) {
        mistake_ = "the member " + parsed.dump(-1, ' ', true) + " stands twice in one object";
      }
    }
    return true;
  }
  [[nodiscard]] const std::string& mistake() const { return mistake_; }

 private:
  std::vector<std::set<std::string>> members_;
  std::string mistake_;
};

}  // namespace

core::Result<json> parse_json_with_comments(std::string_view text, std::string_view file_name) {
  Strictness strictness;
  try {
    auto document = json::parse(text, std::ref(strictness), /*allow_exceptions=*/true,
                                /*ignore_comments=*/true);
    if (!strictness.mistake().empty()) {
      return core::failure(std::string(file_name) + ": " + strictness.mistake());
    }
    return document;
  } catch (const json::exception& error) {
    const auto* syntax = dynamic_cast<const json::parse_error*>(&error);
    return core::failure(place(file_name, text, syntax ? syntax->byte : 0) +
                         ": not JSON: " + detail(error.what()));
  }
}

}  // namespace dynatape::interceptors
