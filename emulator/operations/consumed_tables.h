#pragma once

// What a call over many tables consumed: summed by table, in the order the tables were first met.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/operations/capacity.h"
#include "emulator/wire/writer.h"

namespace dynatape::operations {

class ConsumedTables {
 public:
  void add(std::string_view table, const Consumed& consumed);
  /// `"ConsumedCapacity":[{…},…]` if asked for.
  void append_to(wire::ObjectWriter& writer, Detail detail, Split split = Split::none) const;

 private:
  std::vector<std::pair<std::string, Consumed>> tables_;
};

}  // namespace dynatape::operations
