#include "proxy/http/answer.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include "core/digest.h"
#include "proxy/http/encoding.h"
#include "proxy/http/serialise.h"

namespace dynatape::http {
namespace {

std::string_view reason_phrase(int status) {
  static constexpr std::pair<int, std::string_view> kReasons[] = {
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {304, "Not Modified"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {413, "Content Too Large"},
      {415, "Unsupported Media Type"},
      {417, "Expectation Failed"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
      {505, "HTTP Version Not Supported"},
  };
  for (const auto& [code, reason] : kReasons) {
    if (code == status) return reason;
  }
  return "Unknown";
}

/// Which of the headers that are stamped when missing a response brings along.
struct Brought {
  bool date = false;
  bool request_id = false;
  bool checksum = false;
  bool content_type = false;
};

/// The headers that tell how the message is framed: the road's alone, never the response's.
bool is_framing(std::string_view name) {
  using core::equals_ignoring_case;
  switch (name.size()) {
    case 7:
      return equals_ignoring_case(name, "Trailer") || equals_ignoring_case(name, "Upgrade");
    case 10:
      return equals_ignoring_case(name, "Connection") || equals_ignoring_case(name, "Keep-Alive");
    case 14:
      return equals_ignoring_case(name, "Content-Length");
    case 16:
      return equals_ignoring_case(name, "Content-Encoding");
    case 17:
      return equals_ignoring_case(name, "Transfer-Encoding");
    default:
      return false;
  }
}

Brought append_own_headers(std::string& out, const core::Headers& headers) {
  using core::equals_ignoring_case;
  Brought brought;
  for (const auto& [name, value] : headers) {
    if (is_framing(name)) continue;
    if (equals_ignoring_case(name, "Date")) brought.date = true;
    if (equals_ignoring_case(name, "x-amzn-RequestId")) brought.request_id = true;
    if (equals_ignoring_case(name, "x-amz-crc32")) brought.checksum = true;
    if (equals_ignoring_case(name, "Content-Type")) brought.content_type = true;
    append_field(out, name, value);
  }
  return brought;
}

void append_status_line(std::string& out, int status) {
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::uint64_t>(status));
  out += ' ';
  out += reason_phrase(status);
  out += "\r\n";
}

bool has_no_body(int status) { return status < 200 || status == 204 || status == 304; }

}  // namespace

void append_answer(std::string& out, const core::Response& response, const Stamp& stamp) {
  std::optional<std::string> compressed;
  const bool compresses = stamp.gzip && stamp.claimed_encoding.empty();
  if (compresses && response.body.size() >= kGzipFromBytes) compressed = gzip(response.body);
  std::string_view body = compressed ? *compressed : response.body;
  if (has_no_body(response.status)) body = {};

  append_status_line(out, response.status);
  const Brought brought = append_own_headers(out, response.headers);
  if (!brought.date) append_field(out, "Date", stamp.date);
  if (!brought.request_id) append_field(out, "x-amzn-RequestId", stamp.request_id);
  if (!brought.checksum) append_field(out, "x-amz-crc32", core::crc32(body));
  if (!brought.content_type && !body.empty()) {
    append_field(out, "Content-Type", "application/x-amz-json-1.0");
  }
  if (!stamp.claimed_encoding.empty()) {
    append_field(out, "Content-Encoding", stamp.claimed_encoding);
  } else if (compressed && !body.empty()) {
    append_field(out, "Content-Encoding", "gzip");
  }
  if (!has_no_body(response.status)) append_field(out, "Content-Length", body.size());
  if (!stamp.keep_alive) {
    append_field(out, "Connection", "close");
  } else if (stamp.http_1_0) {
    append_field(out, "Connection", "keep-alive");
  }
  out += "\r\n";
  if (!stamp.head) out += body;
}

void append_streamed_head(std::string& out, const core::Response& response, const Stamp& stamp) {
  append_status_line(out, response.status);
  const Brought brought = append_own_headers(out, response.headers);
  if (!brought.date) append_field(out, "Date", stamp.date);
  if (!brought.request_id) append_field(out, "x-amzn-RequestId", stamp.request_id);
  if (!stamp.http_1_0) append_field(out, "Transfer-Encoding", "chunked");
  if (!stamp.keep_alive) append_field(out, "Connection", "close");
  out += "\r\n";
}

std::string chunk_of(std::string_view piece) {
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), piece.size(), 16).ptr;
  std::string chunk(digits.data(), end);
  return chunk.append("\r\n").append(piece).append("\r\n");
}

}  // namespace dynatape::http
