#include "proxy/http/serialise.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace dynatape::http {
namespace {

bool breaks_line(char c) { return c == '\r' || c == '\n' || c == '\0'; }

void append_clean(std::string& out, std::string_view text) {
  const auto start = static_cast<std::ptrdiff_t>(out.size());
  out += text;
  std::replace_if(out.begin() + start, out.end(), breaks_line, ' ');
}

}  // namespace

void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), number).ptr;
  out.append(digits.data(), end);
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  append_clean(out, name);
  out += ": ";
  append_clean(out, value);
  out += "\r\n";
}

void append_field(std::string& out, std::string_view name, std::uint64_t value) {
  append_clean(out, name);
  out += ": ";
  append_number(out, value);
  out += "\r\n";
}

}  // namespace dynatape::http
