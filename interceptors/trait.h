#pragma once

// By what of a call the rules are found that want one value of it, so that a call does not meet the
// thousand others: the attribute of a key, a header, the index, the session, the SDK, the region.

#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "interceptors/call_view.h"
#include "interceptors/when.h"

namespace dynatape::interceptors {

struct Trait {
  enum class Kind { key, header, index, session, sdk, region };

  Kind kind;
  std::string name;  ///< of the key's attribute or the header; empty for the others

  auto operator<=>(const Trait&) const = default;
};

/// A trait and a value that it may have, as a text to look it up by.
struct TraitValue {
  Trait trait;
  std::string value;
};

/// A call that is what `when` asks for has one of these; empty: it may have any.
[[nodiscard]] std::vector<TraitValue> traits_of(const When& when);

/// Shows `see` each value that the trait has in the call. `table`: only items on that one count;
/// nullptr: those on any.
void see_values(CallView& call, const Trait& trait, const TableName* table,
                const std::function<void(const std::string& value)>& see);

}  // namespace dynatape::interceptors
