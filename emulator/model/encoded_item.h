#pragma once

// An item as one compact run of bytes, readable in place: an answer, a condition or a filter walks
// it without building an Item. Equal values have equal bytes, so comparing two encodings compares
// what they mean.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/model/attribute_value.h"

namespace dynatape::model {

class AttributeViews;
class ValueViews;

/// One encoded value. Borrows the bytes it was made of.
class ValueView {
 public:
  ValueView(Type type, std::string_view payload) : type_(type), payload_(payload) {}

  [[nodiscard]] Type type() const { return type_; }

  /// s: the string; n: the number as the service writes it; b: the raw bytes. Empty for the others.
  [[nodiscard]] std::string_view text() const;
  [[nodiscard]] bool boolean() const;   ///< boolean only
  [[nodiscard]] Number number() const;  ///< n only
  /// ss, ns, bs (each member as s, n or b), l: the elements. Empty for the others.
  [[nodiscard]] ValueViews elements() const;
  /// m: the attributes, sorted by name. Empty for the others.
  [[nodiscard]] AttributeViews attributes() const;

  [[nodiscard]] AttributeValue decode() const;
  /// Bytes the service charges, as model::size_bytes.
  [[nodiscard]] std::size_t size_bytes() const;

  /// Same type and same value.
  bool operator==(const ValueView&) const = default;

 private:
  Type type_;
  std::string_view payload_;
};

/// The elements of an encoded list or set, in order: `for (ValueView element : elements)`.
class ValueViews {
 public:
  class Iterator {
   public:
    using value_type = ValueView;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    explicit Iterator(std::string_view rest) : rest_(rest) {}
    [[nodiscard]] ValueView operator*() const;
    Iterator& operator++();
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return rest_.empty(); }

   private:
    std::string_view rest_;
  };

  ValueViews(std::size_t count, std::string_view bytes) : count_(count), bytes_(bytes) {}
  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] Iterator begin() const { return Iterator(bytes_); }
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }

 private:
  std::size_t count_;
  std::string_view bytes_;
};

struct AttributeView {
  std::string_view name;
  ValueView value;
};

/// The attributes of an encoded map or item, sorted by name: `for (auto [name, value] : view)`.
class AttributeViews {
 public:
  class Iterator {
   public:
    using value_type = AttributeView;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    explicit Iterator(std::string_view rest) : rest_(rest) {}
    [[nodiscard]] AttributeView operator*() const;
    Iterator& operator++();
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return rest_.empty(); }

   private:
    std::string_view rest_;
  };

  AttributeViews(std::size_t count, std::string_view bytes) : count_(count), bytes_(bytes) {}
  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] Iterator begin() const { return Iterator(bytes_); }
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }
  [[nodiscard]] std::optional<ValueView> find(std::string_view name) const;

 private:
  std::size_t count_;
  std::string_view bytes_;
};

/// A whole encoded item. Borrows the bytes.
class ItemView {
 public:
  /// `bytes` as encode() made them.
  explicit ItemView(std::string_view bytes) : bytes_(bytes) {}

  [[nodiscard]] AttributeViews attributes() const;
  [[nodiscard]] std::optional<ValueView> find(std::string_view name) const {
    return attributes().find(name);
  }
  [[nodiscard]] Item decode() const;
  [[nodiscard]] std::string_view bytes() const { return bytes_; }

  bool operator==(const ItemView&) const = default;

 private:
  std::string_view bytes_;
};

/// Appends the encoding of `item` to `out`.
void encode(const Item& item, std::string& out);
[[nodiscard]] std::string encode(const Item& item);

}  // namespace dynatape::model
