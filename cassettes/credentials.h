#pragma once

// The forms of credentials that their issuers publish: each with an id by which a rule file takes
// it from the default rules. Finds them in plain text; scrub.h looks behind encodings.

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace dynatape::cassettes {

/// A default rule: what it finds is replaced before it is stored.
struct Credential {
  std::string_view id;
  std::string_view help;
};

[[nodiscard]] std::span<const Credential> credentials();

/// A stretch of a text.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;

  auto operator<=>(const Span&) const = default;
};

class CredentialSearch {
 public:
  /// `removed`: ids of the table above that are not looked for.
  explicit CredentialSearch(std::span<const std::string> removed = {});

  /// The first credential that begins at or behind `from`.
  [[nodiscard]] std::optional<Span> find(std::string_view text, std::size_t from) const;

 private:
  [[nodiscard]] std::optional<Span> at(std::string_view text, std::size_t begin) const;

  std::bitset<65'536> starts_;  ///< the first two bytes of every form that is looked for
  std::array<std::uint64_t, 256> forms_{};  ///< by first byte, a bit for each that is looked for
};

}  // namespace dynatape::cassettes
