#include "interceptors/call_parts.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "cassettes/implied_item.h"
#include "core/json.h"
#include "core/statement.h"
#include "interceptors/batch.h"
#include "interceptors/item_size.h"
#include "interceptors/rewritten_call.h"

namespace dynatape::interceptors {
namespace {

using cassettes::ImpliedItem;
using core::member;
using core::text_of;
using nlohmann::json;
using Parts = std::expected<std::vector<Part>, std::string_view>;

constexpr std::string_view kNoItems = "it limits no call of this kind";
constexpr std::string_view kRefused = "the service refuses the call as a whole";
constexpr std::size_t kWriteUnit = 1024;  // bytes

bool reads_consistently(const json& holder) {
  const json* consistent = member(holder, "ConsistentRead");
  return consistent && *consistent == true;
}

Part reading(std::string table, bool consistent) {
  Part part;
  part.table = std::move(table);
  part.access = Access::read;
  part.least = part.expected = consistent ? kUnit : kUnit / 2;
  return part;
}

/// `item` is what is put; nullptr where that is not said.
Part writing(std::string table, const json* item) {
  Part part;
  part.table = std::move(table);
  part.access = Access::write;
  part.least = part.expected = kUnit;
  if (item) {
    const std::size_t units = (item_size(*item) + kWriteUnit - 1) / kWriteUnit;
    part.expected = std::max(kUnit, static_cast<MicroUnits>(units) * kUnit);
  }
  return part;
}

/// {"TableName": …, "Key": …} or {"TableName": …, "Item": …}.
Part of_target(const json& target, bool write) {
  const json* item = member(target, "Item");
  std::string table = text_of(target, "TableName");
  Part part = write ? writing(std::move(table), item)
                    : reading(std::move(table), reads_consistently(target));
  part.attributes = item ? item : member(target, "Key");
  return part;
}

Parts of_item_read(const core::Call& call) { return std::vector{of_target(call.params(), false)}; }
Parts of_item_write(const core::Call& call) { return std::vector{of_target(call.params(), true)}; }

void imply(Part& part, std::optional<ImpliedItem> item) {
  if (!item) return;
  auto shared = std::make_shared<const ImpliedItem>(*std::move(item));
  part.attributes = &shared->attributes;
  part.implied = std::move(shared);
}

Parts of_pages(const core::Call& call) {
  const json& params = call.params();
  Part part = reading(text_of(params, "TableName"), reads_consistently(params));
  part.index = text_of(params, "IndexName");
  if (call.name() == "Query") imply(part, cassettes::item_of_query(params));
  return std::vector{std::move(part)};
}

Parts of_batch(const core::Call& call) {
  const auto batch = Batch::of(call);
  if (!batch) return std::unexpected(batch.error());
  std::vector<Part> parts;
  for (const BatchEntry& entry : batch->entries()) {
    const std::string table(entry.table);
    if (call.name() == "BatchGetItem") {
      const json& asked = call.params().at("RequestItems").at(table);
      parts.push_back(reading(table, reads_consistently(asked)));
    } else {
      const json* put = member(*entry.entry, "PutRequest");
      parts.push_back(writing(table, put ? member(*put, "Item") : nullptr));
    }
    parts.back().attributes = &Batch::attributes(entry);
  }
  return parts;
}

/// Transactions read consistently, and everything costs them twice as much.
void make_transactional(Part& part) {
  const MicroUnits once = part.access == Access::read ? kUnit : part.expected;
  part.least = 2 * kUnit;
  part.expected = 2 * once;
}

Parts of_transaction(const core::Call& call) {
  const json* actions = member(call.params(), "TransactItems");
  if (!actions || !actions->is_array()) return std::unexpected(kRefused);
  std::vector<Part> parts;
  for (const json& action : *actions) {
    if (!action.is_object() || action.size() != 1) return std::unexpected(kRefused);
    parts.push_back(of_target(action.front(), call.name() == "TransactWriteItems"));
    make_transactional(parts.back());
  }
  return parts;
}

/// {"Statement": …, "Parameters": …}
Part of_one_statement(const json& holder) {
  const std::string statement = text_of(holder, "Statement");
  core::StatementTarget target = core::target_of_statement(statement);
  auto item = cassettes::item_of_statement(holder);
  Part part =
      core::is_select(statement)
          ? reading(std::move(target.table), reads_consistently(holder))
          : writing(std::move(target.table), item && item->put ? &item->attributes : nullptr);
  part.index = std::move(target.index);
  imply(part, std::move(item));
  return part;
}

Parts of_statement(const core::Call& call) { return std::vector{of_one_statement(call.params())}; }

Parts of_statements(const core::Call& call) {
  const bool transaction = call.name() == "ExecuteTransaction";
  const json* statements = member(call.params(), transaction ? "TransactStatements" : "Statements");
  if (!statements || !statements->is_array()) return std::unexpected(kRefused);
  std::vector<Part> parts;
  for (const json& one : *statements) {
    parts.push_back(of_one_statement(one));
    if (transaction) make_transactional(parts.back());
  }
  return parts;
}

struct Row {
  std::string_view operation;
  Parts (*parts)(const core::Call&);
};

constexpr Row kRows[] = {
    {"GetItem", of_item_read},
    {"PutItem", of_item_write},
    {"UpdateItem", of_item_write},
    {"DeleteItem", of_item_write},
    {"Query", of_pages},
    {"Scan", of_pages},
    {"BatchGetItem", of_batch},
    {"BatchWriteItem", of_batch},
    {"TransactGetItems", of_transaction},
    {"TransactWriteItems", of_transaction},
    {"ExecuteStatement", of_statement},
    {"BatchExecuteStatement", of_statements},
    {"ExecuteTransaction", of_statements},
};

}  // namespace

Parts parts_of(const core::Call& call) {
  const auto row = std::ranges::find(kRows, call.name(), &Row::operation);
  if (row == std::end(kRows)) return std::unexpected(kNoItems);
  if (!rewritable(call)) return std::unexpected(kRefused);
  return row->parts(call);
}

}  // namespace dynatape::interceptors
