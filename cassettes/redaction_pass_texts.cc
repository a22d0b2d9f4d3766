// The part of a redaction that goes through every text of a document, and what becomes of a value.

#include <re2/re2.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cassettes/redaction_pass.h"
#include "cassettes/scrub.h"
#include "emulator/wire/base64.h"

namespace dynatape::cassettes {
namespace {

constexpr std::size_t kShortestEcho = 4;  // of values looked for in an error's message

}  // namespace

void RedactionPass::strings(json& node, PathSteps& path) {
  if (node.is_object()) {
    for (auto at = node.begin(); at != node.end();) {
      path.push_back(at.key());
      const bool drop = dropped(path);
      const bool typed = node.size() == 1 && path.size() > 1;
      if (!drop && at.value().is_string()) {
        text_member(at.value(), typed ? std::string_view(at.key()) : "", path);
      } else if (!drop) {
        strings(at.value(), path);
      }
      path.pop_back();
      if (drop) {
        at = node.erase(at);
      } else {
        ++at;
      }
    }
  } else if (node.is_array()) {
    const std::string tag = path.empty() ? "" : path.back();
    const bool set = tag == "SS" || tag == "NS" || tag == "BS";
    for (std::size_t i = 0; i < node.size(); ++i) {
      path.push_back("[" + std::to_string(i) + "]");
      if (node[i].is_string()) {
        text_member(node[i], set ? std::string_view(tag).substr(0, 1) : "", path);
      } else {
        strings(node[i], path);
      }
      path.pop_back();
    }
  }
}

/// By a rule about this path.
bool RedactionPass::dropped(const PathSteps& path) {
  const bool drop = std::ranges::any_of(rules_, [&](const CompiledRule* rule) {
    return rule->rule.action == RedactionAction::drop && !rule->path.empty() &&
           covers(rule->path, path);
  });
  if (drop) ++replaced_;
  return drop;
}

void RedactionPass::text_member(json& member, std::string_view tag, const PathSteps& path) {
  std::string text = member.get<std::string>();
  for (const CompiledRule* rule : rules_) {
    if (!rule->attribute.empty()) continue;
    if (!rule->path.empty() && !covers(rule->path, path)) continue;
    if (!rule->path.empty()) {
      text = replace(tag, text, *rule);
    } else if (tag != "B" && tag != "N") {
      text = replace_matches(text, *rule);
    }
  }
  replaced_ +=
      scrub(text, {.patterns = patterns_, .pseudonyms = pseudonyms_, .patterns_inside_only = true});
  // An error repeats what it is about.
  if (answer_ && path.size() == 1 && (path[0] == "message" || path[0] == "Message")) {
    for (const auto& [original, other] : echoes_) {
      if (original.size() < kShortestEcho || original == other) continue;
      for (auto at = text.find(original); at != std::string::npos;
           at = text.find(original, at + other.size())) {
        text.replace(at, original.size(), other);
        ++replaced_;
      }
    }
  }
  member = std::move(text);
}

std::string RedactionPass::replace(std::string_view tag, std::string_view text,
                                   const CompiledRule& rule) {
  if (rule.pattern) {
    const bool other_type = tag == "N" || tag == "B";
    return other_type ? std::string(text) : replace_matches(text, rule);
  }
  std::string other = replacement(tag, text, rule);
  if (other == text) return other;
  ++replaced_;
  if (!answer_) echoes_.emplace_back(text, other);
  return other;
}

std::string RedactionPass::replace_matches(std::string_view text, const CompiledRule& rule) {
  std::string replaced;
  std::size_t copied = 0;
  re2::StringPiece match;
  const re2::StringPiece all(text.data(), text.size());
  for (std::size_t from = 0;
       from < text.size() &&
       rule.pattern->Match(all, from, text.size(), RE2::UNANCHORED, &match, 1);) {
    const auto begin = static_cast<std::size_t>(match.data() - text.data());
    from = std::max(begin + match.size(), from + 1);
    if (match.empty()) continue;
    const std::string_view found = text.substr(begin, match.size());
    if (pseudonyms_ && is_pseudonym_at(text, {begin, begin + match.size()}, *pseudonyms_)) continue;
    const std::string other = replacement("S", found, rule);
    if (other == found) continue;
    replaced.append(text, copied, begin - copied).append(other);
    copied = begin + match.size();
    ++replaced_;
  }
  return replaced.append(text, copied);
}

std::string RedactionPass::replacement(std::string_view tag, std::string_view text,
                                       const CompiledRule& rule) {
  const bool mask = rule.rule.action != RedactionAction::pseudonym || !pseudonyms_;
  const auto order = rule.rule.ordered ? Pseudonyms::Order::kept : Pseudonyms::Order::hidden;
  if (tag == "N") return mask ? "0" : pseudonyms_->of_number(text, order);
  if (tag == "B") {
    const auto bytes = wire::decode_base64(text);
    std::string encoded;
    wire::append_base64(encoded, mask || !bytes ? kRedacted : pseudonyms_->of_bytes(*bytes, order));
    return encoded;
  }
  if (text.empty()) return "";
  return mask ? std::string(kRedacted) : pseudonyms_->of_text(text, order);
}

std::string RedactionPass::opaque(const std::string& token) {
  std::string other = pseudonyms_ ? pseudonyms_->of_text(token) : std::string(kRedacted);
  if (other != token) ++replaced_;
  return other;
}

}  // namespace dynatape::cassettes
