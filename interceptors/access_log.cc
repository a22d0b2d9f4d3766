#include "interceptors/access_log.h"

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/time_text.h"
#include "interceptors/source_name.h"

namespace dynatape::interceptors {
namespace {

/// "2026-11-20T16:23:01.123456Z".
/// As it stands where it is one plain word, else as a JSON string.
std::string value(std::string_view text) {
  if (text.empty()) return "-";
  for (const char c : text) {
    if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c >= 0x7f) {
      return nlohmann::json(text).dump(-1, ' ', /*ensure_ascii=*/true,
                                       nlohmann::json::error_handler_t::replace);
    }
  }
  return std::string(text);
}

std::string milliseconds(core::Duration took) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3f", static_cast<double>(took.count()) / 1000);
  return text.data();
}

template <class Parts, class TextOf>
std::string joined(const Parts& parts, std::string_view separator, TextOf text_of) {
  std::string text;
  for (const auto& part : parts) {
    if (!text.empty()) text += separator;
    text += text_of(part);
  }
  return text;
}

}  // namespace

core::Task<core::Result<core::Reply>> AccessLog::handle(core::Exchange& exchange, core::Next next) {
  auto result = co_await next(exchange);
  sink_(access_line(exchange, result, exchange.elapsed()));
  co_return result;
}

std::string access_line(const core::Exchange& exchange, const core::Result<core::Reply>& result,
                        core::Duration took) {
  const core::Call& call = exchange.call();
  const std::string tables = joined(call.tables(), ",", [](const auto& table) { return table; });
  const std::string notes = joined(
      exchange.notes(), "; ", [](const core::Note& note) { return note.who + ": " + note.what; });
  std::string line = "time=" + core::iso_time(exchange.started(), 6);
  line += " id=" + std::to_string(exchange.id());
  if (exchange.session() != core::kDefaultSession) line += " session=" + value(exchange.session());
  line += " op=" + value(call.name());
  line += " table=" + value(tables);
  line += " status=" + (result ? std::to_string(result->response.status) : "-");
  line += " source=" + value(result ? source_name(result->source) : "");
  line += " ms=" + milliseconds(took);
  if (!result) line += " error=" + value(result.error().message);
  if (!notes.empty()) line += " notes=" + value(notes);
  return line;
}

}  // namespace dynatape::interceptors
