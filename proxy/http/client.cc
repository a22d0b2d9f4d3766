#include "proxy/http/client.h"

#include <llhttp.h>

#include <algorithm>
#include <utility>

#include "core/digest.h"
#include "proxy/http/encoding.h"
#include "proxy/http/field.h"
#include "proxy/http/serialise.h"

namespace dynatape::http {

void append_request(std::string& out, const core::Request& request, std::string_view default_host) {
  const std::string& body = request.encoded_body ? *request.encoded_body : request.body;
  out += request.method;
  out += ' ';
  out += request.target;
  out += " HTTP/1.1\r\n";
  if (!request.headers.contains("Host")) append_field(out, "Host", default_host);
  for (const auto& [name, value] : request.headers) {
    if (!core::equals_ignoring_case(name, "Content-Length")) append_field(out, name, value);
  }
  if (!body.empty() || (request.method != "GET" && request.method != "HEAD")) {
    append_field(out, "Content-Length", body.size());
  }
  out += "\r\n";
  out += body;
}

void drop_hop_by_hop(core::Headers& headers) {
  std::string named;
  for (const auto& [name, value] : headers) {
    if (core::equals_ignoring_case(name, "Connection")) named += value + ",";
  }
  for (std::string_view rest = named; !rest.empty();) {
    const std::string_view name = take_element(rest);
    if (!name.empty()) headers.erase(name);
  }
  for (const char* name :
       {"Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "Proxy-Authenticate",
        "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Expect", "Content-Length"}) {
    headers.erase(name);
  }
}

struct ResponseParser::Reading {
  Reading(ResponseLimits allowed, bool head) : limits(allowed), to_head(head) {
    llhttp_init(&parser, HTTP_RESPONSE, &callbacks());
    parser.data = this;
  }

  std::size_t feed(std::string_view bytes);
  int fail(std::string why);
  int headers_complete();
  int body_bytes(const char* at, std::size_t length);
  int message_complete();
  void check_sum();
  void decode_body();

  static const llhttp_settings_t& callbacks();
  static Reading& of(llhttp_t* parser) { return *static_cast<Reading*>(parser->data); }

  const ResponseLimits limits;
  const bool to_head;
  llhttp_t parser;
  State state = State::reading;
  bool in_head = true;
  bool keep_alive = false;
  std::size_t head_bytes = 0;
  std::string field;
  std::string value;
  core::Response response;
  std::string failure;
};

std::size_t ResponseParser::Reading::feed(std::string_view bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size() && state == State::reading) {
    std::string_view piece = bytes.substr(taken);
    const bool began_in_head = in_head;
    if (in_head) piece = piece.substr(0, limits.max_header_bytes - head_bytes);
    const llhttp_errno_t error = llhttp_execute(&parser, piece.data(), piece.size());
    if (error != HPE_OK) {
      piece = piece.substr(0, static_cast<std::size_t>(llhttp_get_error_pos(&parser) - &piece[0]));
      const char* reason = llhttp_get_error_reason(&parser);
      if (state == State::reading) {
        fail("sent a malformed answer: " + std::string(reason ? reason : "unknown reason"));
      }
    }
    taken += piece.size();
    if (began_in_head) head_bytes += piece.size();
    if (in_head && head_bytes >= limits.max_header_bytes) {
      fail("sent an answer whose headers are longer than the limit of " +
           std::to_string(limits.max_header_bytes) + " bytes");
    }
  }
  return taken;
}

int ResponseParser::Reading::fail(std::string why) {
  state = State::failed;
  response = {};
  failure = std::move(why);
  return -1;
}

int ResponseParser::Reading::headers_complete() {
  in_head = false;
  response.status = parser.status_code;
  if (response.status < 100) {
    return fail("sent a malformed answer: its status is " + std::to_string(response.status));
  }
  keep_alive = llhttp_should_keep_alive(&parser) != 0;
  if (!(parser.flags & F_CHUNKED) && !to_head && parser.content_length > limits.max_body_bytes) {
    return fail("sent an answer of " + std::to_string(parser.content_length) +
                " bytes, which is longer than the limit of " +
                std::to_string(limits.max_body_bytes));
  }
  // 1: there is no body. llhttp would read one of an interim answer that says it has chunks.
  return to_head || response.status < 200 ? 1 : 0;
}

int ResponseParser::Reading::body_bytes(const char* at, std::size_t length) {
  if (length > limits.max_body_bytes - response.body.size()) {
    return fail("sent an answer that is longer than the limit of " +
                std::to_string(limits.max_body_bytes) + " bytes");
  }
  response.body.append(at, length);
  return 0;
}

int ResponseParser::Reading::message_complete() {
  if (response.status < 200) {  // interim: the real one follows
    response = {};
    in_head = true;
    return 0;
  }
  state = State::complete;
  if (!to_head) check_sum();
  if (state == State::complete && !response.body.empty()) decode_body();
  return state == State::complete ? HPE_PAUSED : -1;
}

/// The checksum is over the bytes on the wire, so it can be checked only here.
void ResponseParser::Reading::check_sum() {
  const auto promised = response.headers.get("x-amz-crc32");
  if (!promised) return;
  const std::string actual = std::to_string(core::crc32(response.body));
  if (*promised != actual) {
    fail("sent a corrupt answer: its x-amz-crc32 is " + std::string(*promised) +
         ", its body's is " + actual);
  }
}

void ResponseParser::Reading::decode_body() {
  const auto encoding = response.headers.get("Content-Encoding");
  if (!encoding) return;
  auto decoded = decode(*encoding, response.body, limits.max_body_bytes);
  if (!decoded) {
    fail("sent an answer that cannot be decoded, with Content-Encoding: " + std::string(*encoding));
    return;
  }
  response.body = *std::move(decoded);
  response.headers.erase("Content-Encoding");
}

const llhttp_settings_t& ResponseParser::Reading::callbacks() {
  static const llhttp_settings_t kCallbacks = [] {
    llhttp_settings_t on;
    llhttp_settings_init(&on);
    on.on_header_field = [](llhttp_t* p, const char* at, std::size_t n) {
      of(p).field.append(at, n);
      return 0;
    };
    on.on_header_value = [](llhttp_t* p, const char* at, std::size_t n) {
      of(p).value.append(at, n);
      return 0;
    };
    on.on_header_value_complete = [](llhttp_t* p) {
      Reading& reading = of(p);
      if (reading.in_head) {
        reading.response.headers.add(std::move(reading.field), std::move(reading.value));
      }
      reading.field.clear();
      reading.value.clear();
      return 0;
    };
    on.on_headers_complete = [](llhttp_t* p) { return of(p).headers_complete(); };
    on.on_body = [](llhttp_t* p, const char* at, std::size_t n) { return of(p).body_bytes(at, n); };
    on.on_message_complete = [](llhttp_t* p) { return of(p).message_complete(); };
    return on;
  }();
  return kCallbacks;
}

ResponseParser::ResponseParser(ResponseLimits limits, bool to_head)
    : reading_(std::make_unique<Reading>(limits, to_head)) {}
ResponseParser::~ResponseParser() = default;
ResponseParser::ResponseParser(ResponseParser&&) noexcept = default;
ResponseParser& ResponseParser::operator=(ResponseParser&&) noexcept = default;

std::size_t ResponseParser::feed(std::string_view bytes) { return reading_->feed(bytes); }

void ResponseParser::finish() {
  if (state() != State::reading) return;
  const llhttp_errno_t error = llhttp_finish(&reading_->parser);
  if (state() != State::reading) return;  // this was the end of the body
  reading_->fail(!started()        ? "closed the connection without an answer"
                 : error == HPE_OK ? "closed the connection after an interim answer"
                                   : "closed the connection in the middle of its answer");
}

ResponseParser::State ResponseParser::state() const { return reading_->state; }
bool ResponseParser::started() const { return reading_->head_bytes > 0; }
bool ResponseParser::keep_alive() const { return reading_->keep_alive; }
core::Response ResponseParser::take() { return std::exchange(reading_->response, {}); }
const std::string& ResponseParser::failure() const { return reading_->failure; }

}  // namespace dynatape::http
