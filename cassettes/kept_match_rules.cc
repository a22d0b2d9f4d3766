#include "cassettes/kept_match_rules.h"

#include <algorithm>

#include "cassettes/match_rules_text.h"

namespace dynatape::cassettes {
namespace {

constexpr std::string_view kSetting = "match";

core::Result<MatchRules> rules_in(std::string_view text) {
  return text.empty() ? MatchRules() : match_rules_from(text);
}

}  // namespace

core::Result<MatchRules> kept_match_rules(Store& store) {
  const auto text = store.setting(kSetting);
  if (!text) return std::unexpected(text.error());
  auto rules = rules_in(*text);
  if (rules) return rules;
  return core::failure("cassette " + store.path() +
                       ": the match rules that it keeps: " + rules.error().message);
}

core::Result<MatchRules> kept_match_rules(const std::string& path) {
  auto store = Store::open(path);
  if (!store) return std::unexpected(store.error());
  return kept_match_rules(**store);
}

core::Result<MatchRules> kept_match_rules(Connection& held) {
  auto row = held.prepare("SELECT value FROM setting WHERE name = 'match'");
  if (!row) return std::unexpected(row.error());
  const auto found = row->step();
  if (!found) return std::unexpected(found.error());
  return rules_in(*found ? row->bytes(0) : "");
}

core::Result<void> keep_match_rules(Store& store, const MatchRules& rules) {
  return store.set(kSetting, to_text(rules));
}

core::Result<void> keep_match_rules(const std::string& path, const MatchRules& rules) {
  // Opened for reading first, because a recorder would make the file.
  auto kept = kept_match_rules(path);
  if (!kept) return std::unexpected(kept.error());
  auto store = Store::record(path);
  if (!store) return std::unexpected(store.error());
  auto done = keep_match_rules(**store, joined(*kept, rules));
  return done ? (*store)->close() : done;
}

MatchRules joined(const MatchRules& first, const MatchRules& second) {
  std::vector<MatchRule> all = first.rules();
  for (const MatchRule& rule : second.rules()) {
    if (std::ranges::find(all, rule) == all.end()) all.push_back(rule);
  }
  return MatchRules(std::move(all));
}

}  // namespace dynatape::cassettes
