#pragma once

// One step of a random sequence: calls to one of several databases, and what is expected of them.

#include <memory>
#include <string>
#include <vector>

#include "emulator/storage/database.h"
#include "tests/model/reference.h"

namespace dynatape::reference {

/// A database and what it should be.
struct Side {
  std::unique_ptr<storage::Database> actual;
  Database expected;
};

struct Step {
  enum class Kind {
    write,
    batch_write,
    transact_write,
    get,
    batch_get,
    transact_get,
    query,
    scan,
    toggle_index,
    read_stream,
    insert_statement,
    select_statement,
    update_statement,
    fork,
  };

  Kind kind;
  std::size_t side;
  std::vector<Write> writes;  ///< of reads: the keys
  std::string returns;        ///< ReturnValues of a write

  std::string index;  ///< of a query or scan
  std::string partition;
  std::string comparator;  ///< of the sort key; empty: none
  std::int64_t bound = 0;
  std::int64_t second_bound = 0;
  std::size_t limit = 0;  ///< 0: none
  bool forward = true;
  std::size_t segments = 1;
  std::optional<Condition> filter;
  std::size_t other_side = 0;  ///< of a fork: where it goes
};

inline constexpr std::size_t kSides = 3;

/// Two tables as Database has them, in the first of the sides.
std::vector<Side> make_sides(const std::string& view);
Step random_step(Random& random);
/// The calls of a step, to be read by a person.
std::string describe(const Step& step);
/// Takes a step on both the actual and the expected; what differs, or empty.
std::string take(const Step& step, std::vector<Side>& sides);
/// What differs between a side's whole content and what is expected; or empty.
std::string compare_all(Side& side);

}  // namespace dynatape::reference
