#include "interceptors/trait.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "cassettes/json_members.h"
#include "core/headers.h"
#include "interceptors/outline.h"

namespace dynatape::interceptors {
namespace {

using Kind = Trait::Kind;
using See = std::function<void(const std::string& value)>;

std::vector<TraitValue> all_of(Kind kind, const std::vector<std::string>& names) {
  std::vector<TraitValue> all;
  all.reserve(names.size());
  for (const std::string& name : names) all.push_back({{kind, ""}, name});
  return all;
}

/// Whether it holds for some values of one attribute only, as a rule for a certain key says.
bool names_values(const PathPredicate& attribute) {
  return attribute.path.size() == 1 && !attribute.path.front().starts_with('*') &&
         !attribute.predicate.one_of.empty();
}

/// Of a rule whose every key names a value; empty otherwise.
std::vector<TraitValue> keys_of(const When& when) {
  std::vector<TraitValue> all;
  for (const PathPredicates& key : when.keys) {
    const auto exact = std::ranges::find_if(key, names_values);
    if (exact == key.end()) return {};
    for (const Value& value : exact->predicate.one_of) {
      all.push_back({{Kind::key, exact->path.front()}, lookup_text(value)});
    }
  }
  return all;
}

std::vector<TraitValue> header_of(const When& when) {
  std::vector<TraitValue> all;
  const auto exact = std::ranges::find_if(when.headers, [](const When::HeaderPredicate& header) {
    return !header.predicate.absent && !header.predicate.one_of.empty();
  });
  if (exact == when.headers.end()) return {};
  for (const Value& value : exact->predicate.one_of) {
    all.push_back({{Kind::header, exact->name}, lookup_text(value)});
  }
  return all;
}

std::vector<TraitValue> sdks_of(const When& when) {
  std::vector<std::string> names;
  std::ranges::transform(when.sdks, std::back_inserter(names),
                         [](const SdkName& sdk) { return core::lower_case(sdk.name); });
  return all_of(Kind::sdk, names);
}

void see_keys(CallView& call, const std::string& attribute, const TableName* table,
              const See& see) {
  const auto show = [&](const std::optional<Value>& value) {
    if (value) see(lookup_text(*value));
  };
  if (const auto& outline = call.outline(); outline && outline->item()) {
    const auto here = cassettes::member(*outline->item(), attribute);
    if (!here) return;
    if (const auto value = key_value(*here)) return show(value);
  }
  for (const Subject& subject : call.subjects()) {
    if (table && !subject.on(table->name)) continue;
    const auto& item = subject.key ? *subject.key : *subject.item;
    const auto member = item.is_object() ? item.find(attribute) : item.end();
    if (member != item.end()) show(value_of(*member));
  }
}

}  // namespace

std::vector<TraitValue> traits_of(const When& when) {
  // Those first that tell the most calls apart.
  if (auto keys = keys_of(when); !keys.empty()) return keys;
  if (auto header = header_of(when); !header.empty()) return header;
  if (!when.indexes.empty()) return all_of(Kind::index, when.indexes);
  if (!when.sessions.empty()) return all_of(Kind::session, when.sessions);
  if (!when.sdks.empty()) return sdks_of(when);
  return all_of(Kind::region, when.regions);
}

void see_values(CallView& call, const Trait& trait, const TableName* table, const See& see) {
  switch (trait.kind) {
    case Kind::key:
      return see_keys(call, trait.name, table, see);
    case Kind::header:
      if (const auto value = call.exchange().request().headers.get(trait.name)) {
        see(lookup_text(Value(std::string(*value))));
      }
      return;
    case Kind::index:
      for (const std::string& index : call.indexes()) see(index);
      return;
    case Kind::session:
      return see(std::string(call.exchange().session()));
    case Kind::sdk:
      for (const Product& product : call.products()) see(core::lower_case(product.name));
      return;
    case Kind::region:
      return see(call.call().identity().region);
  }
}

}  // namespace dynatape::interceptors
