#include "cassettes/review_entries.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "cassettes/canonical.h"
#include "cassettes/generated.h"
#include "cassettes/review_cutter.h"

namespace dynatape::cassettes {
namespace {

using nlohmann::json;

class Marker {
 public:
  explicit Marker(const Recording& recording) : recording_(recording) {}

  /// Sorts a list by what is certain of its entries.
  void mark(json& list) {
    if (!list.is_array()) return;
    std::vector<std::pair<std::string, std::size_t>> order;
    bool generated = false;
    for (const json& entry : list) {
      ReviewCutter cutter(recording_.started);
      cutter.append_json(entry.dump());
      ReviewLine line;
      line.pieces = cutter.pieces();
      generated = generated || line.pieces.size() > 1;
      order.emplace_back(line.skeleton(), order.size());
    }
    std::ranges::sort(order);
    json sorted = json::array();
    for (std::size_t i = 0; i < order.size(); ++i) {
      const bool like = i > 0 && order[i].first == order[i - 1].first;
      if (generated) sorted.push_back(like ? kLikeEntry : kFirstEntry);
      sorted.push_back(std::move(list[order[i].second]));
    }
    if (generated) sorted.push_back(kEndOfEntries);
    list = std::move(sorted);
  }

  /// Those anywhere within `node`.
  void sets(json& node) {
    if (node.is_object()) {
      for (auto& [name, member] : node.items()) {
        const bool set = name == "SS" || name == "NS" || name == "BS";
        if (set && member.is_array()) {
          mark(member);
        } else {
          sets(member);
        }
      }
    } else if (node.is_array()) {
      for (json& element : node) sets(element);
    }
  }

  /// Whether its items stand in an order that a value made anew decides.
  [[nodiscard]] bool has_identifiers(const json& items) const {
    return std::ranges::any_of(find_generated(items.dump(), recording_.started),
                               [](const Generated& one) { return one.kind != "time"; });
  }

 private:
  const Recording& recording_;
};

std::optional<json> parsed(const std::string& body) {
  const auto canonical = canonical_json(body);
  return canonical ? std::optional(json::parse(*canonical)) : std::nullopt;
}

json* object_in(json& node, const char* name) {
  const auto found = node.is_object() ? node.find(name) : node.end();
  return found != node.end() && found->is_object() ? &*found : nullptr;
}

}  // namespace

std::optional<std::string> reviewed_request(const Recording& recording) {
  auto body = parsed(recording.request.body);
  if (!body) return std::nullopt;
  Marker marker(recording);
  marker.sets(*body);
  const bool gets = recording.operation == "BatchGetItem";
  if (json* tables = object_in(*body, "RequestItems");
      tables && (gets || recording.operation == "BatchWriteItem")) {
    for (auto& entries : *tables) {
      if (!gets) marker.mark(entries);
      if (gets && entries.is_object() && entries.contains("Keys")) marker.mark(entries["Keys"]);
    }
  }
  return body->dump();
}

std::optional<std::string> reviewed_answer(const Recording& recording) {
  auto body = parsed(recording.response.body);
  if (!body) return std::nullopt;
  Marker marker(recording);
  marker.sets(*body);
  if (body->is_object() && body->contains("Items")) {
    json& items = (*body)["Items"];
    const bool query = recording.operation == "Query" && marker.has_identifiers(items);
    if (query || recording.operation == "Scan") marker.mark(items);
  }
  if (json* tables = object_in(*body, "Responses");
      tables && recording.operation == "BatchGetItem") {
    for (auto& items : *tables) marker.mark(items);
  }
  return body->dump();
}

}  // namespace dynatape::cassettes
