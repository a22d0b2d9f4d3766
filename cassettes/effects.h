#pragma once

// What a call reads and writes, as far as its order among other calls goes: the account's list of
// tables, a table, a range of a partition, an item. Functions of one exchange; they know no tape.
// Where a request does not tell, it reaches further: a table rather than an item, never less.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cassettes/table_keys.h"
#include "core/operation.h"

namespace dynatape::cassettes {

/// As the modes of a lock: a part of the resource is read or written, or the whole of it.
enum class Reach : std::uint8_t { read_part, write_part, read_whole, write_whole };

/// Whether two calls that reach one resource in these modes must keep their order.
[[nodiscard]] bool conflict(Reach a, Reach b);

/// Sort keys in bytes that compare as they do; both ends belong to it.
struct SortRange {
  std::string low = {};
  std::optional<std::string> high = {};  ///< nullopt: to the end

  bool operator==(const SortRange&) const = default;
};

struct Effect {
  std::uint64_t resource = 0;  ///< a hash of what it is and of its name
  Reach mode = Reach::read_part;
  /// Of a partition only: which part.
  std::optional<SortRange> range = {};

  bool operator==(const Effect&) const = default;
};
using Effects = std::vector<Effect>;

[[nodiscard]] bool conflicts(const Effects& a, const Effects& b);

/// One exchange, as far as its effects depend on it.
struct Deed {
  const core::Operation* operation = nullptr;
  std::string_view request;
  int status = 200;
  std::string_view error = {};  ///< "ConditionalCheckFailedException"; of a status from 400
};

/// What it read and wrote. A refused write read, a throttled call did nothing, and what failed
/// within the service may have written.
[[nodiscard]] Effects effects_of(const Deed& deed, const TableKeys& keys);

/// The type of an error answer, without its namespace.
[[nodiscard]] std::string error_type(std::string_view body);

/// "PutItem orders/42": the operation, its tables, and the key where it is about one item.
[[nodiscard]] std::string call_label(const core::Operation* operation, std::string_view request,
                                     const TableKeys& keys);

/// Whether asking again asks how far the service has come: DescribeTable and its like.
[[nodiscard]] bool is_poll(const core::Operation* operation);

}  // namespace dynatape::cassettes
