#include "core/call.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/statement.h"

namespace dynatape::core {
namespace {

using nlohmann::json;

/// Splits off what stands before `separator`; `rest` becomes what follows it.
std::string_view take_until(std::string_view& rest, char separator) {
  const auto at = rest.find(separator);
  const auto head = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
  return head;
}

void add_once(std::vector<std::string>& tables, const json& name) {
  const auto* text = name.get_ptr<const std::string*>();
  if (text && std::ranges::find(tables, *text) == tables.end()) tables.push_back(*text);
}

/// Where a request names a table, by its name or by an ARN that begins with the table's: of a
/// stream, an index, a backup. A shard iterator of the service begins with its stream's ARN.
constexpr const char* kTableMembers[] = {"TableName", "SourceTableName", "TargetTableName"};
constexpr const char* kArnMembers[] = {"TableArn",    "SourceTableArn", "StreamArn",
                                       "ResourceArn", "BackupArn",      "ShardIterator"};

void add_statement(std::vector<std::string>& tables, const json& holder) {
  const json* text = member(holder, "Statement");
  if (!text || !text->is_string()) return;
  const std::string table = target_of_statement(text->get_ref<const std::string&>()).table;
  if (!table.empty()) add_once(tables, table);
}

void add_statements(std::vector<std::string>& tables, const json& params) {
  add_statement(tables, params);
  for (const char* list : {"Statements", "TransactStatements"}) {
    const json* statements = member(params, list);
    if (!statements || !statements->is_array()) continue;
    for (const json& one : *statements) add_statement(tables, one);
  }
}

std::vector<std::string> tables_of(const json& params) {
  std::vector<std::string> tables;
  for (const char* name : kTableMembers) {
    if (const json* table = member(params, name)) add_once(tables, *table);
  }
  for (const char* name : kArnMembers) {
    const json* arn = member(params, name);
    if (arn && arn->is_string() && arn->get_ref<const std::string&>().starts_with("arn:")) {
      add_once(tables, *arn);
    }
  }
  add_statements(tables, params);
  if (const json* items = member(params, "RequestItems"); items && items->is_object()) {
    for (const auto& [table, entries] : items->items()) add_once(tables, table);
  }
  if (const json* actions = member(params, "TransactItems"); actions && actions->is_array()) {
    for (const json& action : *actions) {
      if (!action.is_object()) continue;
      for (const json& target : action) {
        if (const json* name = member(target, "TableName")) add_once(tables, *name);
      }
    }
  }
  return tables;
}

/// `AKID/date/region/service/aws4_request`
Identity identity_in(std::string_view scope) {
  Identity identity;
  identity.access_key = take_until(scope, '/');
  take_until(scope, '/');  // the date
  identity.region = take_until(scope, '/');
  return identity;
}

/// As a presigned request says it in its query, where a slash is %2F.
Identity identity_in_query(std::string_view target) {
  constexpr std::string_view kCredential = "X-Amz-Credential=";
  const auto at = target.find(kCredential);
  if (at == std::string_view::npos) return {};
  std::string scope(target.substr(at + kCredential.size()));
  scope.resize(std::min(scope.find('&'), scope.size()));
  for (const auto* slash : {"%2F", "%2f"}) {
    for (auto found = scope.find(slash); found != std::string::npos; found = scope.find(slash)) {
      scope.replace(found, 3, "/");
    }
  }
  return identity_in(scope);
}

}  // namespace

Identity identity_of(const Headers& headers) {
  constexpr std::string_view kCredential = "Credential=";
  const auto authorization = headers.get("authorization").value_or("");
  const auto at = authorization.find(kCredential);
  if (at == std::string_view::npos) return {};
  const auto scope = authorization.substr(at + kCredential.size());
  return identity_in(scope.substr(0, scope.find_first_of(", ")));
}

Call::Call(const Request& request)
    : request_(request),
      operation_(operation_of_target(request.headers.get("x-amz-target").value_or(""))),
      identity_(request.headers.contains("authorization") ? identity_of(request.headers)
                                                          : identity_in_query(request.target)) {}

Call::~Call() = default;

std::string_view Call::invocation_id() const {
  return request_.headers.get("amz-sdk-invocation-id").value_or("");
}

const json& Call::params() const {
  if (!params_) {
    auto parsed = json::parse(request_.body, nullptr, /*allow_exceptions=*/false);
    if (parsed.is_discarded()) parsed = nullptr;
    params_ = std::make_unique<const json>(std::move(parsed));
  }
  return *params_;
}

const std::vector<std::string>& Call::tables() const {
  if (!tables_) tables_ = tables_of(params());
  return *tables_;
}

void Call::reread() {
  params_ = nullptr;
  tables_ = std::nullopt;
}

}  // namespace dynatape::core
