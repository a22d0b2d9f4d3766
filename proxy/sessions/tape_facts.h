#pragma once

// What one answered call tells about tables and items, and what must be known to answer a call that
// was not: functions of requests and answers, which remember nothing.

#include <expected>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace dynatape::sessions {

struct Fact {
  enum class Kind {
    created,    ///< by the CreateTable request in `what`
    described,  ///< as the Table in `what`
    changed,    ///< the table is gone, or is no longer as it was described
    expiring,   ///< by the UpdateTimeToLive request in `what`
    wrote,      ///< the item in `what` was put there
    removed,    ///< what stood at the key in `what`
    updated,    ///< by the UpdateItem request in `what`
    saw,        ///< the item in `what` was read
    missed,     ///< nothing stood at the key in `what` when it was read
    queried,    ///< by the Query request in `what`; `items` are all that it can see
    scanned,    ///< `items` are all there are
    anything,   ///< any item of any table may have been written
  };

  Kind kind;
  std::string table;
  nlohmann::json what;
  nlohmann::json items = {};
};

[[nodiscard]] std::vector<Fact> facts_of(std::string_view operation, const nlohmann::json& request,
                                         int status, const nlohmann::json& answer);

struct Need {
  enum class Kind {
    schema,  ///< the table's keys and indexes
    item,    ///< what stands at the key in `what`, which may be an item
    query,   ///< all that the Query in `what` can see
    table,   ///< all items of the table
  };

  Kind kind;
  std::string table;
  nlohmann::json what;
};

/// The error: why a call of this operation is never determined.
[[nodiscard]] std::expected<std::vector<Need>, std::string> needs_of(std::string_view operation,
                                                                     const nlohmann::json& request);

}  // namespace dynatape::sessions
