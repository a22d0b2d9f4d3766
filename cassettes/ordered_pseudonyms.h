#pragma once

// Pseudonyms that sort as the values do for which they stand. They give away that order, by choice,
// and with it more than other pseudonyms: see docs/redaction.md. A pseudonym carries a check, so
// that it is known as one and stands for itself.
//
// Text and binary go eight bytes at a time, each block by a function that what stands before it
// chooses, so that the order is that of the bytes: "p", 17 characters for each block, and a check
// of 7; 11 bytes for each block, and a check of 4. Numbers: 38 digits, by their first 30.

#include <functional>
#include <string>
#include <string_view>

namespace dynatape::cassettes {

class OrderedPseudonyms {
 public:
  /// A keyed function from a label and a text to 32 bytes.
  using Mac = std::function<std::string(std::string_view label, std::string_view text)>;
  explicit OrderedPseudonyms(Mac mac) : mac_(std::move(mac)) {}

  [[nodiscard]] std::string of_text(std::string_view text) const;
  /// Of a number as the service writes it.
  [[nodiscard]] std::string of_number(std::string_view number) const;
  [[nodiscard]] std::string of_bytes(std::string_view bytes) const;

  [[nodiscard]] bool is_text(std::string_view text) const;
  [[nodiscard]] bool is_number(std::string_view number) const;
  [[nodiscard]] bool is_bytes(std::string_view bytes) const;

 private:
  Mac mac_;
};

}  // namespace dynatape::cassettes
