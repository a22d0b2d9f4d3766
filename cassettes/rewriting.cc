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

/// Where the JSON string around a place ends, or what else is there.
std::size_t string_end(std::string_view body, std::size_t at) {
  for (; at < body.size() && body[at] != '"'; ++at) {
    if (body[at] == '\\') ++at;
  }
  return std::min(at, body.size());
}

/// What a recorded time stands for: beside an identifier of the same string, in its item, or else
/// the latest.
const std::string* live_time(std::string_view body, const std::vector<Generated>& found,
                             std::size_t which, const Bindings& bindings,
                             const std::vector<ItemScope>& scopes) {
  const auto text = [&](const Generated& one) {
    return body.substr(one.begin, one.end - one.begin);
  };
  const Generated& time = found[which];
  const auto beside = [&](const Generated& one) -> const std::string* {
    return one_to_one(one.kind) ? bindings.live_beside(text(one), text(time)) : nullptr;
  };
  const std::size_t end = string_end(body, time.end);
  for (std::size_t i = which + 1; i < found.size() && found[i].begin < end; ++i) {
    if (const auto* live = beside(found[i])) return live;
  }
  for (std::size_t i = which; i-- > 0 && string_end(body, found[i].end) >= time.begin;) {
    if (const auto* live = beside(found[i])) return live;
  }
  for (const ItemScope& scope : scopes) {
    if (time.begin < scope.begin || time.end > scope.end) continue;
    if (const auto* live = bindings.live_beside(scope.item, text(time))) return live;
  }
  const auto* bound = bindings.live(text(time));
  return bound ? &bound->text : nullptr;
}

}  // namespace

bool rewrite(std::string& body, Bindings& bindings, const Rewritten& answer) {
  const auto found = find_generated(body, answer.started);
  std::string out;
  std::size_t at = 0;
  bool changed = false;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto& [begin, end, kind, offset] = found[i];
    const auto text = std::string_view(body).substr(begin, end - begin);
    const std::string* live = nullptr;
    if (one_to_one(kind)) {
      const auto* bound = bindings.live(text);
      if (bound) live = &bound->text;
      if (!bound && bindings.agree(text, text)) bindings.bind(text, text, answer.id);
    } else {
      live = live_time(body, found, i, bindings, answer.scopes);
    }
    if (!live || *live == text) continue;
    out.append(body, at, begin - at).append(*live);
    at = end;
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
