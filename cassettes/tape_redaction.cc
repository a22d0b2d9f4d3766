#include "cassettes/tape_redaction.h"

#include <algorithm>
#include <utility>

#include "cassettes/encoded.h"
#include "core/digest.h"

namespace dynatape::cassettes {
namespace {

constexpr std::string_view kRules = "redaction";
constexpr std::string_view kKey = "pseudonym_key";
constexpr std::string_view kKeyCheck = "pseudonym_key_check";

std::unexpected<core::Error> failed(const Store& store, const std::string& why) {
  return core::failure("cassette " + store.path() + ": " + why);
}

/// The key that the tape at `old` keeps; "" where it keeps none.
std::string key_of(Connection& old) {
  auto row = old.prepare("SELECT value FROM setting WHERE name = 'pseudonym_key'");
  if (!row) return "";
  const auto found = row->step();
  return found && *found ? decode_hex(row->bytes(0)).value_or("") : "";
}

/// Whether a tape made by `kept` can hold what `asked` would replace.
bool goes_beyond(const RedactionRules& asked, const RedactionRules& kept) {
  const bool rules = !asked.rules.empty() && asked.rules != kept.rules;
  return rules || std::ranges::any_of(kept.removed, [&](const std::string& id) {
           return std::ranges::find(asked.removed, id) == asked.removed.end();
         });
}

}  // namespace

core::Result<TapeRedaction> make_redactor(Store& store, const CassetteOptions& options,
                                          Connection* old, TapeUse use) {
  TapeRedaction redaction;
  if (use.fresh) {
    const auto rules = options.redaction.value_or(RedactionRules());
    std::string key = options.pseudonym_key;
    const bool own_key = !key.empty();
    if (!own_key && old) key = key_of(*old);
    if (key.empty()) key = options.new_key;
    if (auto kept = keep_rules(store, rules, key, own_key); !kept) {
      return std::unexpected(kept.error());
    }
    redaction.stages.push_back(std::make_shared<const Redaction>(rules, std::move(key)));
    return redaction;
  }
  const auto kept = kept_rules(store, options.pseudonym_key);
  if (!kept) return std::unexpected(kept.error());
  redaction.stages.push_back(std::make_shared<const Redaction>(kept->rules, kept->key));
  if (!options.redaction || !goes_beyond(*options.redaction, kept->rules)) return redaction;
  if (use.records) {
    return failed(store,
                  "it was recorded with other redaction rules; apply these to it first: dynatape "
                  "cassette redact " +
                      store.path() + " --rules FILE");
  }
  std::string key = kept->key.empty() ? options.pseudonym_key : kept->key;
  if (key.empty()) key = options.new_key;
  redaction.overlay = std::make_shared<const Redaction>(*options.redaction, std::move(key));
  redaction.stages.push_back(redaction.overlay);
  return redaction;
}

std::function<void(Recording&)> lens_of(std::shared_ptr<const Redaction> redaction) {
  const auto redactor = std::make_shared<const Redactor>(
      std::vector<std::string>(), std::vector<std::shared_ptr<const Redaction>>{redaction});
  return [redactor](Recording& recording) {
    RedactionReport report;
    const core::Request request = std::exchange(recording.request, {});
    recording.request = redactor->redacted(request, {}, report);
    recording.response = redactor->redacted(request, recording.response, {}, report);
    recording.redactions += report.replaced;
  };
}

core::Result<void> keep_rules(Store& store, const RedactionRules& rules, const std::string& key,
                              bool own_key) {
  auto done = store.set(kRules, to_text(rules));
  if (!done || !rules.pseudonymises()) return done;
  if (key.empty()) return failed(store, "its rules make pseudonyms, which need a key");
  done = store.set(kKeyCheck, Pseudonyms(key).key_check());
  if (done && !own_key) done = store.set(kKey, core::hex(key));
  return done;
}

core::Result<KeptRules> kept_rules(Store& store, const std::string& own_key) {
  KeptRules kept;
  const auto text = store.setting(kRules);
  const auto key = store.setting(kKey);
  const auto check = store.setting(kKeyCheck);
  for (const auto* setting : {&text, &key, &check}) {
    if (!*setting) return std::unexpected(setting->error());
  }
  if (text->empty()) return kept;
  auto rules = redaction_rules_from(*text);
  if (!rules) return failed(store, rules.error().message);
  kept = {std::move(*rules), decode_hex(*key).value_or(""), true};
  if (!kept.rules.pseudonymises()) return kept;
  if (kept.key.empty()) kept.key = own_key;
  if (kept.key.empty()) {
    return failed(store, "its pseudonyms have a key of yours; set DYNATAPE_PSEUDONYM_KEY to it");
  }
  if (Pseudonyms(kept.key).key_check() != *check) {
    return failed(store,
                  "DYNATAPE_PSEUDONYM_KEY is not the key that its pseudonyms were made with");
  }
  return kept;
}

}  // namespace dynatape::cassettes
