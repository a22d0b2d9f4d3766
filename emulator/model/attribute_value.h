#pragma once

// The ten types of DynamoDB values, as plain values. Sets are kept sorted and free of duplicates,
// maps sorted by name, so that equality is the service's: sets and maps unordered, lists ordered,
// numbers by value.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "emulator/model/number.h"

namespace dynatape::model {

class AttributeValue;
struct Attribute;

struct Null {
  auto operator<=>(const Null&) const = default;
};

/// Raw bytes, already decoded from base64.
struct Binary {
  std::string bytes;
  auto operator<=>(const Binary&) const = default;
};

/// A set: sorted in the service's order (bytes or numeric value), no duplicates, never empty in a
/// stored item.
template <class T>
struct SetOf {
  std::vector<T> members;
  bool operator==(const SetOf&) const = default;
};
using StringSet = SetOf<std::string>;
using NumberSet = SetOf<Number>;
using BinarySet = SetOf<Binary>;

using List = std::vector<AttributeValue>;

/// Attributes sorted by name (bytewise), each name once: the M type and the whole item.
class Map {
 public:
  Map();
  Map(std::initializer_list<Attribute> attributes);
  /// In any order; of attributes with one name the last counts.
  [[nodiscard]] static Map of(std::vector<Attribute> attributes);
  Map(const Map&);
  Map(Map&&) noexcept;
  Map& operator=(const Map&);
  Map& operator=(Map&&) noexcept;
  ~Map();

  [[nodiscard]] const AttributeValue* find(std::string_view name) const;
  [[nodiscard]] AttributeValue* find(std::string_view name);
  /// Inserts or replaces.
  void set(std::string name, AttributeValue value);
  /// True if there was one.
  bool erase(std::string_view name);
  void reserve(std::size_t count);

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool empty() const;
  [[nodiscard]] const Attribute* begin() const;
  [[nodiscard]] const Attribute* end() const;

  bool operator==(const Map& other) const;

 private:
  std::vector<Attribute> attributes_;
};

/// In the order of the alternatives of AttributeValue's variant.
enum class Type { s, n, b, boolean, null, ss, ns, bs, l, m };

/// "S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M".
[[nodiscard]] std::string_view type_name(Type type);

class AttributeValue {
 public:
  using Variant = std::variant<std::string, Number, Binary, bool, Null, StringSet, NumberSet,
                               BinarySet, List, Map>;

  template <class T>
    requires(!std::same_as<std::remove_cvref_t<T>, AttributeValue> &&
             std::constructible_from<Variant, T>)
  AttributeValue(T&& value) : value_(std::forward<T>(value)) {}  // NOLINT(bugprone-forwarding-*)

  [[nodiscard]] Type type() const { return static_cast<Type>(value_.index()); }
  template <class T>
  [[nodiscard]] const T* get() const {
    return std::get_if<T>(&value_);
  }
  template <class T>
  [[nodiscard]] T* get() {
    return std::get_if<T>(&value_);
  }
  [[nodiscard]] const Variant& variant() const { return value_; }

  bool operator==(const AttributeValue&) const = default;

 private:
  Variant value_;
};

struct Attribute {
  std::string name;
  AttributeValue value;

  bool operator==(const Attribute&) const = default;
};

using Item = Map;

/// Bytes the service charges for a value: strings and binaries their length, BOOL and NULL 1, lists
/// and maps 3 + 1 per element + elements (a map's names included).
[[nodiscard]] std::size_t size_bytes(const AttributeValue& value);
/// Names and values of a whole item.
[[nodiscard]] std::size_t size_bytes(const Item& item);

}  // namespace dynatape::model
