#pragma once

// What a database should hold and answer, worked out naively: a sorted map of items for each table,
// indexes made anew by looking at every item, a list of stream records.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/model/expression.h"

namespace dynatape::reference {

struct Key {
  std::string pk;
  std::int64_t sk;

  [[nodiscard]] json as_json() const;
  auto operator<=>(const Key&) const = default;
};

Key key_of(const json& item);

struct Write {
  enum class Kind { put, erase, update, check };

  Kind kind;
  std::string table;
  Key key;
  json item;  ///< put
  std::optional<Condition> condition;
  std::vector<Change> changes;  ///< update
};

/// How a write ends.
enum class Outcome { done, condition_failed, invalid };

struct Table {
  std::map<Key, json> items;
  /// eventName, Keys, and what the view shows.
  std::vector<json> records;

  [[nodiscard]] const json* find(const Key& key) const;
};

/// Two tables of the same key: "one" has a local index, a global one that comes and goes, and a
/// stream; "two" has nothing.
struct Database {
  std::string view;  ///< of the stream
  bool has_global = false;
  std::map<std::string, Table> tables = {{"one", {}}, {"two", {}}};

  /// Carries out one write, or says why not and leaves all as it was.
  Outcome write(const Write& write);

  /// The rows of "one" by an index, ("" is the table), as it projects them and in its order.
  [[nodiscard]] std::vector<json> rows(const std::string& index) const;

 private:
  void record(Table& table, const Key& key, const json* before, const json* after) const;
  [[nodiscard]] bool fits_indexes(const std::string& table, const json& item) const;
};

}  // namespace dynatape::reference
