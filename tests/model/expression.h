#pragma once

// Conditions and updates over a small grammar: each can be written as an expression of the service,
// and be worked out here, on items as their JSON ({"a":{"N":"1"}}), with nothing of the emulator's.

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dynatape::reference {

using nlohmann::json;
using Random = std::mt19937_64;

/// One in `of`.
bool chance(Random& random, std::uint64_t of);
std::size_t below(Random& random, std::size_t end);

/// A value that this attribute may have: each has a type of its own, which `c`, `a` and `g` break
/// now and then if `any_type`. The latter two are keys of indexes.
json random_value(Random& random, char attribute, bool any_type);

/// The placeholders of one request.
struct Placeholders {
  json values = json::object();

  std::string add(const json& value);
};

struct Condition {
  /// A comparator, or: and, or, not, between, in, exists, absent, type, begins, contains, size.
  std::string kind;
  std::string attribute;
  std::vector<json> values;
  std::vector<Condition> parts;

  [[nodiscard]] bool holds(const json& item) const;
  [[nodiscard]] std::string text(Placeholders& placeholders) const;
};

/// Over some of the attributes.
Condition random_condition(Random& random, std::string_view attributes, int depth = 2);

/// What one clause of an update does to one attribute.
struct Change {
  enum class Kind {
    set,
    set_sum,
    set_sum_or_first,
    set_appended,
    set_member,
    set_element,
    remove,
    remove_member,
    remove_element,
    add_number,
    add_to_set,
    delete_from_set,
  };

  Kind kind;
  std::string attribute;
  json value;

  /// Whether it is about an attribute as a whole.
  [[nodiscard]] bool top_level() const;
};

std::vector<Change> random_changes(Random& random);
std::string text(std::span<const Change> changes, Placeholders& placeholders);
/// The item after the changes; nullopt where the service refuses one of them.
std::optional<json> applied(std::span<const Change> changes, json item);

}  // namespace dynatape::reference
