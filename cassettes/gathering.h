#pragma once

// The effects of one call, gathered resource by resource: what names an item, a partition or a
// table, and how far a call reaches where its request does not tell.

#include <optional>
#include <string_view>

#include "cassettes/effects.h"
#include "emulator/wire/json.h"

namespace dynatape::cassettes {

class Gathering {
 public:
  explicit Gathering(const TableKeys& keys, bool writes) : keys_(keys), writes_(writes) {}

  void account(bool writes);
  void table(std::string_view name, Reach reach);
  /// The item in which the attributes of the table's key have these values.
  void item(std::string_view table_name, const std::optional<wire::Json>& holder, bool writes);
  void query(const wire::Json& request);

  Effects take() && { return std::move(effects_); }
  /// Whether the call, being one that writes, did.
  [[nodiscard]] bool writes() const { return writes_; }

 private:
  void add(Effect effect);

  const TableKeys& keys_;
  bool writes_;
  Effects effects_;
};

}  // namespace dynatape::cassettes
