#pragma once

// Replaces secrets wherever they turn up in a text: as they are, and inside JSON and percent
// escapes, base64 (also in lines), hexadecimal, gzip, zlib, bare deflate and zstd, up to five
// encodings deep. It never fails: what hides a secret and cannot be cleaned is replaced as a whole.
// On the way it tells what else looks like a credential, and leaves that as it is.

#include <optional>
#include <span>
#include <string>

#include "cassettes/gate.h"
#include "cassettes/search.h"

namespace dynatape::cassettes {

/// Replaces what `search` finds in `text`, in every encoding named above; how many were replaced.
/// What looks like a credential in what is left goes to `suspicion`, the first of it.
[[nodiscard]] int scrub(std::string& text, const Search& search,
                        std::optional<Suspicion>* suspicion = nullptr);
[[nodiscard]] int scrub(std::string& text, std::span<const std::string> secrets);

}  // namespace dynatape::cassettes
