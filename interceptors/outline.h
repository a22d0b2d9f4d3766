#pragma once

// A call about one item or one table at a glance: its table and its key, without the document that
// rules ask closer questions of. It is what a call that no rule is about pays for the rules.

#include <optional>
#include <string_view>

#include "core/exchange.h"
#include "emulator/wire/json.h"
#include "interceptors/predicate.h"

namespace dynatape::interceptors {

class Outline {
 public:
  /// nullopt where the operation may name several tables, or the body is no request of it. The
  /// outline lives until this thread parses its next wire::Json.
  [[nodiscard]] static std::optional<Outline> of(const core::Exchange& exchange);

  /// As the call names it: TableName.
  [[nodiscard]] std::string_view table() const { return table_; }

  /// What the call gives as Key or Item, where that is all that it is about.
  [[nodiscard]] const std::optional<wire::Json>& item() const { return item_; }

 private:
  Outline(std::string_view table, std::optional<wire::Json> item) : table_(table), item_(item) {}

  std::string_view table_;
  std::optional<wire::Json> item_;
};

/// The value of a key attribute, {"S": "a"}, {"N": "1"} or {"B": "YQ=="}; nullopt for all else.
[[nodiscard]] std::optional<Value> key_value(const wire::Json& attribute);

}  // namespace dynatape::interceptors
