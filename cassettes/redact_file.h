#pragma once

// Redacts a tape that exists: a new file with the same recordings takes its place, so that nothing
// of the old texts is left in it. Where that fails, the old one stays.

#include <optional>
#include <string>
#include <vector>

#include "cassettes/redaction_rules.h"
#include "core/result.h"

namespace dynatape::cassettes {

struct RedactFileOptions {
  std::string path;
  /// Beside those that the tape keeps; nullopt: these and the default ones.
  std::optional<RedactionRules> rules = {};
  std::vector<std::string> secrets = {};  ///< texts that no tape may hold
  std::string pseudonym_key = {};         ///< the user's own; empty: the tape keeps one
  std::string new_key = {};               ///< random bytes, for a tape that has none yet
};

struct RedactedFile {
  std::size_t recordings = 0;
  std::size_t changed = 0;              ///< recordings in which something was replaced
  std::size_t replaced = 0;             ///< values and secrets
  std::vector<std::string> suspicions;  ///< what is left and looks like a credential, a line each
};

[[nodiscard]] core::Result<RedactedFile> redact_file(const RedactFileOptions& options);

}  // namespace dynatape::cassettes
