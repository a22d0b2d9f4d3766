#pragma once

// Applies rules to one JSON document, in a walk that knows where a request or an answer holds
// attributes, and in another through all its texts. It changes what it finds in place.

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cassettes/body_redaction.h"
#include "cassettes/placed_values.h"

namespace dynatape::cassettes {

/// Parameters from before there were expressions: conditions by attribute.
inline constexpr std::string_view kLegacyConditions[] = {
    "Expected", "AttributeUpdates", "KeyConditions", "QueryFilter", "ScanFilter"};

/// One body being redacted.
class RedactionPass {
 public:
  /// `rules` and `pseudonyms` must outlive it.
  RedactionPass(const std::vector<CompiledRule>& rules, const Pseudonyms* pseudonyms,
                std::string_view operation);

  /// Of an answer: what is known of its request.
  void set_request(const RequestTrace& trace);
  /// Redacts `body`; how many values were replaced.
  int run(nlohmann::ordered_json& body);
  /// Of a request: what its answer needs.
  RequestTrace trace() { return {std::move(elements_), by_element_, std::move(echoes_)}; }

 private:
  using json = nlohmann::ordered_json;

  // Rules about attributes.
  void walk(json& node, const std::string& outer_table);
  void members(json& node, const std::string& table);
  void element(json& list, const std::string& table);
  void item(json& map, const std::string& table, bool may_drop);
  void members_of(json& map, PathSteps& path, const std::string& table, bool may_drop);
  /// Whether it is to be dropped; only where it may be.
  bool value(json& typed, PathSteps& path, const std::string& table, bool may_drop = false);
  void leaf(json& typed, const std::string& tag, const CompiledRule& rule);

  // The same, where expressions and conditions name them.
  void legacy(json& node, const std::string& table);
  void expressions(json& node, const std::string& table);
  void all_values(json& values, std::string_view text, const AttributeNames& names,
                  const std::string& table);
  std::string statement(json& node);

  // Rules by path and by pattern, which know nothing of attributes.
  void strings(json& node, PathSteps& path);
  bool dropped(const PathSteps& path);
  void text_member(json& text, std::string_view tag, const PathSteps& path);

  [[nodiscard]] const CompiledRule* rule_for(const PathSteps& path, const std::string& table) const;

  // Single values.
  std::string replace(std::string_view tag, std::string_view text, const CompiledRule& rule);
  std::string replace_matches(std::string_view text, const CompiledRule& rule);
  std::string replacement(std::string_view tag, std::string_view text, const CompiledRule& rule);
  /// A token that holds a key and means nothing to a program.
  std::string opaque(const std::string& token);

  std::vector<const CompiledRule*> rules_;
  std::vector<const CompiledRule*> patterns_;  ///< those that look at every text
  const Pseudonyms* pseudonyms_;
  std::string_view operation_;
  std::string table_;
  std::vector<std::string> elements_;
  bool by_element_ = false;
  std::vector<std::pair<std::string, std::string>> echoes_;
  bool answer_ = false;
  int replaced_ = 0;
};

}  // namespace dynatape::cassettes
