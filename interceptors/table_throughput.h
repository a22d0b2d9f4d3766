#pragma once

// What tables and their global indexes are set to, as the upstream describes them.

#include <map>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>

#include "interceptors/fault.h"
#include "interceptors/throughput.h"

namespace dynatape::interceptors {

/// How long an on-demand table saves up what it does not use. The service says of no such time;
/// what it takes is said by the second.
inline constexpr core::Duration kOnDemandBurst = std::chrono::seconds(1);

struct TableThroughput {
  ByAccess<Rate> table;
  std::map<std::string, ByAccess<Rate>, std::less<>> indexes;  ///< the global ones
  std::string incarnation = {};  ///< another one for each table of a name; empty: it is not told
  bool changing = false;         ///< so that what it is set to may be others at any time

  bool operator==(const TableThroughput&) const = default;
};

/// Out of the answer to DescribeTable, CreateTable or UpdateTable; nullopt where it is none.
/// `burst` for what is provisioned.
[[nodiscard]] std::optional<TableThroughput> throughput_in(const nlohmann::ordered_json& answer,
                                                           core::Duration burst);

/// Asks for what it does not know, by a DescribeTable in the client's name. It notices by itself
/// what others have changed after a minute, and after a second while a table is being changed. Safe
/// to use from any thread.
class TableThroughputs {
 public:
  explicit TableThroughputs(core::Duration burst) : burst_(burst) {}

  /// `table` as the call names it. nullptr where the upstream does not tell.
  [[nodiscard]] core::Task<std::shared_ptr<const TableThroughput>> of(core::Exchange& exchange,
                                                                      Inner inner,
                                                                      std::string table);
  /// The same, asked for in any case.
  [[nodiscard]] core::Task<std::shared_ptr<const TableThroughput>> anew(core::Exchange& exchange,
                                                                        Inner inner,
                                                                        std::string table);
  /// Has the next one ask again, unless `answer`, to the call, tells it.
  void learn(const core::Exchange& exchange, const core::Result<core::Reply>& answer);

 private:
  static constexpr core::Duration kAge = std::chrono::minutes(1);
  static constexpr core::Duration kAgeOfChange = std::chrono::seconds(1);

  struct Known {
    std::shared_ptr<const TableThroughput> throughput;  // shared with the calls that use it
    core::TimePoint until;
  };

  std::shared_ptr<const TableThroughput> keep(const core::Exchange& exchange,
                                              const std::string& table, TableThroughput throughput);

  const core::Duration burst_;
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Known> known_;  ///< by region and plain name
};

}  // namespace dynatape::interceptors
