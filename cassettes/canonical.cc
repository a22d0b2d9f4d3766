#include "cassettes/canonical.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "emulator/model/json_text.h"
#include "emulator/model/number.h"

namespace dynatape::cassettes {
namespace {

namespace dom = simdjson::dom;

/// Writes the canonical form of JSON documents; kept for its buffers.
class Canonicaliser {
 public:
  /// Appends the canonical form of `text` to `out`; false, with `out` as it was, where it is not
  /// JSON.
  bool append(std::string_view text, std::string& out);

 private:
  using Member = std::pair<std::string_view, dom::element>;

  void value(dom::element value, std::string& out);
  void object(dom::object object, std::string& out);
  void array(dom::array array, std::string& out);
  bool typed_value(const Member& only, std::string& out);
  bool set(dom::array array, bool numbers, std::string& out);

  dom::parser parser_;
  std::string padded_;
  std::vector<Member> members_;  ///< of the objects being written, the innermost last
};

/// Already as Number::to_string() would write it: "0", or up to 38 digits without a leading zero.
bool is_plain_integer(std::string_view text) {
  if (text == "0") return true;
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.empty() || text.size() > 38 || text[0] == '0') return false;
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// A DynamoDB number in plain decimal; text that is none stays as it is.
std::string plain_number(std::string_view text) {
  if (is_plain_integer(text)) return std::string(text);
  const auto number = model::Number::parse(text);
  return number ? number->to_string() : std::string(text);
}

/// A JSON number that is not written as an integer: 10.0 and 1e1 are 10.
void append_double(std::string& out, double value) {
  char buffer[32];
  const auto written = std::to_chars(std::begin(buffer), std::end(buffer), value);
  const std::string_view text(buffer, static_cast<std::size_t>(written.ptr - buffer));
  out += plain_number(text);
}

bool Canonicaliser::append(std::string_view text, std::string& out) {
  // simdjson reads up to SIMDJSON_PADDING bytes past the end.
  padded_.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  padded_.assign(text);
  dom::element root;
  if (parser_.parse(padded_.data(), padded_.size(), false).get(root) != simdjson::SUCCESS) {
    return false;
  }
  members_.clear();
  value(root, out);
  return true;
}

void Canonicaliser::value(dom::element value, std::string& out) {
  switch (value.type()) {
    case dom::element_type::OBJECT:
      return object(value.get_object().value_unsafe(), out);
    case dom::element_type::ARRAY:
      return array(value.get_array().value_unsafe(), out);
    case dom::element_type::STRING:
      return model::append_json_string(out, value.get_string().value_unsafe());
    case dom::element_type::INT64:
      out += std::to_string(value.get_int64().value_unsafe());
      return;
    case dom::element_type::UINT64:
      out += std::to_string(value.get_uint64().value_unsafe());
      return;
    case dom::element_type::DOUBLE:
      return append_double(out, value.get_double().value_unsafe());
    case dom::element_type::BOOL:
      out += value.get_bool().value_unsafe() ? "true" : "false";
      return;
    case dom::element_type::NULL_VALUE:
      out += "null";
      return;
  }
}

void Canonicaliser::object(dom::object object, std::string& out) {
  const std::size_t first = members_.size();
  for (const auto [name, member] : object) {
    members_.emplace_back(name, member);
  }
  const auto begin = members_.begin() + static_cast<std::ptrdiff_t>(first);
  std::sort(begin, members_.end(), [](const Member& a, const Member& b) {
    // Names lie in the parser's buffer in the order of the document: equal ones keep it.
    return a.first == b.first ? a.first.data() < b.first.data() : a.first < b.first;
  });
  out += '{';
  for (std::size_t i = first, end = members_.size(); i < end; ++i) {
    const Member member = members_[i];  // a copy: writing its value may move the stack
    if (i > first) out += ',';
    model::append_json_string(out, member.first);
    out += ':';
    if (end - first > 1 || !typed_value(member, out)) value(member.second, out);
  }
  out += '}';
  members_.resize(first, Member());
}

void Canonicaliser::array(dom::array array, std::string& out) {
  out += '[';
  bool comma = false;
  for (const dom::element element : array) {
    if (std::exchange(comma, true)) out += ',';
    value(element, out);
  }
  out += ']';
}

/// An attribute value is an object whose only member is named after its type: {"N":"1.0"}. Nothing
/// else in a request looks like one: names of tables have three characters, placeholders begin with
/// # or :, and an attribute called N has an object for its value. Writes the value where its form
/// has a meaning of its own; false for every other member.
bool Canonicaliser::typed_value(const Member& only, std::string& out) {
  const auto& [name, element] = only;
  std::string_view text;
  if (name == "N" && element.get_string().get(text) == simdjson::SUCCESS) {
    model::append_json_string(out, plain_number(text));
    return true;
  }
  dom::array array;
  const bool is_set = name == "SS" || name == "NS" || name == "BS";
  return is_set && element.get_array().get(array) == simdjson::SUCCESS &&
         set(array, name == "NS", out);
}

bool Canonicaliser::set(dom::array array, bool numbers, std::string& out) {
  std::vector<std::string> texts;
  for (const dom::element element : array) {
    std::string_view text;
    if (element.get_string().get(text) != simdjson::SUCCESS) return false;
    texts.push_back(numbers ? plain_number(text) : std::string(text));
  }
  std::ranges::sort(texts);
  out += '[';
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) out += ',';
    model::append_json_string(out, texts[i]);
  }
  out += ']';
  return true;
}

/// The buffers are the thread's: a parser per request would allocate twice the request's size.
Canonicaliser& canonicaliser() {
  thread_local Canonicaliser instance;
  return instance;
}

}  // namespace

std::optional<std::string> canonical_json(std::string_view text) {
  std::string out;
  if (!canonicaliser().append(text, out)) return std::nullopt;
  return out;
}

}  // namespace dynatape::cassettes
