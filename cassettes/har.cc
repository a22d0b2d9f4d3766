#include "cassettes/har.h"

#include <nlohmann/json.hpp>
#include <ostream>
#include <string_view>
#include <utility>

#include "cassettes/each_recording.h"
#include "cassettes/encoded.h"
#include "core/time_text.h"
#include "emulator/model/json_text.h"

namespace dynatape::cassettes {
namespace {

using json = nlohmann::ordered_json;

/// No tape knows the host. The operation stands behind it, so that lists of URLs say something.
constexpr std::string_view kHost = "http://dynamodb.invalid";

std::string base64(const std::string& bytes) {
  return encode_base64(bytes, /*url=*/false, /*padded=*/true);
}

bool is_utf8(const std::string& text) {
  std::string quoted;
  model::append_json_string(quoted, text);
  return json::accept(quoted);
}

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 413:
      return "Payload Too Large";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    default:
      return "";
  }
}

json headers_of(const core::Headers& headers) {
  json list = json::array();
  for (const auto& [name, value] : headers) {
    list.push_back({{"name", name}, {"value", value}});
  }
  return list;
}

std::string mime_type_of(const core::Headers& headers) {
  return std::string(headers.get("content-type").value_or("application/octet-stream"));
}

json request_of(const Recording& recording) {
  const core::Request& request = recording.request;
  const std::string fragment = recording.operation.empty() ? "" : "#" + recording.operation;
  json out = {{"method", request.method},
              {"url", std::string(kHost) + request.target + fragment},
              {"httpVersion", "HTTP/1.1"},
              {"cookies", json::array()},
              {"headers", headers_of(request.headers)},
              {"queryString", json::array()},
              {"headersSize", -1},
              {"bodySize", request.body.size()}};
  if (request.body.empty()) return out;
  const bool text = is_utf8(request.body);
  json data = {{"mimeType", mime_type_of(request.headers)},
               {"params", json::array()},
               {"text", text ? request.body : ""}};
  // The format has no encoding for what is sent.
  if (!text) data["comment"] = "base64: " + base64(request.body);
  out["postData"] = std::move(data);
  return out;
}

json response_of(const core::Response& response) {
  const bool text = is_utf8(response.body);
  json content = {{"size", response.body.size()},
                  {"mimeType", mime_type_of(response.headers)},
                  {"text", text ? response.body : base64(response.body)}};
  if (!text) content["encoding"] = "base64";
  return {{"status", response.status},
          {"statusText", reason_of(response.status)},
          {"httpVersion", "HTTP/1.1"},
          {"cookies", json::array()},
          {"headers", headers_of(response.headers)},
          {"content", std::move(content)},
          {"redirectURL", ""},
          {"headersSize", -1},
          {"bodySize", response.body.size()}};
}

json entry_of(const Recording& recording) {
  const double took_ms = static_cast<double>(recording.took.count()) / 1e3;
  json entry = {{"startedDateTime", core::iso_time(recording.started, 3)},
                {"time", took_ms},
                {"request", request_of(recording)},
                {"response", response_of(recording.response)},
                {"cache", json::object()},
                {"timings", {{"send", 0}, {"wait", took_ms}, {"receive", 0}}}};
  if (recording.call != recording.id) {
    entry["comment"] = "retry of #" + std::to_string(recording.call);
  }
  return entry;
}

}  // namespace

core::Result<void> export_har(const std::string& path, const std::string& version,
                              std::ostream& out) {
  const json creator = {{"name", "dynatape"}, {"version", version}};
  out << R"({"log":{"version":"1.2","creator":)" << creator.dump() << R"(,"entries":[)";
  bool first = true;
  auto done = each_recording(path, [&](const Recording& recording) -> core::Result<void> {
    out << (std::exchange(first, false) ? "\n" : ",\n")
        << entry_of(recording).dump(-1, ' ', false, json::error_handler_t::replace);
    return {};
  });
  if (!done) return done;
  out << "\n]}}\n";
  return {};
}

}  // namespace dynatape::cassettes
