#include "cassettes/drift.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "cassettes/canonical.h"
#include "cassettes/effects.h"
#include "cassettes/json_difference.h"

namespace dynatape::cassettes {
namespace {

using nlohmann::json;

/// Members that the service makes up anew or brings up to date in its own time.
constexpr std::array<std::string_view, 21> kMadeUp = {
    "ApproximateCreationDateTime",
    "BackupCreationDateTime",
    "CreationDateTime",
    "EndingSequenceNumber",
    "IndexSizeBytes",
    "ItemCount",
    "LastDecreaseDateTime",
    "LastIncreaseDateTime",
    "LastUpdateDateTime",
    "LastUpdateToPayPerRequestDateTime",
    "LatestStreamLabel",
    "NextShardIterator",
    "NextToken",
    "NumberOfDecreasesToday",
    "SequenceNumber",
    "ShardId",
    "ShardIterator",
    "StartingSequenceNumber",
    "TableId",
    "TableSizeBytes",
    "eventID",
};

/// Answers that say how the service was doing, not what it means.
constexpr std::array<std::string_view, 6> kPassing = {
    "InternalServerError",  "LimitExceededException", "ProvisionedThroughputExceededException",
    "RequestLimitExceeded", "ThrottlingException",    "TransactionInProgressException"};

/// What a request got from an answer, and which no other upstream knows.
constexpr std::array<std::string_view, 4> kHandles = {"BackupArn", "ExportArn", "NextToken",
                                                      "ShardIterator"};

json message_of(const json& body) {
  for (const char* name : {"message", "Message"}) {
    if (body.is_object() && body.contains(name)) return body[name];
  }
  return nullptr;
}

/// Region and account of every ARN replaced, and the label of a stream.
std::string anywhere(std::string text) {
  constexpr std::string_view kArn = "arn:aws";
  for (std::size_t at = text.find(kArn); at != std::string::npos; at = text.find(kArn, at + 1)) {
    const auto service = text.find(':', at + kArn.size());
    const auto region = service == std::string::npos ? service : text.find(':', service + 1);
    const auto account = region == std::string::npos ? region : text.find(':', region + 1);
    const auto end = account == std::string::npos ? account : text.find(':', account + 1);
    if (end == std::string::npos) break;
    text.replace(region + 1, end - region - 1, "*:*");
  }
  constexpr std::string_view kStream = "/stream/";
  if (const auto label = text.find(kStream); text.starts_with(kArn) && label != std::string::npos) {
    text.resize(label + kStream.size());
  }
  return text;
}

/// `value` without what may differ.
void settle(json& value) {
  if (value.is_string()) value = anywhere(value.get<std::string>());
  if (value.is_object()) {
    for (const std::string_view name : kMadeUp) {
      const auto member = value.find(name);
      if (member == value.end()) continue;
      // An attribute of an item may have the same name: its value is an object.
      if (!member->is_structured()) *member = "made up";
    }
  }
  if (!value.is_structured()) return;
  for (json& inner : value) settle(inner);
}

void sort(json& items) {
  if (items.is_array()) std::sort(items.begin(), items.end());
}

json settled(std::string_view operation, json body) {
  settle(body);
  if (!body.is_object()) return body;
  if (operation == "Scan" && body.contains("Items")) sort(body["Items"]);
  if (operation == "BatchGetItem" && body.contains("Responses")) {
    for (json& items : body["Responses"]) sort(items);
  }
  if (operation == "ListTagsOfResource" && body.contains("Tags")) sort(body["Tags"]);
  if (body.contains("Table") && body["Table"].is_object()) {
    for (const char* name :
         {"AttributeDefinitions", "GlobalSecondaryIndexes", "LocalSecondaryIndexes"}) {
      if (body["Table"].contains(name)) sort(body["Table"][name]);
    }
  }
  return body;
}

/// The canonical form as a document; nullopt where the body is no JSON.
std::optional<json> document(const std::string& body) {
  const auto canonical = canonical_json(body);
  if (!canonical) return std::nullopt;
  return json::parse(*canonical);
}

std::string text_of(const json& value) {
  return value.is_null() ? "" : value.dump(-1, ' ', false, json::error_handler_t::replace);
}

DriftKind kind_of(const JsonDifference& difference) {
  if (difference.left.empty() || difference.right.empty()) return DriftKind::shape;
  const auto type = [](const std::string& text) { return json::parse(text).type_name(); };
  return std::string_view(type(difference.left)) == type(difference.right) ? DriftKind::value
                                                                           : DriftKind::shape;
}

}  // namespace

std::string_view name_of(DriftKind kind) {
  switch (kind) {
    case DriftKind::status:
      return "status";
    case DriftKind::error_type:
      return "error type";
    case DriftKind::message:
      return "message";
    case DriftKind::shape:
      return "shape";
    case DriftKind::value:
      return "value";
  }
  return "";
}

std::vector<Drift> drift_of(std::string_view operation, const core::Response& recorded,
                            const core::Response& answered) {
  const auto before = document(recorded.body);
  const auto now = document(answered.body);
  const std::string type_before = error_type(recorded.body);
  const std::string type_now = error_type(answered.body);
  if (recorded.status != answered.status) {
    const auto told = [](int status, const std::string& type) {
      return type.empty() ? std::to_string(status)
                          : "\"" + std::to_string(status) + " " + type + "\"";
    };
    return {{DriftKind::status, "", told(recorded.status, type_before),
             told(answered.status, type_now)}};
  }
  if (type_before != type_now) {
    return {{DriftKind::error_type, "__type", text_of(type_before), text_of(type_now)}};
  }
  if (!before || !now) {
    if (recorded.body == answered.body) return {};
    return {{before || now ? DriftKind::shape : DriftKind::value, "", text_of(recorded.body),
             text_of(answered.body)}};
  }
  json was = settled(operation, *before);
  json is = settled(operation, *now);
  std::vector<Drift> drifts;
  if (!type_before.empty()) {
    const json said = message_of(was);
    const json says = message_of(is);
    if (said != says)
      drifts.push_back({DriftKind::message, "message", text_of(said), text_of(says)});
    for (json* body : {&was, &is}) {
      for (const char* name : {"__type", "message", "Message"}) body->erase(name);
    }
  }
  for (const JsonDifference& one : json_differences(was, is)) {
    drifts.push_back({kind_of(one), one.path, one.left, one.right});
  }
  return drifts;
}

std::string_view not_comparable(const core::Request& request, const core::Response& recorded) {
  if (recorded.status >= 500) return "the recorded answer is a failure of the service";
  const auto answer = json::parse(recorded.body, nullptr, /*allow_exceptions=*/false);
  const std::string type = recorded.status == 200 ? "" : error_type(recorded.body);
  if (std::ranges::find(kPassing, type) != kPassing.end()) {
    return "the recorded answer says that the service was busy";
  }
  const auto asked = json::parse(request.body, nullptr, /*allow_exceptions=*/false);
  if (!asked.is_object()) return "";
  for (const std::string_view name : kHandles) {
    if (asked.contains(name)) return "it asks with a handle that an earlier answer gave";
  }
  return "";
}

}  // namespace dynatape::cassettes
