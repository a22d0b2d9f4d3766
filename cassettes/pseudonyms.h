#pragma once

// Values that stand for others: the same value has the same pseudonym wherever it occurs, and only
// who has the key can tell which. A pseudonym carries a check, so that it is known as one and
// stands for itself: a program that sends back what a tape answered finds its call. Immutable.
//
// Text: 21 characters, or as long as the power of two below the value's length where that is more;
// an e-mail address stays one, a UUID stays one. Numbers: 16 digits, exact in a double. Binary: 16
// bytes, or the power of two below.

#include <cstdint>
#include <string>
#include <string_view>

#include "cassettes/ordered_pseudonyms.h"

namespace dynatape::cassettes {

class Pseudonyms {
 public:
  /// Of a key of any length that is not empty.
  explicit Pseudonyms(std::string key) : key_(std::move(key)) {}

  enum class Order {
    hidden,
    kept,  ///< they sort as the values do: see ordered_pseudonyms.h
  };
  /// The empty text stands for itself.
  [[nodiscard]] std::string of_text(std::string_view text, Order order = Order::hidden) const;
  /// Of a number's text, whatever its form; text that is no number stays.
  [[nodiscard]] std::string of_number(std::string_view number, Order order = Order::hidden) const;
  [[nodiscard]] std::string of_bytes(std::string_view bytes, Order order = Order::hidden) const;

  [[nodiscard]] bool is_text(std::string_view text) const;
  [[nodiscard]] bool is_number(std::string_view number) const;
  [[nodiscard]] bool is_bytes(std::string_view bytes) const;

  /// Tells whether two have one key, and nothing about it.
  [[nodiscard]] std::string key_check() const;

 private:
  [[nodiscard]] std::string mac(std::string_view label, std::string_view value) const;
  [[nodiscard]] OrderedPseudonyms ordered() const;
  [[nodiscard]] std::string stream(std::string_view label, std::string_view value,
                                   std::size_t length) const;
  [[nodiscard]] std::string word_from(std::string_view body, std::size_t length) const;
  [[nodiscard]] std::string uuid_from(std::string_view body) const;
  [[nodiscard]] std::string number_from(std::uint64_t body) const;
  [[nodiscard]] std::string bytes_from(std::string_view body, std::size_t length) const;

  std::string key_;
};

/// HMAC-SHA-256, 32 bytes.
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view message);

}  // namespace dynatape::cassettes
