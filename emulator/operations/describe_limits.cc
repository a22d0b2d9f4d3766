#include "emulator/operations/operations.h"
#include "emulator/operations/parameters.h"
#include "emulator/operations/request.h"

namespace dynatape::operations {
namespace {

struct DescribeLimitsInput {};

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::DescribeLimitsInput> {
  static constexpr std::string_view kName = "DescribeLimitsInput";
  static constexpr auto kMembers = std::tuple{};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {

/// The quotas that a new account has in most regions.
Answer describe_limits(const Context& /*context*/, const wire::Json& body) {
  const auto input = read<DescribeLimitsInput>(body);
  if (!input) return std::unexpected(input.error());
  return R"({"AccountMaxReadCapacityUnits":80000,"AccountMaxWriteCapacityUnits":80000,)"
         R"("TableMaxReadCapacityUnits":40000,"TableMaxWriteCapacityUnits":40000})";
}

}  // namespace dynatape::operations
