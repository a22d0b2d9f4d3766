#include "proxy/sessions/database_diff.h"

#include <map>
#include <nlohmann/json.hpp>

namespace dynatape::sessions {
namespace {

using nlohmann::json;

/// A table as its lines tell of it.
struct Table {
  std::vector<std::string> key;          ///< the names of its attributes
  std::map<std::string, json> settings;  ///< by operation: the input that made it
  std::map<std::string, json> items;     ///< by key
};

/// By region and name.
using Tables = std::map<std::string, Table>;

void take_call(const std::string& operation, const json& input, Table& table) {
  if (operation != "PutItem") {
    table.settings[operation] = input;
    if (operation != "CreateTable") return;
    for (const json& part : input.at("KeySchema")) {
      table.key.push_back(part.at("AttributeName").get<std::string>());
    }
    return;
  }
  const json& item = input.at("Item");
  json key = json::object();
  for (const std::string& name : table.key) key[name] = item.at(name);
  table.items[key.dump()] = item;
}

Tables tables_of(std::string_view text) {
  Tables tables;
  std::string region = "us-east-1";
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const json call = json::parse(line);
    if (call.contains("region")) {
      region = call.at("region").get<std::string>();
      continue;
    }
    const json& input = call.at("input");
    const auto name = input.at("TableName").get<std::string>();
    take_call(call.at("operation").get<std::string>(), input, tables[region + " " + name]);
  }
  return tables;
}

/// Walks two maps side by side: `only_a`, `only_b` and `both` are called in the order of the keys.
template <class Map, class OnlyA, class OnlyB, class Both>
void compare(const Map& a, const Map& b, OnlyA only_a, OnlyB only_b, Both both) {
  auto left = a.begin();
  auto right = b.begin();
  while (left != a.end() || right != b.end()) {
    if (right == b.end() || (left != a.end() && left->first < right->first)) {
      only_a(left->first);
      ++left;
    } else if (left == a.end() || right->first < left->first) {
      only_b(right->first);
      ++right;
    } else {
      both(left->first, left->second, right->second);
      ++left;
      ++right;
    }
  }
}

}  // namespace

DatabaseDifference diff_databases(std::string_view text_a, const std::string& a,
                                  std::string_view text_b, const std::string& b) {
  DatabaseDifference difference;
  const auto say = [&](const std::string& what) { difference.lines.push_back(what); };
  const auto items = [&](const std::string& name, const Table& left, const Table& right) {
    compare(
        left.items, right.items,
        [&](const std::string& key) { say(name + " " + key + ": only in " + a); },
        [&](const std::string& key) { say(name + " " + key + ": only in " + b); },
        [&](const std::string& key, const json& one, const json& other) {
          if (one == other) {
            ++difference.same_items;
          } else {
            say(name + " " + key + ": " + one.dump() + " in " + a + ", " + other.dump() + " in " +
                b);
          }
        });
  };
  compare(
      tables_of(text_a), tables_of(text_b),
      [&](const std::string& name) { say(name + ": only in " + a); },
      [&](const std::string& name) { say(name + ": only in " + b); },
      [&](const std::string& name, const Table& left, const Table& right) {
        const std::size_t before = difference.lines.size();
        compare(
            left.settings, right.settings,
            [&](const std::string& call) { say(name + ": " + call + " only in " + a); },
            [&](const std::string& call) { say(name + ": " + call + " only in " + b); },
            [&](const std::string& call, const json& one, const json& other) {
              if (one == other) return;
              say(name + ": " + call + " is " + one.dump() + " in " + a + ", " + other.dump() +
                  " in " + b);
            });
        items(name, left, right);
        if (difference.lines.size() == before) ++difference.same_tables;
      });
  return difference;
}

}  // namespace dynatape::sessions
