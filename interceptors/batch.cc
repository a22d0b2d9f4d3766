#include "interceptors/batch.h"

#include <algorithm>

#include "core/json.h"
#include "interceptors/rewritten_call.h"

namespace dynatape::interceptors {
namespace {

using core::dumped;
using core::member;
using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::string_view kRefused = "the service refuses the batch as a whole";
constexpr std::size_t kMostKeys = 100;
constexpr std::size_t kMostWrites = 25;

/// The key or item of a write request, or nullptr where it has neither or both.
const json* written(const json& request) {
  const json* const put = member(request, "PutRequest");
  const json* const erase = member(request, "DeleteRequest");
  if ((put == nullptr) == (erase == nullptr)) return nullptr;
  const json* const attributes = put ? member(*put, "Item") : member(*erase, "Key");
  return attributes && attributes->is_object() ? attributes : nullptr;
}

/// What a call that consumed nothing says of it, where it was asked.
ordered_json nothing_consumed(const json& params, const json& tables) {
  const json* const asked = member(params, "ReturnConsumedCapacity");
  if (!asked || (*asked != "TOTAL" && *asked != "INDEXES")) return nullptr;
  ordered_json consumed = ordered_json::array();
  for (const auto& [table, entries] : tables.items()) {
    ordered_json one = {{"CapacityUnits", 0.0}};
    if (*asked == "INDEXES") one["Table"] = {{"CapacityUnits", 0.0}};
    one["TableName"] = table;
    consumed.push_back(std::move(one));
  }
  return consumed;
}

/// Adds the keys or write requests of `part` to what an upstream left unprocessed by itself.
void add_unprocessed(ordered_json& unprocessed, const json& part, bool reads) {
  for (const auto& [table, entries] : part.items()) {
    ordered_json& place = unprocessed[table];
    if (place.is_null()) {
      place = entries;
      continue;
    }
    ordered_json& list = reads ? place["Keys"] : place;
    for (const json& entry : reads ? entries.at("Keys") : entries) list.push_back(entry);
  }
}

}  // namespace

std::expected<Batch, std::string_view> Batch::of(const core::Call& call) {
  const bool reads = call.name() == "BatchGetItem";
  if (!reads && call.name() != "BatchWriteItem") return std::unexpected("the call is no batch");
  if (!rewritable(call)) return std::unexpected(kRefused);
  Batch batch(call.params(), reads);
  if (const std::string_view why = batch.take_entries(); !why.empty()) return std::unexpected(why);
  return batch;
}

/// Only what the service would take: a batch cut down must not pass where the whole one would not.
std::string_view Batch::take_entries() {
  const json* const tables = member(*params_, "RequestItems");
  if (!tables || !tables->is_object()) return kRefused;
  for (const auto& [table, asked] : tables->items()) {
    const json* const list = reads_ ? member(asked, "Keys") : &asked;
    if (!list || !list->is_array() || list->empty()) return kRefused;
    const std::size_t first = entries_.size();
    if (first + list->size() > (reads_ ? kMostKeys : kMostWrites)) return kRefused;
    for (const json& entry : *list) {
      const bool good = reads_ ? entry.is_object() : written(entry) != nullptr;
      const bool again = std::any_of(entries_.begin() + static_cast<std::ptrdiff_t>(first),
                                     entries_.end(), [&](const BatchEntry& other) {
                                       return attributes(other) == attributes({table, &entry});
                                     });
      if (!good || again) return kRefused;
      entries_.push_back({table, &entry});
    }
  }
  return entries_.empty() ? kRefused : std::string_view();
}

const json& Batch::attributes(const BatchEntry& entry) {
  const json* const attributes = written(*entry.entry);
  return attributes ? *attributes : *entry.entry;
}

json Batch::part(const LeftOut& left_out, bool value) const {
  json tables = json::object();
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (left_out[i] != value) continue;
    const std::string table(entries_[i].table);
    if (!reads_) {
      tables[table].push_back(*entries_[i].entry);
      continue;
    }
    json& asked = tables[table];
    if (asked.is_null()) {
      asked = params_->at("RequestItems").at(table);
      asked["Keys"] = json::array();
    }
    asked["Keys"].push_back(*entries_[i].entry);
  }
  return tables;
}

std::string Batch::without(const LeftOut& left_out) const {
  json params = *params_;
  params["RequestItems"] = part(left_out, false);
  return dumped(params);
}

std::string Batch::completed(std::string_view answer, const LeftOut& left_out) const {
  auto body = ordered_json::parse(answer, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object()) return {};
  const json missing = part(left_out, true);
  if (reads_) {
    // A table stands in the answer also where none of its keys was read.
    ordered_json& responses = body["Responses"];
    if (responses.is_null()) responses = ordered_json::object();
    if (!responses.is_object()) return {};
    for (const auto& [table, asked] : missing.items()) {
      if (!responses.contains(table)) responses[table] = ordered_json::array();
    }
  }
  ordered_json& unprocessed = body[reads_ ? "UnprocessedKeys" : "UnprocessedItems"];
  if (unprocessed.is_null()) unprocessed = ordered_json::object();
  if (!unprocessed.is_object()) return {};
  add_unprocessed(unprocessed, missing, reads_);
  return dumped(body);
}

bool Batch::complete(core::Result<core::Reply>& answer, const LeftOut& left_out) const {
  if (!answer || answer->response.status != 200) return false;
  std::string body = completed(answer->response.body, left_out);
  if (body.empty()) return false;
  answer->response.body = std::move(body);
  return true;
}

std::string Batch::all_unprocessed() const {
  const json& tables = params_->at("RequestItems");
  ordered_json body = ordered_json::object();
  if (auto consumed = nothing_consumed(*params_, tables); !consumed.is_null()) {
    body["ConsumedCapacity"] = std::move(consumed);
  }
  return completed(dumped(body), LeftOut(entries_.size(), true));
}

}  // namespace dynatape::interceptors
