#include "cassettes/tape_settings.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cassettes/each_recording.h"
#include "cassettes/encoded.h"
#include "cassettes/kept_match_rules.h"
#include "cassettes/match_rules_text.h"
#include "cassettes/pseudonyms.h"
#include "cassettes/redaction_rules.h"

namespace dynatape::cassettes {
namespace {

using nlohmann::json;

constexpr std::string_view kRules = "redaction";
constexpr std::string_view kKey = "pseudonym_key";
constexpr std::string_view kKeyCheck = "pseudonym_key_check";
constexpr std::string_view kMatch = "match";
constexpr std::array<std::string_view, 4> kCopied = {kMatch, kKey, kKeyCheck, kRules};

/// Whether its value is JSON, which is no string in lines.
bool is_json(std::string_view name) { return name == kRules || name == kMatch; }
constexpr std::string_view kLine = R"({"settings":)";

std::string value_of(const TapeSettings& settings, std::string_view name) {
  const auto found = settings.values.find(std::string(name));
  return found == settings.values.end() ? "" : found->second;
}

/// Tapes say it though they need not.
TapeSettings without_defaults(TapeSettings settings) {
  const auto rules = settings.values.find(std::string(kRules));
  if (rules != settings.values.end() && rules->second == to_text(RedactionRules())) {
    settings.values.erase(rules);
  }
  return settings;
}

core::Result<void> check(const TapeSettings& settings) {
  const std::string match = value_of(settings, kMatch);
  const auto matching = match.empty() ? MatchRules() : match_rules_from(match);
  if (!matching) return core::failure("settings.match: " + matching.error().message);
  if (value_of(settings, kRules).empty()) return {};
  const auto rules = redaction_rules_from(value_of(settings, kRules));
  if (!rules) return core::failure("settings.redaction: " + rules.error().message);
  const std::string check = value_of(settings, kKeyCheck);
  if (rules->pseudonymises() && check.empty()) {
    return core::failure("settings.pseudonym_key_check is missing, and the rules make pseudonyms");
  }
  const std::string key = value_of(settings, kKey);
  if (key.empty()) return {};
  const auto bytes = decode_hex(key);
  if (!bytes || Pseudonyms(*bytes).key_check() != check) {
    return core::failure(
        "settings.pseudonym_key is not the key that settings.pseudonym_key_check is of");
  }
  return {};
}

}  // namespace

core::Result<TapeSettings> settings_of(Store& store) {
  TapeSettings settings;
  for (const std::string_view name : kCopied) {
    auto value = store.setting(name);
    if (!value) return std::unexpected(value.error());
    if (!value->empty()) settings.values.emplace(name, *std::move(value));
  }
  return without_defaults(std::move(settings));
}

core::Result<TapeSettings> settings_of(const std::string& path) {
  std::error_code ignored;
  if (path.empty() || std::filesystem::file_size(path, ignored) == 0) return TapeSettings();
  if (!holds_lines(path)) {
    const auto store = Store::open(path);
    if (!store) return std::unexpected(store.error());
    return settings_of(**store);
  }
  std::ifstream file(path, std::ios::binary);
  std::string line;
  while (line.empty() && std::getline(file, line)) {
  }
  if (!is_settings_line(line)) return TapeSettings();
  auto settings = settings_from(line);
  if (!settings) return core::failure(path + ": " + settings.error().message);
  return settings;
}

core::Result<void> keep_settings(Store& store, const TapeSettings& settings) {
  for (const auto& [name, value] : settings.values) {
    if (auto done = store.set(name, value); !done) return done;
  }
  return {};
}

namespace {

/// Match rules say what does not matter, so those of both hold.
void join_match_rules(TapeSettings& settings, const TapeSettings& theirs) {
  const std::string other = value_of(theirs, kMatch);
  const std::string own = value_of(settings, kMatch);
  if (other.empty() || other == own) return;
  const auto first = own.empty() ? MatchRules() : match_rules_from(own);
  const auto second = match_rules_from(other);
  if (first && second) {
    settings.values[std::string(kMatch)] = to_text(joined(*first, *second));
  }
}

}  // namespace

core::Result<TapeSettings> merged_settings(TapeSettings base, TapeSettings ours,
                                           TapeSettings theirs) {
  join_match_rules(ours, theirs);
  for (TapeSettings* settings : {&base, &theirs}) {
    settings->values.erase(std::string(kMatch));
    const std::string match = value_of(ours, kMatch);
    if (!match.empty()) settings->values.emplace(kMatch, match);
  }
  if (ours == theirs || theirs == base) return ours;
  if (ours == base) return theirs;
  if (value_of(ours, kRules) == value_of(theirs, kRules)) {
    return core::failure(
        "the pseudonyms of ours and of theirs have different keys; record one of them again with "
        "mode all over the other, or both with DYNATAPE_PSEUDONYM_KEY");
  }
  return core::failure(
      "ours and theirs were recorded with different redaction rules; record one of them again with "
      "the rules of the other");
}

std::optional<std::string> settings_line(const TapeSettings& settings) {
  if (settings.values.empty()) return std::nullopt;
  json values = json::object();
  for (const auto& [name, value] : settings.values) {
    values[name] = is_json(name) ? json::parse(value) : json(value);
  }
  return std::string(kLine) + values.dump(-1, ' ', false, json::error_handler_t::replace) + "}";
}

bool is_settings_line(std::string_view line) { return line.starts_with(kLine); }

core::Result<TapeSettings> settings_from(std::string_view line) {
  const json document = json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object() || document.size() != 1 || !document["settings"].is_object()) {
    return core::failure("settings is no JSON object that stands alone in its line");
  }
  TapeSettings settings;
  for (const auto& [name, value] : document["settings"].items()) {
    const bool known = std::ranges::find(kCopied, name) != kCopied.end();
    if (!known) return core::failure("settings." + name + " is no setting that a tape has");
    if (is_json(name) ? !value.is_object() : !value.is_string()) {
      return core::failure("settings." + name + " is " + value.dump() + ", not " +
                           (is_json(name) ? "an object" : "a string"));
    }
    settings.values.emplace(name, is_json(name) ? value.dump() : value.get<std::string>());
  }
  if (auto right = check(settings); !right) return std::unexpected(right.error());
  // In the one form that tapes have.
  if (const auto rules = redaction_rules_from(value_of(settings, kRules))) {
    settings.values[std::string(kRules)] = to_text(*rules);
  }
  if (const auto match = match_rules_from(value_of(settings, kMatch))) {
    settings.values[std::string(kMatch)] = to_text(*match);
  }
  return without_defaults(std::move(settings));
}

}  // namespace dynatape::cassettes
