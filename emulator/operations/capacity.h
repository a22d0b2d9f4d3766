#pragma once

// Capacity units, counted and reported as the service does.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/storage/table_writer.h"
#include "emulator/wire/writer.h"

namespace dynatape::operations {

enum class Consistency { eventual, strong, transactional };

/// Units for reading `bytes` in one piece: 4 KB each, at least one; half for eventual consistency.
[[nodiscard]] double read_units(std::size_t bytes, Consistency consistency);
/// Units for writing an item of `bytes`: 1 KB each, at least one.
[[nodiscard]] double write_units(std::size_t bytes);

/// What a call consumed on one table, and on its indexes by name.
struct Consumed {
  double table = 0;
  std::map<std::string, double, std::less<>> local;
  std::map<std::string, double, std::less<>> global;
  double unassigned = 0;  ///< in the sum, but in none of its parts

  [[nodiscard]] double total() const;
  Consumed& operator+=(const Consumed& other);
};

/// What one write costs: the larger of old and new item, and for each index whose view changed the
/// same, twice if its entry moved.
[[nodiscard]] Consumed consumed_by(const storage::Change& change, const model::Table& table);

enum class Detail { none, total, indexes };
/// ReturnConsumedCapacity as sent; none where it was not.
[[nodiscard]] Detail detail(const std::optional<std::string>& return_consumed_capacity);

/// Transactions alone repeat each figure as ReadCapacityUnits or WriteCapacityUnits.
enum class Split { none, read, write };

/// {"CapacityUnits":1.0,"TableName":"t"}, with its parts under `indexes`.
void append(std::string& out, const Consumed& consumed, std::string_view table, Detail detail,
            Split split = Split::none);

/// `"ConsumedCapacity":{…}` if asked for.
void append_consumed(wire::ObjectWriter& writer, const Consumed& consumed, std::string_view table,
                     Detail detail);

}  // namespace dynatape::operations
