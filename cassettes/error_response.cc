#include "cassettes/error_response.h"

#include "emulator/model/json_text.h"

namespace dynatape::cassettes {

core::Response error_response(std::string_view type, std::string_view message) {
  core::Response response{400, {{"Content-Type", "application/x-amz-json-1.0"}}, {}};
  response.body = R"({"__type":"com.dynatape#)";
  response.body.append(type).append(R"(","message":)");
  model::append_json_string(response.body, message);
  response.body += '}';
  return response;
}

}  // namespace dynatape::cassettes
