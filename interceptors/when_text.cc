// A When in plain words.

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/time_text.h"
#include "interceptors/when.h"

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

template <class T, class F>
std::vector<std::string> texts(const std::vector<T>& values, F text_of) {
  std::vector<std::string> texts;
  texts.reserve(values.size());
  for (const T& value : values) texts.push_back(text_of(value));
  return texts;
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

std::string clock_text(core::Duration time) {
  const std::chrono::hh_mm_ss clock(time);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%02d:%02d", static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()));
  return text.data();
}

std::string describe(const Window& window) {
  if (const auto* period = std::get_if<Period>(&window.hours)) {
    return "from " + core::to_text(period->from) + " to " + core::to_text(period->to);
  }
  const Daily daily = std::get<Daily>(window.hours);
  return "from " + clock_text(daily.from) + " to " + clock_text(daily.to) + " of each day";
}

void describe_items(const When& when, std::string& text) {
  if (!when.indexes.empty()) text += ", by the index " + listed(when.indexes, " or ");
  if (!when.keys.empty()) {
    text += ", of a key where " +
            listed(texts(when.keys, [](const auto& key) { return describe(key); }), " or where ");
  }
  if (!when.item.empty()) text += ", with an item where " + describe(when.item);
  if (!when.body.empty()) text += ", where " + describe(when.body);
}

void describe_caller(const When& when, std::string& text) {
  for (const auto& [name, predicate] : when.headers) {
    text += ", where the header " + name + " " + describe(predicate);
  }
  if (!when.regions.empty()) text += ", to " + listed(when.regions, " or ");
  if (!when.sessions.empty()) text += ", in session " + listed(when.sessions, " or ");
  if (!when.sdks.empty()) {
    text += ", by " + listed(texts(when.sdks,
                                   [](const SdkName& sdk) {
                                     return sdk.version.empty() ? sdk.name
                                                                : sdk.name + " " + sdk.version;
                                   }),
                             " or ");
  }
  if (when.between) text += ", " + describe(*when.between);
}

/// `one` is what is counted: "call".
void describe_count(const When& when, const std::string& one, std::string& text) {
  const std::string many = one + "s";
  if (when.nth) text += ", the " + ordinal_text(*when.nth) + " " + one;
  if (when.first) text += ", the first " + std::to_string(*when.first) + " " + many;
  if (when.every) text += ", each " + ordinal_text(*when.every) + " " + one;
  if (when.after) text += ", after " + std::to_string(*when.after) + " " + many;
  if (when.sequence) {
    text += ", " + std::to_string(when.sequence->fail) + " " + many + " and then " +
            std::to_string(when.sequence->pass) + " not";
    if (when.sequence->rounds) text += ", " + std::to_string(*when.sequence->rounds) + " times,";
  }
  if (when.per_key) text += " of each key";
}

}  // namespace

std::string describe(const When& when, Stage stage) {
  const std::string one = stage == Stage::connection ? "connection" : "call";
  const auto tables = texts(when.tables, [](const TableName& table) {
    return table.arn.empty() ? table.name : table.arn;
  });
  std::string text = when.operations.empty()
                         ? "every " + one
                         : listed(texts(when.operations, [](const auto* operation) {
                             return std::string(operation->name);
                           }));
  if (!tables.empty()) text += " on " + listed(tables, " or ");
  describe_items(when, text);
  describe_caller(when, text);
  describe_count(when, one, text);
  if (!when.attempts.empty()) {
    text += ", at its " + listed(texts(when.attempts, ordinal_text), " or ") + " attempt";
  }
  if (when.probability < 1) {
    text += ", with probability " + nlohmann::json(when.probability).dump();
  }
  return text;
}

}  // namespace dynatape::interceptors
