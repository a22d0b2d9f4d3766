#include "cassettes/shown.h"

namespace dynatape::cassettes {

std::string cut(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  std::size_t end = bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "…";
}

std::string shown(std::string_view value, std::size_t bytes) {
  return value.empty() ? "absent" : cut(value, bytes);
}

}  // namespace dynatape::cassettes
