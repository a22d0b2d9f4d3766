#include "emulator/operations/operations.h"
#include "emulator/operations/parameters.h"
#include "emulator/operations/request.h"
#include "emulator/wire/writer.h"

namespace dynatape::operations {
namespace {

struct DescribeEndpointsRequest {};

constexpr int kCachePeriodMinutes = 1440;

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::DescribeEndpointsRequest> {
  static constexpr std::string_view kName = "DescribeEndpointsRequest";
  static constexpr auto kMembers = std::tuple{};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {

/// The endpoint that the client already uses: a client that follows the answer comes back here.
Answer describe_endpoints(const Context& context, const wire::Json& body) {
  const auto input = read<DescribeEndpointsRequest>(body);
  if (!input) return std::unexpected(input.error());
  const std::string address = context.endpoint.empty()
                                  ? "dynamodb." + std::string(context.region) + ".amazonaws.com"
                                  : std::string(context.endpoint);
  std::string answer = "{\"Endpoints\":[";
  {
    wire::ObjectWriter writer(answer);
    writer.string("Address", address);
    writer.integer("CachePeriodInMinutes", kCachePeriodMinutes);
  }
  return answer + "]}";
}

}  // namespace dynatape::operations
