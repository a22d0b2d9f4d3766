#include "proxy/http/refusal.h"

namespace dynatape::http {

core::Response response_of(const Refusal& refusal) {
  std::string body = R"({"message":")";
  for (const char c : refusal.message) {
    const bool printable = c >= ' ' && c <= '~';  // it may quote what a client sent
    if (c == '"' || c == '\\') body += '\\';
    body += printable ? c : '?';
  }
  body += R"("})";
  return {refusal.status, {}, std::move(body)};
}

}  // namespace dynatape::http
