#include "cassettes/volatile.h"

#include <deque>
#include <string>

#include "cassettes/generated.h"

namespace dynatape::cassettes {
namespace {

/// Cuts leaves at the values that find_generated() knows.
class Cutter {
 public:
  explicit Cutter(core::TimePoint around) : around_(around) {}

  void operator()(const Leaf& leaf, std::vector<Part>& parts) {
    if (leaf.node.kind == Node::Kind::path) return;
    if (leaf.node.bound) return parts.push_back({leaf.node.text, kNamed});
    const std::string_view text = leaf.node.text;
    std::size_t at = 0;
    for (const Generated& found : find_generated(text, around_)) {
      if (found.begin > at) parts.push_back({text.substr(at, found.begin - at), ""});
      parts.push_back({text.substr(found.begin, found.end - found.begin), tag(found)});
      at = found.end;
    }
    if (at > 0 && at < text.size()) parts.push_back({text.substr(at), ""});
  }

 private:
  std::string_view tag(const Generated& found) {
    if (found.offset.empty()) return found.kind;
    return tags_.emplace_back(std::string(found.kind) + found.offset);
  }

  const core::TimePoint around_;
  std::deque<std::string> tags_;  ///< parts look into them
};

}  // namespace

Shape volatile_shape(const core::Request& request, const core::Operation* operation,
                     core::TimePoint around, const MatchRules& rules) {
  if (!rules.binds() && !may_be_volatile(request.body, around))
    return {fingerprint_of(request, operation, rules), {}, {}};
  Cutter cutter(around);
  return shape_of(meaning_of(request, operation, rules), std::ref(cutter));
}

bool may_be_volatile(std::string_view body, core::TimePoint around) {
  return body.contains('\\') || !find_generated(body, around).empty();
}

}  // namespace dynatape::cassettes
