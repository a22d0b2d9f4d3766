#pragma once

// Replaces secrets wherever they turn up in a text: as they are, and inside JSON and percent
// escapes, base64 (also in lines), hexadecimal, gzip, zlib, bare deflate and zstd, up to five
// encodings deep. It never fails: what hides a secret and cannot be cleaned is replaced as a whole.
// On the way it tells what else looks like a credential, and leaves that as it is.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cassettes/credentials.h"
#include "cassettes/gate.h"

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

  [[nodiscard]] bool empty() const { return secrets.empty() && !credentials && patterns.empty(); }
};

/// Replaces what `search` finds in `text`, in every encoding named above; how many were replaced.
/// What looks like a credential in what is left goes to `suspicion`, the first of it.
[[nodiscard]] int scrub(std::string& text, const Search& search,
                        std::optional<Suspicion>* suspicion = nullptr);
[[nodiscard]] int scrub(std::string& text, std::span<const std::string> secrets);

/// Whether a match of a pattern is a pseudonym or part of one.
[[nodiscard]] bool is_pseudonym_at(std::string_view text, Span match, const Pseudonyms& pseudonyms);

}  // namespace dynatape::cassettes
