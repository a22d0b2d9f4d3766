#include "cassettes/named_values.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "emulator/model/json_text.h"

namespace dynatape::cassettes {
namespace {

/// Where the string that begins at the quote `at` ends, behind its other quote.
std::size_t end_of_string(std::string_view body, std::size_t at) {
  for (std::size_t i = at + 1; i < body.size(); ++i) {
    if (body[i] == '\\') {
      ++i;
    } else if (body[i] == '"') {
      return i + 1;
    }
  }
  return body.size();
}

bool is_name(std::string_view body, std::size_t behind) {
  const auto next = body.find_first_not_of(" \t\r\n", behind);
  return next != std::string_view::npos && body[next] == ':';
}

/// What a quoted string says.
std::string content_of(std::string_view quoted) {
  if (!quoted.contains('\\')) return std::string(quoted.substr(1, quoted.size() - 2));
  const auto parsed = nlohmann::json::parse(quoted, nullptr, /*allow_exceptions=*/false);
  return parsed.is_string() ? parsed.get<std::string>() : "";
}

}  // namespace

bool rewrite_strings(std::string& body, const Bindings& bindings) {
  std::string out;
  std::size_t copied = 0;
  for (std::size_t at = body.find('"'); at != std::string::npos;) {
    const std::size_t end = end_of_string(body, at);
    const auto quoted = std::string_view(body).substr(at, end - at);
    if (quoted.size() > 2 && !is_name(body, end)) {
      const auto* live = bindings.live(content_of(quoted));
      if (live) {
        out.append(body, copied, at - copied);
        model::append_json_string(out, live->text);
        copied = end;
      }
    }
    at = body.find('"', end);
  }
  if (copied == 0) return false;
  body = out.append(body, copied);
  return true;
}

}  // namespace dynatape::cassettes
