#include "interceptors/rule.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace dynatape::interceptors {
namespace {

/// "a, b and c".
std::string listed(const std::vector<std::string>& parts, std::string_view last = " and ") {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += i + 1 == parts.size() ? last : ", ";
    text += parts[i];
  }
  return text;
}

std::string ordinal_text(std::uint64_t n) {
  const std::uint64_t tens = n % 100;
  const char* suffix = tens >= 11 && tens <= 13 ? "th"
                       : n % 10 == 1            ? "st"
                       : n % 10 == 2            ? "nd"
                       : n % 10 == 3            ? "rd"
                                                : "th";
  return std::to_string(n) + suffix;
}

void describe_count(const When& when, std::string& text) {
  if (when.nth) text += ", the " + ordinal_text(*when.nth) + " call";
  if (when.first) text += ", the first " + std::to_string(*when.first) + " calls";
  if (when.every) text += ", each " + ordinal_text(*when.every) + " call";
  if (when.after) text += ", after " + std::to_string(*when.after) + " calls";
  if (when.per_key) text += " of each key";
}

}  // namespace

TableName parse_table_name(std::string_view text) {
  constexpr std::string_view kResource = ":table/";
  const auto at = text.find(kResource);
  if (!text.starts_with("arn:") || at == std::string_view::npos) return {std::string(text), "", ""};
  // arn:aws:dynamodb:REGION:ACCOUNT:table/NAME[/index/...|/stream/...|/backup/...]
  const auto end = std::min(text.find('/', at + kResource.size()), text.size());
  std::string_view region = text;
  for (int colons = 0; colons < 3; ++colons) {
    region.remove_prefix(std::min(region.find(':'), region.size() - 1) + 1);
  }
  region = region.substr(0, region.find(':'));
  return {std::string(text.substr(at + kResource.size(), end - at - kResource.size())),
          std::string(region), std::string(text.substr(0, end))};
}

bool same_table(const TableName& ruled, const TableName& called, std::string_view region) {
  if (ruled.name != called.name) return false;
  if (ruled.arn.empty()) return true;
  return called.arn.empty() ? ruled.region == region : ruled.arn == called.arn;
}

bool When::picks(std::uint64_t ordinal) const {
  return (!nth || ordinal == *nth) && (!first || ordinal <= *first) &&
         (!every || ordinal % *every == 0) && (!after || ordinal > *after);
}

bool When::picks_attempt(std::uint64_t attempt) const {
  return attempts.empty() || std::ranges::find(attempts, attempt) != attempts.end();
}

bool When::picks_any() const {
  if (nth) return picks(*nth);
  const std::uint64_t step = every.value_or(1);
  const std::uint64_t least = (after.value_or(0) / step + 1) * step;
  return picks(least);
}

std::string describe(const When& when) {
  std::vector<std::string> operations;
  operations.reserve(when.operations.size());
  for (const auto* operation : when.operations) operations.emplace_back(operation->name);
  std::vector<std::string> tables;
  tables.reserve(when.tables.size());
  for (const TableName& table : when.tables) {
    tables.push_back(table.arn.empty() ? table.name : table.arn);
  }
  std::string text = operations.empty() ? "every call" : listed(operations);
  if (!tables.empty()) text += " on " + listed(tables, " or ");
  describe_count(when, text);
  if (!when.attempts.empty()) {
    std::vector<std::string> attempts;
    attempts.reserve(when.attempts.size());
    for (const std::uint64_t attempt : when.attempts) attempts.push_back(ordinal_text(attempt));
    text += ", at its " + listed(attempts, " or ") + " attempt";
  }
  if (when.probability < 1) {
    text += ", with probability " + nlohmann::json(when.probability).dump();
  }
  return text;
}

}  // namespace dynatape::interceptors
