#pragma once

// Makes of a request and its answer what a tape may hold: without what proves an identity (access
// key ids, session tokens and signatures, wherever they turn up, in every encoding that scrub.h
// names), without what has the form of a credential, and as the user's rules say. The same code
// serves saving, matching and loading. What only looks like a credential it does not replace: it
// says that it must not be stored. Safe to call from any thread.

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cassettes/body_redaction.h"
#include "cassettes/pseudonyms.h"
#include "cassettes/redaction_rules.h"
#include "cassettes/scrub.h"
#include "core/message.h"

namespace dynatape::cassettes {

/// The access key id, session token and signature that `request` carries, where long enough.
[[nodiscard]] std::vector<std::string> secrets_of(const core::Request& request);

/// `target` without the parameters of a presigned request.
[[nodiscard]] std::string unsigned_target(std::string_view target);

/// Rules, with the key of their pseudonyms, ready for use. Immutable.
class Redaction {
 public:
  Redaction() : Redaction(RedactionRules(), "") {}
  /// `key` may be empty where no rule makes pseudonyms.
  Redaction(RedactionRules rules, std::string key);
  Redaction(const Redaction&) = delete;
  Redaction& operator=(const Redaction&) = delete;

  /// Bodies by the rules about attributes and paths.
  [[nodiscard]] BodyRedaction body() const { return {compiled_, pseudonyms()}; }
  /// What is replaced in any text. `patterns`: also those of the rules.
  [[nodiscard]] Search search(std::span<const std::string> secrets, bool patterns) const;
  [[nodiscard]] bool allows(std::string_view id, std::span<const std::string> place) const;

 private:
  [[nodiscard]] const Pseudonyms* pseudonyms() const {
    return pseudonyms_ ? &*pseudonyms_ : nullptr;
  }

  std::vector<CompiledRule> compiled_;
  std::vector<const CompiledRule*> patterns_;
  std::vector<std::pair<std::string, PathSteps>> allowed_;
  std::optional<Pseudonyms> pseudonyms_;
  CredentialSearch credentials_;
};

/// What redacting a request found, for its answer to go on with.
struct RedactionReport {
  bool gated = false;                  ///< whether the gate is to look
  int replaced = 0;                    ///< values and secrets
  std::optional<std::string> refusal;  ///< why it must not be stored: where, what, what allows it
  RequestTrace trace;
};

class Redactor {
 public:
  /// `known`: secrets that no request shows, such as the proxy's own secret access key. `stages`
  /// are applied one after the other.
  explicit Redactor(const std::vector<std::string>& known,
                    std::vector<std::shared_ptr<const Redaction>> stages = {
                        std::make_shared<const Redaction>()});

  /// Everything to look for in this exchange: what is known, what `request` carries, and the
  /// credentials that requests before it carried.
  [[nodiscard]] std::vector<std::string> secrets(const core::Request& request);

  /// The request as a tape holds it.
  [[nodiscard]] core::Request redacted(const core::Request& request,
                                       std::span<const std::string> secrets,
                                       RedactionReport& report) const;
  /// The answer to the request that `report` is of.
  [[nodiscard]] core::Response redacted(const core::Request& request,
                                        const core::Response& response,
                                        std::span<const std::string> secrets,
                                        RedactionReport& report) const;

 private:
  void clean(std::string& text, std::string_view part, bool patterns,
             std::span<const std::string> secrets, RedactionReport& report) const;

  const std::vector<std::shared_ptr<const Redaction>> stages_;
  std::mutex mutex_;
  std::vector<std::string> credentials_;  ///< guarded by mutex_; the known ones, then the latest
  std::size_t known_;
};

}  // namespace dynatape::cassettes
