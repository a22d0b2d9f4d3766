#include "cassettes/body_redaction.h"

#include <re2/re2.h>

#include <nlohmann/json.hpp>

#include "cassettes/placed_values.h"
#include "cassettes/redaction_pass.h"
#include "cassettes/table_keys.h"

namespace dynatape::cassettes {
namespace {

using json = nlohmann::ordered_json;

int redact(RedactionPass& pass, std::string& body) {
  auto document = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) return 0;
  const int replaced = pass.run(document);
  if (replaced > 0) {
    body = document.dump(-1, ' ', /*ensure_ascii=*/false, json::error_handler_t::replace);
  }
  return replaced;
}

}  // namespace

std::vector<CompiledRule> compile(const std::vector<RedactionRule>& rules) {
  std::vector<CompiledRule> compiled;
  for (const RedactionRule& rule : rules) {
    CompiledRule one{rule, {}, {}, nullptr};
    if (!rule.attribute.empty()) one.attribute = parse_path(rule.attribute).value_or(PathSteps());
    if (!rule.path.empty()) one.path = parse_path(rule.path).value_or(PathSteps());
    if (!rule.pattern.empty()) {
      RE2::Options options;
      options.set_log_errors(false);
      one.pattern = std::make_shared<const RE2>(rule.pattern, options);
    }
    compiled.push_back(std::move(one));
  }
  return compiled;
}

int BodyRedaction::request(std::string& body, std::string_view operation,
                           RequestTrace& trace) const {
  if (rules_.empty()) return 0;
  RedactionPass pass(rules_, pseudonyms_, operation);
  auto document = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) return 0;
  const int replaced = pass.run(document);
  auto before = std::move(trace.replaced);  // by another redaction of the same request
  trace = pass.trace();
  trace.replaced.insert(trace.replaced.end(), before.begin(), before.end());
  if (document.is_object() && !trace.by_element) {
    std::string table;
    if (document.contains("TableName") && document["TableName"].is_string()) {
      table = document["TableName"].get<std::string>();
    } else if (document.contains("Statement") && document["Statement"].is_string()) {
      const auto read = values_of_statement(document["Statement"].get<std::string>());
      if (read) table = read->table;
    } else if (document.contains("ShardIterator") && document["ShardIterator"].is_string()) {
      const auto iterator = document["ShardIterator"].get<std::string>();
      if (iterator.contains(":table/")) table = plain_table(iterator);
    }
    trace.tables = {table};
  }
  if (replaced > 0) {
    body = document.dump(-1, ' ', /*ensure_ascii=*/false, json::error_handler_t::replace);
  }
  return replaced;
}

int BodyRedaction::answer(std::string& body, std::string_view operation,
                          const RequestTrace& trace) const {
  if (rules_.empty()) return 0;
  RedactionPass pass(rules_, pseudonyms_, operation);
  pass.set_request(trace);
  return redact(pass, body);
}

}  // namespace dynatape::cassettes
