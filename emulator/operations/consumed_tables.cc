#include "emulator/operations/consumed_tables.h"

#include <algorithm>

namespace dynatape::operations {

void ConsumedTables::add(std::string_view table, const Consumed& consumed) {
  const auto found = std::ranges::find(tables_, table, &decltype(tables_)::value_type::first);
  if (found == tables_.end()) {
    tables_.emplace_back(table, consumed);
  } else {
    found->second += consumed;
  }
}

void ConsumedTables::append_to(wire::ObjectWriter& writer, Detail detail, Split split) const {
  if (detail == Detail::none) return;
  std::string& out = writer.name("ConsumedCapacity");
  out += '[';
  for (std::size_t i = 0; i < tables_.size(); ++i) {
    if (i > 0) out += ',';
    append(out, tables_[i].second, tables_[i].first, detail, split);
  }
  out += ']';
}

}  // namespace dynatape::operations
