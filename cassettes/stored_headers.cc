#include "cassettes/stored_headers.h"

#include <algorithm>
#include <span>
#include <string_view>

namespace dynatape::cassettes {
namespace {

constexpr std::string_view kRequest[] = {
    "x-amz-target",    "content-type", "accept-encoding", "amz-sdk-invocation-id",
    "amz-sdk-request", "user-agent",   "x-amz-user-agent"};
constexpr std::string_view kResponse[] = {"content-type", "x-amzn-errortype", "x-amzn-requestid"};
constexpr std::string_view kReplayed[] = {"content-type", "x-amzn-errortype"};

core::Headers only(const core::Headers& headers, std::span<const std::string_view> names) {
  core::Headers kept;
  for (const auto& [name, value] : headers) {
    const auto same = [&](std::string_view other) {
      return core::equals_ignoring_case(name, other);
    };
    if (std::ranges::any_of(names, same)) kept.add(name, value);
  }
  return kept;
}

}  // namespace

core::Headers stored_request_headers(const core::Headers& headers) {
  return only(headers, kRequest);
}

core::Headers stored_response_headers(const core::Headers& headers) {
  return only(headers, kResponse);
}

core::Headers replayed_headers(const core::Headers& headers) { return only(headers, kReplayed); }

}  // namespace dynatape::cassettes
