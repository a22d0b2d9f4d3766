#pragma once

// The constraints of the service's model, and the violations collected into one message:
// "2 validation errors detected: Value null at 'tableName' failed to satisfy constraint: …; …".

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/model/service_error.h"
#include "emulator/wire/value_reader.h"
#include "emulator/wire/value_words.h"

namespace dynatape::wire {

/// Values allowed, as the service prints them: "[ALL_OLD, NONE]".
struct EnumSet {
  std::string_view printed;
  /// As the newer validation prints it for some members, without naming the member or its value;
  /// misspelt as the service has it. Empty where the newer one prints no differently.
  std::string_view nameless = {};

  [[nodiscard]] bool contains(std::string_view value) const;
};

/// Characters allowed, as the service prints them.
enum class Pattern { none, name };  ///< name: [a-zA-Z0-9_.-]+

struct Constraint {
  bool required = false;
  std::optional<std::int64_t> min = {};  ///< length of a string, list or map; value of a number
  std::optional<std::int64_t> max = {};
  Pattern pattern = Pattern::none;
  EnumSet one_of = {};
};

/// Where a value stands: `keySchema.1.member.keyType`. Costs nothing until it is printed.
class Path {
 public:
  constexpr Path() = default;

  [[nodiscard]] constexpr Path member(std::string_view name) const {
    return {this, name, 0, Step::member};
  }
  /// Elements count from 1.
  [[nodiscard]] constexpr Path element(std::size_t number) const {
    return {this, {}, number, Step::element};
  }
  [[nodiscard]] constexpr Path entry(std::string_view key) const {
    return {this, key, 0, Step::entry};
  }

  [[nodiscard]] std::string print() const;

 private:
  enum class Step { root, member, element, entry };

  constexpr Path(const Path* parent, std::string_view name, std::size_t number, Step step)
      : parent_(parent), name_(name), number_(number), step_(step) {}

  const Path* parent_ = nullptr;
  std::string_view name_;
  std::size_t number_ = 0;
  Step step_ = Step::root;
};

class Violations {
 public:
  explicit Violations(Wording wording = Wording::older) : wording_(wording) {}

  void missing(const Path& path);

  void check(const std::string& value, const Constraint& constraint, const Path& path);
  void check(std::int64_t value, const Constraint& constraint, const Path& path);
  void check(std::int32_t value, const Constraint& constraint, const Path& path) {
    check(std::int64_t{value}, constraint, path);
  }
  /// The size of a list or map; `print` gives the value as Java prints it, if it is needed.
  template <class Print>
  void check_size(std::size_t size, const Constraint& constraint, const Path& path, Print print) {
    const auto count = static_cast<std::int64_t>(size);
    if (constraint.min && count < *constraint.min) too_short(print(), *constraint.min, path);
    if (constraint.max && count > *constraint.max) too_long(print(), *constraint.max, path);
  }

  /// A violation in words of its own.
  void add(std::string text) { texts_.push_back(std::move(text)); }

  [[nodiscard]] bool any() const { return !texts_.empty(); }
  /// All of them as one ValidationException.
  [[nodiscard]] model::ServiceError error() const;

 private:
  void too_short(std::string_view value, std::int64_t min, const Path& path);
  void too_long(std::string_view value, std::int64_t max, const Path& path);
  void violate(std::string_view value, const Path& path, std::string_view demand);

  Wording wording_;
  std::vector<std::string> texts_;
};

}  // namespace dynatape::wire
