#pragma once

// What a rule asks of a value in a request: that it is there, equal to something, in a range. A
// value is one of DynamoDB, {"N": "5"}, or plain JSON, 5: both mean the same.

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cassettes/redaction_rules.h"
#include "emulator/model/number.h"

namespace dynatape::interceptors {

/// Bytes as JSON writes them.
struct Base64 {
  std::string text;
  bool operator==(const Base64&) const = default;
};

/// A map, list or set, in a form of its own for each meaning: members sorted, numbers plain, sets
/// in order.
struct Document {
  std::string text;
  bool operator==(const Document&) const = default;
};

struct Null {
  bool operator==(const Null&) const = default;
};

using Value = std::variant<Null, bool, model::Number, std::string, Base64, Document>;

/// nullopt where it is nested deeper than any item of DynamoDB.
[[nodiscard]] std::optional<Value> value_of(const nlohmann::json& json);
/// As a reader writes it in plain JSON; maps and lists as they are.
[[nodiscard]] std::string to_text(const Value& value);

/// A text that is equal for equal values, and for no others: for looking them up.
[[nodiscard]] std::string lookup_text(const Value& value);

struct Predicate {
  std::vector<Value> one_of;  ///< empty: any
  std::optional<std::string> prefix;
  std::optional<Value> greater, less;      ///< numbers and strings only
  std::optional<Value> at_least, at_most;  ///< the same: the ends of between
  bool absent = false;                     ///< it is not to be there; then nothing else is asked

  /// `json` is nullptr where there is no such value. What is no number is never below one.
  [[nodiscard]] bool holds(const nlohmann::json* json) const;
  [[nodiscard]] bool holds(std::string_view text) const;

  bool operator==(const Predicate&) const = default;

 private:
  [[nodiscard]] bool holds(const Value& value) const;
};

/// "= 5", "is there", "begins with \"a\" and is below \"b\"".
[[nodiscard]] std::string describe(const Predicate& predicate);

/// A predicate for what stands at a path of a document. Where the path has * or [*], one of the
/// values there is enough.
struct PathPredicate {
  cassettes::PathSteps path;
  Predicate predicate;

  [[nodiscard]] bool holds(const nlohmann::json& document) const;
  bool operator==(const PathPredicate&) const = default;
};

/// All of them must hold.
using PathPredicates = std::vector<PathPredicate>;
[[nodiscard]] bool hold(const PathPredicates& predicates, const nlohmann::json& document);
/// "Item.status = \"open\" and Item.total is above 5".
[[nodiscard]] std::string describe(const PathPredicates& predicates);

}  // namespace dynatape::interceptors
