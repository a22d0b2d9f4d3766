#pragma once

// HTTP header fields in the order they were sent; names compare without case, repeated names are
// kept.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynatape::core {

class Headers {
 public:
  using Field = std::pair<std::string, std::string>;

  Headers() = default;
  Headers(std::initializer_list<Field> fields) : fields_(fields) {}

  /// The first value of `name`, or nullopt. The view lives until the headers change.
  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
  [[nodiscard]] bool contains(std::string_view name) const { return get(name).has_value(); }

  /// Makes room for that many fields.
  void reserve(std::size_t fields) { fields_.reserve(fields); }
  void add(std::string name, std::string value);
  /// Replaces every field called `name` by one, in the place of the first.
  void set(std::string_view name, std::string value);
  void erase(std::string_view name);

  [[nodiscard]] auto begin() const { return fields_.begin(); }
  [[nodiscard]] auto end() const { return fields_.end(); }
  [[nodiscard]] std::size_t size() const { return fields_.size(); }
  [[nodiscard]] bool empty() const { return fields_.empty(); }

  bool operator==(const Headers&) const = default;

 private:
  std::vector<Field> fields_;
};

/// ASCII comparison without case, as HTTP header names need.
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);

/// Equal for names that are equal ignoring case.
[[nodiscard]] std::string lower_case(std::string_view name);

}  // namespace dynatape::core
