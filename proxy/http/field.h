#pragma once

// The grammar that header field values share (RFC 9110, section 5.6).

#include <string_view>

namespace dynatape::http {

/// Without blanks and tabs around it.
[[nodiscard]] inline std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Takes the first element off a comma-separated list.
[[nodiscard]] inline std::string_view take_element(std::string_view& list) {
  const auto comma = list.find(',');
  const std::string_view element = list.substr(0, comma);
  list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  return trim(element);
}

}  // namespace dynatape::http
