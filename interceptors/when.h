#pragma once

// Which calls a rule is about, and which of these it picks. A value; who counts is the interceptor
// that runs the rules.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/operation.h"
#include "core/time.h"
#include "interceptors/call_view.h"
#include "interceptors/predicate.h"
#include "interceptors/stage.h"
#include "interceptors/table_name.h"

namespace dynatape::interceptors {

/// "aws-sdk-js", "boto3/1.26": a version means all that begin with it.
struct SdkName {
  std::string name;
  std::string version;  ///< empty: any

  [[nodiscard]] bool fits(const Product& product) const;
  bool operator==(const SdkName&) const = default;
};

/// From one instant to another, the latter not included.
struct Period {
  core::TimePoint from, to;
  bool operator==(const Period&) const = default;
};

/// The same hours of every day (UTC); over midnight where `to` is not after `from`.
struct Daily {
  core::Duration from, to;
  bool operator==(const Daily&) const = default;
};

struct Window {
  std::variant<Period, Daily> hours;

  [[nodiscard]] bool contains(core::TimePoint time) const;
  bool operator==(const Window&) const = default;
};

/// So many calls that it picks, then so many that it does not, and again.
struct Sequence {
  std::uint64_t fail = 1;
  std::uint64_t pass = 1;
  std::optional<std::uint64_t> rounds;  ///< nullopt: for ever

  [[nodiscard]] bool picks(std::uint64_t ordinal) const;
  /// The first from `from` on that it picks; Ordinals::kNever where there is none.
  [[nodiscard]] std::uint64_t next(std::uint64_t from) const;
  bool operator==(const Sequence&) const = default;
};

/// Which of the calls that a rule fits it picks, counted from 1: those from `first` to `last` that
/// `every` divides and the sequence picks.
struct Ordinals {
  /// No call comes so late.
  static constexpr std::uint64_t kNever = ~std::uint64_t{0};

  std::uint64_t first, last, every;
  const Sequence* sequence;  ///< nullptr: all

  [[nodiscard]] bool has(std::uint64_t ordinal) const {
    return ordinal >= first && ordinal <= last && (every == 1 || ordinal % every == 0) &&
           (!sequence || sequence->picks(ordinal));
  }
  /// No ordinal from `from` on is picked before that one; it may be picked itself.
  [[nodiscard]] std::uint64_t none_before(std::uint64_t from) const;
};

struct When {
  struct HeaderPredicate {
    std::string name;
    Predicate predicate;
    bool operator==(const HeaderPredicate&) const = default;
  };

  std::vector<const core::Operation*> operations;  ///< empty: all
  std::vector<TableName> tables;                   ///< empty: all
  std::vector<std::string> indexes;                ///< empty: all, and none
  std::vector<PathPredicates> keys;  ///< one of them must hold, for some item; empty: any
  PathPredicates item;               ///< of a whole item that the call has
  PathPredicates body;
  std::vector<HeaderPredicate> headers;
  std::vector<std::string> regions;   ///< empty: all
  std::vector<std::string> sessions;  ///< empty: all
  std::vector<SdkName> sdks;          ///< empty: all, and none
  std::optional<Window> between;

  std::optional<std::uint64_t> nth;
  std::optional<std::uint64_t> first;
  std::optional<std::uint64_t> every;
  std::optional<std::uint64_t> after;
  std::optional<Sequence> sequence;
  bool per_key = false;                 ///< the five above count each key by itself
  std::vector<std::uint64_t> attempts;  ///< empty: all
  double probability = 1;

  /// Whether it asks anything of a call beyond its operation and tables.
  [[nodiscard]] bool asks() const;
  /// Whether a call of a right operation and table is what it asks for.
  [[nodiscard]] bool fits(CallView& call) const;

  /// Whether it matters how many calls matched before.
  [[nodiscard]] bool counts() const { return nth || first || every || after || sequence; }
  /// What nth, first, every, after and sequence say together. It must not outlive this.
  [[nodiscard]] Ordinals ordinals() const;
  [[nodiscard]] bool picks_attempt(std::uint64_t attempt) const;
  /// Whether there is an ordinal that it picks.
  [[nodiscard]] bool picks_any() const;

  bool operator==(const When&) const = default;

 private:
  [[nodiscard]] bool fits_items(CallView& call) const;
  [[nodiscard]] bool fits_caller(CallView& call) const;
};

/// "every call", "PutItem and UpdateItem on orders, the 3rd call of each key, with probability
/// 0.2".
[[nodiscard]] std::string describe(const When& when, Stage stage = Stage::call);

}  // namespace dynatape::interceptors
