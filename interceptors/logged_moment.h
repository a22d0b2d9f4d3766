#pragma once

// A table as a write log has it at the end of a second: it answers DescribeTable and Scan.

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/snapshots.h"
#include "interceptors/write_log.h"

namespace dynatape::interceptors {

/// One table of a write log.
struct LoggedTable {
  std::string id;
  std::vector<std::string> keys;  ///< the names of its key attributes
};

/// `description` is as DescribeTable tells the table.
[[nodiscard]] std::shared_ptr<const core::Snapshot> logged_moment(
    std::shared_ptr<const WriteLog> log, LoggedTable table, WriteLog::Second second,
    const nlohmann::ordered_json& description);

}  // namespace dynatape::interceptors
