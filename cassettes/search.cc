#include "cassettes/search.h"

#include <re2/re2.h>

#include <algorithm>

#include "cassettes/body_redaction.h"

namespace dynatape::cassettes {
namespace {

void add_matches(std::string_view bytes, const CompiledRule& rule, const Pseudonyms* pseudonyms,
                 std::vector<Span>& found) {
  re2::StringPiece match;
  const re2::StringPiece all(bytes.data(), bytes.size());
  for (std::size_t from = 0;
       from < bytes.size() &&
       rule.pattern->Match(all, from, bytes.size(), RE2::UNANCHORED, &match, 1);) {
    const auto begin = static_cast<std::size_t>(match.data() - bytes.data());
    const Span span{begin, begin + match.size()};
    from = std::max(span.end, from + 1);
    // A part of REDACTED is one.
    const auto near = bytes.substr(begin - std::min(begin, kRedacted.size() - 1));
    const auto redacted = near.find(kRedacted);
    const bool done = redacted != std::string_view::npos &&
                      near.data() + redacted <= match.data() &&
                      near.data() + redacted + kRedacted.size() >= match.data() + match.size();
    const bool stays = pseudonyms && is_pseudonym_at(bytes, span, *pseudonyms);
    if (!match.empty() && !done && !stays) found.push_back(span);
  }
}

}  // namespace

std::vector<Span> Search::finds(std::string_view bytes, bool decoded) const {
  std::vector<Span> found;
  for (const std::string& secret : secrets) {
    for (auto at = bytes.find(secret); at != std::string_view::npos;
         at = bytes.find(secret, at + secret.size())) {
      found.push_back({at, at + secret.size()});
    }
  }
  if (credentials) {
    for (auto one = credentials->find(bytes, 0); one; one = credentials->find(bytes, one->end)) {
      if (bytes.substr(one->begin, one->end - one->begin) != kRedacted) found.push_back(*one);
    }
  }
  if (!patterns_inside_only || decoded) {
    for (const CompiledRule* rule : patterns) add_matches(bytes, *rule, pseudonyms, found);
  }
  if (found.size() < 2) return found;
  std::ranges::sort(found);
  std::vector<Span> apart;
  for (const Span& one : found) {
    if (apart.empty() || one.begin >= apart.back().end) {
      apart.push_back(one);
    } else {
      apart.back().end = std::max(apart.back().end, one.end);
    }
  }
  return apart;
}

bool is_pseudonym_at(std::string_view text, Span match, const Pseudonyms& pseudonyms) {
  const auto belongs = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '@' || c == '.' || c == '-';
  };
  if (pseudonyms.is_text(text.substr(match.begin, match.end - match.begin))) return true;
  while (match.begin > 0 && belongs(text[match.begin - 1])) --match.begin;
  while (match.end < text.size() && belongs(text[match.end])) ++match.end;
  while (match.end > match.begin && text[match.end - 1] == '.') --match.end;
  return pseudonyms.is_text(text.substr(match.begin, match.end - match.begin));
}

}  // namespace dynatape::cassettes
