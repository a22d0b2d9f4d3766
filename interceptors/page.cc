#include "interceptors/page.h"

#include <algorithm>

#include "core/json.h"
#include "interceptors/rewritten_call.h"

namespace dynatape::interceptors {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

std::uint64_t count_in(const ordered_json& body, const char* name) {
  const auto found = body.find(name);
  return found != body.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

/// A string that most strings less than `text` are less than.
std::string text_before(std::string text) {
  const char last = text.back();
  text.pop_back();
  // Plain characters have plain neighbours; before anything else stands what it begins with.
  if (last > '!' && last <= '~') text.append({static_cast<char>(last - 1), '~'});
  return text;
}

/// The digits of a decimal without its sign, one unit of the last place nearer to zero, and a
/// further place: "12" to "11.9", "0.5" to "0.49". Empty for zero.
std::string nearer_to_zero(std::string digits) {
  auto at = digits.rbegin();
  while (at != digits.rend() && (*at == '0' || *at == '.')) {
    if (*at == '0') *at = '9';
    ++at;
  }
  if (at == digits.rend()) return {};
  --*at;
  if (digits.find('.') == std::string::npos) digits += '.';
  return digits + '9';
}

std::string further_from_zero(std::string digits) {
  if (digits.find('.') == std::string::npos) digits += '.';
  return digits + '1';
}

/// A number shortly before or after `number`; empty where it is written with an exponent.
std::string number_beside(const std::string& number, bool before) {
  const bool negative = number.starts_with('-');
  std::string digits = number.substr(negative ? 1 : 0);
  const bool plain =
      std::ranges::all_of(digits, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
  if (!plain || digits.empty()) return {};
  if (negative == before) {
    return (negative ? "-" : "") + further_from_zero(std::move(digits));
  }
  std::string nearer = nearer_to_zero(digits);
  if (nearer.empty()) return before ? "-" + further_from_zero(std::move(digits)) : "";
  return (negative ? "-" : "") + nearer;
}

/// Another value for a key attribute, or null where none comes to mind.
json value_before(const json& value, bool backward) {
  if (!value.is_object() || value.size() != 1) return nullptr;
  const std::string& type = value.begin().key();
  const auto* const text = value.begin()->get_ptr<const std::string*>();
  if (!text || text->empty()) return nullptr;
  std::string other;
  if (type == "S") other = backward ? *text + "!" : text_before(*text);
  if (type == "N") other = number_beside(*text, !backward);
  return other.empty() ? json() : json{{type, other}};
}

}  // namespace

bool reads_page(const core::Call& call) {
  return (call.name() == "Query" || call.name() == "Scan") && rewritable(call);
}

std::optional<std::uint64_t> limit_of(const core::Call& call) {
  const auto found = call.params().find("Limit");
  if (found == call.params().end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<std::uint64_t>();
}

json start_of(const core::Call& call) { return call.params().value("ExclusiveStartKey", json()); }

bool goes_backward(const core::Call& call) {
  const auto found = call.params().find("ScanIndexForward");
  return call.name() == "Query" && found != call.params().end() && *found == false;
}

std::string page_request(const core::Call& call, std::uint64_t limit, const json& start) {
  json params = call.params();
  params["Limit"] = limit;
  if (!start.is_null()) params["ExclusiveStartKey"] = start;
  return core::dumped(params);
}

std::optional<Page> read_page(int status, std::string_view body) {
  if (status != 200) return std::nullopt;
  Page page;
  page.body = ordered_json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!page.body.is_object() || !page.body.contains("Count")) return std::nullopt;
  page.count = count_in(page.body, "Count");
  page.scanned = count_in(page.body, "ScannedCount");
  if (const auto key = page.body.find("LastEvaluatedKey"); key != page.body.end()) {
    if (key->is_object()) page.last_key = *key;
  }
  return page;
}

std::vector<json> keys_before(const json& key, bool backward) {
  std::vector<json> guesses;
  for (const auto& [name, value] : key.items()) {
    json other = value_before(value, backward);
    if (other.is_null()) continue;
    guesses.push_back(key);
    guesses.back()[name] = std::move(other);
  }
  return guesses;
}

}  // namespace dynatape::interceptors
