#pragma once

// A rule as a value: when it applies, and what it does then. It holds no counters: those live in
// the interceptor that runs the rules.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/operation.h"
#include "interceptors/fault.h"

namespace dynatape::interceptors {

/// A table as a rule names it: by its plain name, or by an ARN.
struct TableName {
  std::string name;    ///< without what an ARN puts around it
  std::string region;  ///< of the ARN; empty for a plain name
  std::string arn;     ///< as written, cut after the table; empty for a plain name

  bool operator==(const TableName&) const = default;
};

/// "orders", or "arn:aws:dynamodb:eu-west-1:111122223333:table/orders", also with an index, a
/// stream or a backup behind it. A text that is no table's ARN is a plain name.
[[nodiscard]] TableName parse_table_name(std::string_view text);

/// Whether `called`, as a call to `region` names its table, is the table that `ruled` means: an ARN
/// means itself, and the plain name in its own region; a plain name means every table so called.
[[nodiscard]] bool same_table(const TableName& ruled, const TableName& called,
                              std::string_view region);

/// Which calls a rule is about, and which of these it picks.
struct When {
  std::vector<const core::Operation*> operations;  ///< empty: all
  std::vector<TableName> tables;                   ///< empty: all
  std::optional<std::uint64_t> nth;
  std::optional<std::uint64_t> first;
  std::optional<std::uint64_t> every;
  std::optional<std::uint64_t> after;
  bool per_key = false;                 ///< the four above count each key by itself
  std::vector<std::uint64_t> attempts;  ///< empty: all
  double probability = 1;

  /// Whether it matters how many calls matched before.
  [[nodiscard]] bool counts() const { return nth || first || every || after; }
  /// Whether it picks the `ordinal`-th matching call, from 1.
  [[nodiscard]] bool picks(std::uint64_t ordinal) const;
  [[nodiscard]] bool picks_attempt(std::uint64_t attempt) const;
  /// Whether there is an ordinal that it picks.
  [[nodiscard]] bool picks_any() const;

  bool operator==(const When&) const = default;
};

/// "every call", "PutItem and UpdateItem on orders, the 3rd call of each key, with probability
/// 0.2".
[[nodiscard]] std::string describe(const When& when);

struct Rule {
  std::string name;
  When when;
  std::shared_ptr<const Fault> then;
  std::optional<std::uint64_t> times;  ///< deliver it no more often
};

}  // namespace dynatape::interceptors
