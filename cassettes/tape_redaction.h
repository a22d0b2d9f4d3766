#pragma once

// Which redaction holds for a tape: the one it was recorded with, which it keeps in its settings,
// and the one that the user asks for now.

#include <functional>
#include <memory>
#include <vector>

#include "cassettes/cassette.h"
#include "cassettes/redaction.h"
#include "cassettes/sqlite.h"
#include "cassettes/store.h"

namespace dynatape::cassettes {

struct TapeRedaction {
  /// What live requests, and what is recorded, go through, in order.
  std::vector<std::shared_ptr<const Redaction>> stages;
  /// What the recordings on the tape go through when they are read; null where they are right.
  std::shared_ptr<const Redaction> overlay;
};

struct TapeUse {
  bool fresh;    ///< nothing is on the tape yet
  bool records;  ///< something will be
};

/// A fresh tape is told its rules. `old`: the tape that it is to replace, whose key it takes over,
/// so that the same recording gives the same tape; null where there is none.
[[nodiscard]] core::Result<TapeRedaction> make_redactor(Store& store,
                                                        const CassetteOptions& options,
                                                        Connection* old, TapeUse use);

/// Applies `redaction` to a recording that is read.
[[nodiscard]] std::function<void(Recording&)> lens_of(std::shared_ptr<const Redaction> redaction);

/// Writes `rules` and what is needed to use them with `key` to the tape's settings. The key itself
/// is stored where it is not the user's own.
[[nodiscard]] core::Result<void> keep_rules(Store& store, const RedactionRules& rules,
                                            const std::string& key, bool own_key);

/// The rules that the tape keeps, and the key of their pseudonyms: the stored one, or
/// `own_key`, which must be the right one. Without rules: the default ones.
struct KeptRules {
  RedactionRules rules;
  std::string key;
  bool kept = false;  ///< whether the tape says anything about redaction
};
[[nodiscard]] core::Result<KeptRules> kept_rules(Store& store, const std::string& own_key);

}  // namespace dynatape::cassettes
