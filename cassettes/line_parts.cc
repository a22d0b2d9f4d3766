#include "cassettes/line_parts.h"

#include "core/operation.h"
#include "emulator/model/json_text.h"

namespace dynatape::cassettes {
namespace {

constexpr std::string_view kContentType = "application/x-amz-json-1.0";

}  // namespace

HeaderFields usual_request_headers(std::string_view operation) {
  const auto* known = core::find_operation(operation);
  if (!known) return {};
  return {{"content-type", std::string(kContentType)},
          {"x-amz-target",
           std::string(core::target_prefix(known->service)) + "." + std::string(operation)}};
}

HeaderFields usual_response_headers() { return {{"content-type", std::string(kContentType)}}; }

std::string json_string(std::string_view text) {
  std::string out;
  model::append_json_string(out, text);
  return out;
}

}  // namespace dynatape::cassettes
