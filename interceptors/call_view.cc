#include "interceptors/call_view.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cassettes/implied_item.h"
#include "core/json.h"
#include "core/statement.h"

namespace dynatape::interceptors {
namespace {

using cassettes::ImpliedItem;
using core::member;
using nlohmann::json;

const json* list_member(const json& object, const char* name) {
  const json* list = member(object, name);
  return list && list->is_array() ? list : nullptr;
}

std::string_view table_of(const json& object) {
  const json* name = member(object, "TableName");
  const auto* text = name ? name->get_ptr<const std::string*>() : nullptr;
  return text ? std::string_view(*text) : std::string_view();
}

/// {"Key": ...} or {"Item": ...}
void add(std::vector<Subject>& subjects, std::string_view table, const json& holder) {
  const json* key = member(holder, "Key");
  const json* item = member(holder, "Item");
  if (key || item) subjects.push_back({table, key, item});
}

void add_batch(std::vector<Subject>& subjects, std::string_view table, const json& asked) {
  if (const json* keys = list_member(asked, "Keys")) {
    for (const json& key : *keys) subjects.push_back({table, &key, nullptr});
  }
  if (!asked.is_array()) return;
  for (const json& write : asked) {
    for (const char* kind : {"PutRequest", "DeleteRequest"}) {
      if (const json* request = member(write, kind)) add(subjects, table, *request);
    }
  }
}

std::vector<Subject> subjects_of(const json& params) {
  std::vector<Subject> subjects;
  add(subjects, table_of(params), params);
  if (const json* items = member(params, "RequestItems"); items && items->is_object()) {
    for (const auto& [table, asked] : items->items()) add_batch(subjects, table, asked);
  }
  if (const json* actions = list_member(params, "TransactItems")) {
    for (const json& action : *actions) {
      if (!action.is_object()) continue;
      for (const json& target : action) add(subjects, table_of(target), target);
    }
  }
  return subjects;
}

void add_index(std::vector<std::string>& indexes, const json& holder) {
  const json* statement = member(holder, "Statement");
  if (!statement || !statement->is_string()) return;
  std::string index = core::target_of_statement(statement->get_ref<const std::string&>()).index;
  if (!index.empty()) indexes.push_back(std::move(index));
}

std::vector<std::string> indexes_of(const json& params) {
  std::vector<std::string> indexes;
  const json* name = member(params, "IndexName");
  if (name && name->is_string()) indexes.push_back(name->get<std::string>());
  add_index(indexes, params);
  for (const char* list : {"Statements", "TransactStatements"}) {
    if (const json* statements = list_member(params, list)) {
      for (const json& one : *statements) add_index(indexes, one);
    }
  }
  return indexes;
}

/// The words of a User-Agent that are NAME/VERSION or NAME#VERSION; "lang/js", "md/Botocore#1.29".
void add_products(std::vector<Product>& products, std::string_view agent) {
  while (!agent.empty()) {
    const auto end = std::min(agent.find(' '), agent.size());
    std::string_view word = agent.substr(0, end);
    agent.remove_prefix(std::min(end + 1, agent.size()));
    if (const auto mark = word.rfind('#'); mark != std::string_view::npos) {
      const auto slash = word.find('/');
      const auto start = slash == std::string_view::npos || slash > mark ? 0 : slash + 1;
      products.push_back({word.substr(start, mark - start), word.substr(mark + 1)});
    } else if (const auto slash = word.rfind('/'); slash != std::string_view::npos) {
      const auto before = word.rfind('/', slash == 0 ? 0 : slash - 1);
      const auto start = before == std::string_view::npos || slash == 0 ? 0 : before + 1;
      products.push_back({word.substr(start, slash - start), word.substr(slash + 1)});
    }
  }
}

}  // namespace

bool Subject::on(std::string_view name) const {
  return table == name || (table.starts_with("arn:") && parse_table_name(table).name == name);
}

const std::optional<Outline>& CallView::outline() {
  if (!outline_) outline_.emplace(Outline::of(exchange_));
  return *outline_;
}

const std::vector<Subject>& CallView::subjects() {
  if (subjects_) return *subjects_;
  subjects_ = subjects_of(call().params());
  implied_ =
      std::make_shared<const std::vector<ImpliedItem>>(cassettes::implied_items(call().params()));
  for (const ImpliedItem& item : *implied_) {
    subjects_->push_back(
        {item.table, item.put ? nullptr : &item.attributes, item.put ? &item.attributes : nullptr});
  }
  return *subjects_;
}

const std::vector<std::string>& CallView::indexes() {
  if (!indexes_) indexes_ = indexes_of(call().params());
  return *indexes_;
}

const std::vector<Product>& CallView::products() {
  if (!products_) {
    products_.emplace();
    const core::Headers& headers = exchange_.request().headers;
    // A program in a browser cannot set the former.
    for (const char* name : {"User-Agent", "X-Amz-User-Agent"}) {
      if (const auto agent = headers.get(name)) add_products(*products_, *agent);
    }
  }
  return *products_;
}

core::TimePoint CallView::now() {
  if (!now_) now_ = exchange_.clock().now();
  return *now_;
}

}  // namespace dynatape::interceptors
