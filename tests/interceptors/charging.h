#pragma once

// An upstream that charges what it is told for each call, or each entry of a batch, and describes
// tables; and a lab with a `capacity` rule before it.

#include <catch2/catch.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "lab.h"

namespace dynatape::interceptors {

/// A file with one rule, "r", that is a `capacity` with these options.
[[nodiscard]] std::string capacity_rule(std::string_view options);

class Charging final : public core::Upstream {
 public:
  core::Task<core::Result<core::Reply>> send(core::Exchange& exchange) override;

  double units = 1;            ///< of the table, for each call or entry
  double index_units = 0;      ///< of the index by-day
  bool reports = true;         ///< its consumption, where it is asked
  nlohmann::json description;  ///< of any table, also when it is made, changed or deleted; null:
                               ///< it describes none
  int status = 200;
  std::string error = R"({"__type":"x#ConditionalCheckFailedException"})";

  std::string asked;   ///< the last ReturnConsumedCapacity
  nlohmann::json got;  ///< the last parameters, but for DescribeTable
  int calls = 0;       ///< without DescribeTable
  int described = 0;

 private:
  [[nodiscard]] nlohmann::json consumed_by(const std::string& table, std::size_t entries) const;
  [[nodiscard]] nlohmann::json success(const nlohmann::json& params) const;
};

struct ChargingBench {
  explicit ChargingBench(std::string_view options);
  /// How many equal calls pass before one is throttled.
  int passed(const CallSpec& spec, int most = 1'000'000);
  /// The answer to a call that is throttled.
  nlohmann::json error(const CallSpec& spec);
  /// "ThrottlingException TableWriteKeyRangeThroughputExceeded"
  std::string throttled_as(const CallSpec& spec);
  nlohmann::json answer(const CallSpec& spec);
  [[nodiscard]] std::string why() const;

  Lab lab;
  std::shared_ptr<Charging> upstream = std::make_shared<Charging>();
};

}  // namespace dynatape::interceptors
