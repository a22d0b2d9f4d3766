#include "cassettes/rewriting.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cassettes/generated.h"
#include "cassettes/volatile.h"
#include "emulator/model/number.h"
#include "emulator/wire/base64.h"

namespace dynatape::cassettes {
namespace {

using json = nlohmann::ordered_json;

/// A key attribute's value in bytes that compare as values of its type do.
std::string sortable(const json& item, const std::string& attribute) {
  const auto value = item.find(attribute);
  if (value == item.end() || !value->is_object() || value->size() != 1) return "";
  const auto only = value->begin();
  const auto* text = only->get_ptr<const json::string_t*>();
  if (!text) return "";
  if (only.key() == "B") return wire::decode_base64(*text).value_or("");
  if (only.key() != "N") return *text;
  std::string bytes;
  if (const auto number = model::Number::parse(*text)) number->append_sortable(bytes);
  return bytes;
}

}  // namespace

bool rewrite(std::string& body, Bindings& bindings, core::TimePoint around, std::int64_t id) {
  const auto found = find_generated(body, around);
  std::string out;
  std::size_t at = 0;
  bool changed = false;
  for (const Generated& value : found) {
    const auto text = std::string_view(body).substr(value.begin, value.end - value.begin);
    const auto* live = bindings.live(text);
    if (!live && one_to_one(value.kind) && bindings.agree(text, text)) {
      bindings.bind(text, text, id);
    }
    if (!live || live->text == text) continue;
    out.append(body, at, value.begin - at).append(live->text);
    at = value.end;
    changed = true;
  }
  if (!changed) return false;
  out.append(body, at);
  body = std::move(out);
  return true;
}

void sort_items(std::string& body, std::string_view range, bool forward) {
  auto document = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object() || !document.contains("Items")) return;
  json& items = document["Items"];
  if (!items.is_array() || items.size() < 2) return;
  const std::string attribute(range);
  const auto before = [&](const json& a, const json& b) {
    return forward ? sortable(a, attribute) < sortable(b, attribute)
                   : sortable(b, attribute) < sortable(a, attribute);
  };
  if (std::is_sorted(items.begin(), items.end(), before)) return;
  std::sort(items.begin(), items.end(), before);
  body = document.dump();
}

}  // namespace dynatape::cassettes
