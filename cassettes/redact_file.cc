#include "cassettes/redact_file.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "cassettes/kept_match_rules.h"
#include "cassettes/redaction.h"
#include "cassettes/store.h"
#include "cassettes/swap.h"
#include "cassettes/tape_index.h"
#include "cassettes/tape_redaction.h"

namespace dynatape::cassettes {
namespace {

constexpr std::string_view kUnfinished = ".redacting";
constexpr std::int64_t kPage = 256;

/// What the tape was made with, and what is asked for now.
RedactionRules together(const RedactionRules& kept, const std::optional<RedactionRules>& asked) {
  if (!asked) return kept;
  RedactionRules rules = *asked;
  // A default rule that was applied once is not taken back.
  std::erase_if(rules.removed, [&](const std::string& id) {
    return std::ranges::find(kept.removed, id) == kept.removed.end();
  });
  std::vector<RedactionRule> all = kept.rules;
  for (const RedactionRule& rule : asked->rules) {
    if (std::ranges::find(all, rule) == all.end()) all.push_back(rule);
  }
  rules.rules = std::move(all);
  for (const Allowance& one : kept.allowed) {
    if (std::ranges::find(rules.allowed, one) == rules.allowed.end()) rules.allowed.push_back(one);
  }
  return rules;
}

void redact(Recording& recording, Redactor& redactor, RedactedFile& result) {
  RedactionReport report;
  report.gated = true;
  const auto secrets = redactor.secrets(recording.request);
  const core::Request request = std::exchange(recording.request, {});
  recording.request = redactor.redacted(request, secrets, report);
  recording.response = redactor.redacted(request, recording.response, secrets, report);
  recording.key = fingerprint_of(recording.request, core::find_operation(recording.operation));
  recording.redactions += report.replaced;
  ++result.recordings;
  result.replaced += static_cast<std::size_t>(report.replaced);
  if (report.replaced > 0) ++result.changed;
  if (report.refusal) {
    result.suspicions.push_back("#" + std::to_string(recording.id) + " " + recording.operation +
                                ": " + *report.refusal);
  }
}

core::Result<void> copy(Store& from, Store& to, Redactor& redactor, RedactedFile& result) {
  std::int64_t last = 0;
  for (;;) {
    auto page = from.page(last, kPage);
    if (!page) return std::unexpected(page.error());
    if (page->empty()) return {};
    last = page->back().id;
    std::vector<const Recording*> redacted;
    for (Recording& recording : *page) {
      redact(recording, redactor, result);
      redacted.push_back(&recording);
    }
    if (auto done = to.append(redacted); !done) return done;
  }
}

core::Result<RedactedFile> write_redacted(const RedactFileOptions& options,
                                          const std::string& path) {
  auto old = Store::open(options.path);
  if (!old) return std::unexpected(old.error());
  const auto kept = kept_rules(**old, options.pseudonym_key);
  if (!kept) return std::unexpected(kept.error());
  const RedactionRules rules = together(kept->rules, options.rules);
  // Values that have pseudonyms already cannot get others.
  const bool stored = !kept->key.empty() && kept->key != options.pseudonym_key;
  std::string key = stored ? kept->key : options.pseudonym_key;
  const bool own_key = !stored && !key.empty();
  if (key.empty()) key = options.new_key;
  auto fresh = Store::record(path);
  if (!fresh) return std::unexpected(fresh.error());
  RedactedFile result;
  Redactor redactor(options.secrets, {std::make_shared<const Redaction>(rules, key)});
  auto done = keep_rules(**fresh, rules, key, own_key);
  const auto match = kept_match_rules(**old);
  if (!match) return std::unexpected(match.error());
  if (done && !match->empty()) done = keep_match_rules(**fresh, *match);
  if (done) done = copy(**old, **fresh, redactor, result);
  if (done) done = close_with_index(**fresh);
  if (!done) return std::unexpected(done.error());
  return result;
}

}  // namespace

core::Result<RedactedFile> redact_file(const RedactFileOptions& options) {
  const std::string path = options.path + std::string(kUnfinished);
  // Also tells a missing file from one that is no cassette.
  if (auto readable = Store::open(options.path); !readable) {
    return std::unexpected(readable.error());
  }
  auto held = hold(options.path);
  if (!held) return std::unexpected(held.error());
  // What a killed run left; nobody else writes it while the old tape is held.
  for (const char* part : {"", "-wal", "-journal"}) std::remove((path + part).c_str());
  auto result = write_redacted(options, path);
  if (result) {
    if (auto moved = move_over(path, options.path); !moved) result = std::unexpected(moved.error());
  }
  if (!result) {
    for (const char* part : {"", "-wal", "-journal"}) std::remove((path + part).c_str());
  }
  return result;
}

}  // namespace dynatape::cassettes
