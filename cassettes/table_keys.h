#pragma once

// What a tape tells about the keys of its tables, as far as they stay the same.

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace dynatape::cassettes {

/// What the tape says about the keys of its tables.
class TableKeys {
 public:
  struct Key {
    std::string hash;   ///< "" where only the names are known
    std::string range;  ///< "" where there is none
    std::vector<std::string> names;
  };

  /// From the answer of CreateTable, DescribeTable, UpdateTable and DeleteTable.
  void learn_description(std::string_view answer);
  /// From the Key of GetItem, UpdateItem and DeleteItem; a description is not overwritten.
  void learn_key(std::string_view request);

  [[nodiscard]] const Key* find(std::string_view table) const;
  /// The names of each key, once; longer ones first.
  [[nodiscard]] std::vector<std::vector<std::string>> schemas() const;

 private:
  std::map<std::string, Key, std::less<>> keys_;
};

/// The name in a table's ARN, or what is one already.
[[nodiscard]] std::string_view plain_table(std::string_view name);

}  // namespace dynatape::cassettes
