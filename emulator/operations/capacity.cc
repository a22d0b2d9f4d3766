#include "emulator/operations/capacity.h"

#include <algorithm>

namespace dynatape::operations {
namespace {

constexpr std::size_t kReadUnitBytes = 4096;
constexpr std::size_t kWriteUnitBytes = 1024;

double pieces(std::size_t bytes, std::size_t unit) {
  return static_cast<double>(std::max<std::size_t>(1, (bytes + unit - 1) / unit));
}

void append_units(wire::ObjectWriter& writer, double units, Split split) {
  writer.decimal("CapacityUnits", units);
  if (split == Split::read) writer.decimal("ReadCapacityUnits", units);
  if (split == Split::write) writer.decimal("WriteCapacityUnits", units);
}

void append_part(std::string& out, double units, Split split) {
  wire::ObjectWriter writer(out);
  append_units(writer, units, split);
}

void append_indexes(wire::ObjectWriter& writer, std::string_view member,
                    const std::map<std::string, double, std::less<>>& indexes, Split split) {
  if (indexes.empty()) return;
  wire::ObjectWriter names(writer.name(member));
  for (const auto& [index, units] : indexes) append_part(names.name(index), units, split);
}

}  // namespace

double read_units(std::size_t bytes, Consistency consistency) {
  const double units = pieces(bytes, kReadUnitBytes);
  switch (consistency) {
    case Consistency::eventual:
      return units / 2;
    case Consistency::strong:
      return units;
    case Consistency::transactional:
      return units * 2;
  }
  std::unreachable();
}

double write_units(std::size_t bytes) { return pieces(bytes, kWriteUnitBytes); }

double Consumed::total() const {
  double sum = table + unassigned;
  for (const auto& [name, units] : local) sum += units;
  for (const auto& [name, units] : global) sum += units;
  return sum;
}

Consumed& Consumed::operator+=(const Consumed& other) {
  table += other.table;
  for (const auto& [name, units] : other.local) local[name] += units;
  for (const auto& [name, units] : other.global) global[name] += units;
  unassigned += other.unassigned;
  return *this;
}

Consumed consumed_by(const storage::Change& change, const model::Table& table) {
  Consumed consumed;
  consumed.table = write_units(std::max(change.size_before(), change.size_after()));
  for (const storage::IndexChange& one : change.indexes) {
    const double units = one.kind == storage::IndexChange::Kind::moved
                             ? write_units(one.size_before) + write_units(one.size_after)
                             : write_units(std::max(one.size_before, one.size_after));
    const model::SecondaryIndex& index = table.indexes[one.index];
    (index.kind == model::IndexKind::local ? consumed.local : consumed.global)[index.name] += units;
  }
  return consumed;
}

Detail detail(const std::optional<std::string>& return_consumed_capacity) {
  if (!return_consumed_capacity || *return_consumed_capacity == "NONE") return Detail::none;
  return *return_consumed_capacity == "INDEXES" ? Detail::indexes : Detail::total;
}

void append(std::string& out, const Consumed& consumed, std::string_view table, Detail detail,
            Split split) {
  wire::ObjectWriter writer(out);
  append_units(writer, consumed.total(), split);
  if (detail == Detail::indexes) {
    append_indexes(writer, "GlobalSecondaryIndexes", consumed.global, split);
    append_indexes(writer, "LocalSecondaryIndexes", consumed.local, split);
    append_part(writer.name("Table"), consumed.table, split);
  }
  writer.string("TableName", table);
}

void append_consumed(wire::ObjectWriter& writer, const Consumed& consumed, std::string_view table,
                     Detail detail) {
  if (detail != Detail::none) append(writer.name("ConsumedCapacity"), consumed, table, detail);
}

}  // namespace dynatape::operations
