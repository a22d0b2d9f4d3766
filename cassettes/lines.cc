#include "cassettes/lines.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "cassettes/encoded.h"
#include "cassettes/generated.h"
#include "cassettes/json_text.h"
#include "cassettes/line_parts.h"
#include "core/time_text.h"

namespace dynatape::cassettes {
namespace {

constexpr auto kRetold = std::chrono::minutes(10);

/// Of these a replay looks at none, and they differ from run to run or from SDK to SDK.
constexpr std::array<std::string_view, 6> kNoise = {"accept-encoding",  "amz-sdk-invocation-id",
                                                    "amz-sdk-request",  "user-agent",
                                                    "x-amz-user-agent", "x-amzn-requestid"};

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

HeaderFields telling(const core::Headers& headers) {
  HeaderFields fields;
  for (const auto& [name, value] : headers) {
    std::string small = lower(name);
    if (std::ranges::find(kNoise, small) == kNoise.end()) fields.emplace_back(small, value);
  }
  std::ranges::sort(fields);
  return fields;
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
  out += out.size() == 1 ? "\"" : ",\"";
  out.append(name).append("\":").append(text);
}

bool is_utf8(const std::string& text) { return nlohmann::json::accept(json_string(text)); }

/// A string, or an object around the base64 of bytes that are none.
std::string bytes_json(const std::string& bytes) {
  if (is_utf8(bytes)) return json_string(bytes);
  return R"({"base64":")" + encode_base64(bytes, /*url=*/false, /*padded=*/true) + "\"}";
}

void append_headers(std::string& out, const core::Headers& headers, const HeaderFields& usual,
                    LineForm form) {
  const HeaderFields fields =
      form == LineForm::exact ? HeaderFields(headers.begin(), headers.end()) : telling(headers);
  if (fields == usual) return;
  std::string text = "[";
  for (const auto& [name, value] : fields) {
    text += text.size() > 1 ? ",[" : "[";
    text += bytes_json(name) + "," + bytes_json(value) + "]";
  }
  append_member(out, "headers", text + "]");
}

void append_body(std::string& out, const std::string& body, bool sorted) {
  if (body.empty()) return;
  if (auto ordered = sorted ? sorted_json(body) : std::nullopt) {
    append_member(out, "body", *ordered);
  } else if (!sorted && fits_in_json_line(body)) {
    append_member(out, "body", body);
  } else {
    append_member(out, "body_text", bytes_json(body));
  }
}

std::string request_text(const Recording& recording, LineForm form) {
  const core::Request& request = recording.request;
  std::string out = "{";
  append_body(out, request.body, form == LineForm::readable);
  append_headers(out, request.headers, usual_request_headers(recording.operation), form);
  if (request.method != "POST") append_member(out, "method", bytes_json(request.method));
  if (request.target != "/") append_member(out, "target", bytes_json(request.target));
  return out + "}";
}

std::string response_text(const core::Response& response, LineForm form) {
  std::string out = "{";
  append_body(out, response.body, /*sorted=*/false);
  append_headers(out, response.headers, usual_response_headers(), form);
  append_member(out, "status", std::to_string(response.status));
  return out + "}";
}

}  // namespace

std::optional<core::TimePoint> LineWriter::to_tell(const Recording& recording) {
  if (form_ == LineForm::exact || recording.started == core::TimePoint()) return std::nullopt;
  const core::TimePoint moment = std::chrono::floor<std::chrono::seconds>(recording.started);
  if (told_ && std::chrono::abs(moment - *told_) < kRetold) return std::nullopt;
  const auto has_time = [&](std::string_view text) {
    return std::ranges::any_of(find_generated(text, moment),
                               [](const Generated& one) { return one.kind != "uuid"; });
  };
  if (!has_time(recording.request.body) && !has_time(recording.response.body)) return std::nullopt;
  told_ = moment;
  return moment;
}

std::string LineWriter::line(const Recording& recording) {
  ++lines_;
  if (recording.call == recording.id) line_of_call_[recording.id] = lines_;
  const bool exact = form_ == LineForm::exact;
  std::string line = "{";
  if (exact) append_member(line, "arrival", std::to_string(recording.arrival));
  append_member(line, "operation", json_string(recording.operation));
  if (const auto moment = to_tell(recording)) {
    append_member(line, "recorded", json_string(core::iso_time(*moment)));
  }
  if (recording.redactions > 0) {
    append_member(line, "redactions", std::to_string(recording.redactions));
  }
  append_member(line, "request", request_text(recording, form_));
  append_member(line, "response", response_text(recording.response, form_));
  const auto first = line_of_call_.find(recording.call);
  if (recording.call != recording.id && first != line_of_call_.end()) {
    append_member(line, "retry_back", std::to_string(lines_ - first->second));
  }
  if (exact) {
    append_member(line, "started_us", std::to_string(recording.started.time_since_epoch().count()));
    append_member(line, "took_us", std::to_string(recording.took.count()));
  }
  return line + "}";
}

}  // namespace dynatape::cassettes
