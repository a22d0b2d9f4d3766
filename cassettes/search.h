#pragma once

// What is looked for in a text that may hold secrets, and where it stands in one. Looks at the text
// as it is: scrub.h looks behind encodings.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cassettes/credentials.h"

namespace dynatape::cassettes {

struct CompiledRule;
class Pseudonyms;

/// Stands where a secret stood. In a compressed value it replaces the value.
inline constexpr std::string_view kRedacted = "REDACTED";

/// Shorter values are not looked for in bodies: they are the dummies of tests ("x", "test"), which
/// every item may hold. AWS makes no credential that short.
inline constexpr std::size_t kShortestSecret = 16;

/// What is looked for.
struct Search {
  std::span<const std::string> secrets = {};           ///< these texts
  const CredentialSearch* credentials = nullptr;       ///< what has the form of a credential
  std::span<const CompiledRule* const> patterns = {};  ///< what matches the rules' patterns ...
  const Pseudonyms* pseudonyms = nullptr;              ///< ... and is no pseudonym of these
  bool patterns_inside_only = false;  ///< only where the text is encoded: it is clean as it stands

  /// In order, none overlapping another. `decoded`: the text was encoded.
  [[nodiscard]] std::vector<Span> finds(std::string_view bytes, bool decoded) const;

  [[nodiscard]] bool empty() const { return secrets.empty() && !credentials && patterns.empty(); }
};

/// Whether a match of a pattern is a pseudonym or part of one.
[[nodiscard]] bool is_pseudonym_at(std::string_view text, Span match, const Pseudonyms& pseudonyms);

}  // namespace dynatape::cassettes
