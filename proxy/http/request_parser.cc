#include "proxy/http/request_parser.h"

#include <llhttp.h>

#include <algorithm>
#include <utility>

#include "proxy/http/encoding.h"

namespace dynatape::http {
namespace {

constexpr std::size_t kReservedBodyBytes = std::size_t{64} << 10;  // more only once it has come
constexpr std::size_t kUsualHeaders = 16;                          // of an SDK's request: 9 to 14
constexpr std::size_t kFramingPerByte = 8;  // chunks of one byte need 5 and a size of many zeros

}  // namespace

struct RequestParser::Reading {
  explicit Reading(RequestLimits allowed) : limits(allowed) {
    llhttp_init(&parser, HTTP_REQUEST, &callbacks());
    parser.data = this;
  }

  std::size_t feed(std::string_view bytes);
  std::size_t execute(std::string_view bytes);
  [[nodiscard]] std::size_t framing_allowance() const;
  int refuse(int status, std::string message);
  void malformed();
  void decode_body();

  int add_header();
  int headers_complete();
  int body_bytes(const char* at, std::size_t length);
  int message_complete();

  static const llhttp_settings_t& callbacks();
  static Reading& of(llhttp_t* parser) { return *static_cast<Reading*>(parser->data); }

  const RequestLimits limits;
  llhttp_t parser;
  State state = State::idle;
  std::size_t head_bytes = 0;
  std::size_t framed_body_bytes = 0;
  bool expects_continue = false;
  bool stops_after_head = false;
  bool stopped = false;
  std::string field;
  std::string value;
  Incoming incoming;
  Refusal refusal;
};

std::size_t RequestParser::Reading::feed(std::string_view bytes) {
  std::size_t taken = 0;
  stopped = false;
  while (taken < bytes.size() && state != State::complete && state != State::refused) {
    std::string_view piece = bytes.substr(taken);
    if (state == State::body) {
      piece = piece.substr(0, framing_allowance());
      const std::size_t read = execute(piece);
      taken += read;
      framed_body_bytes += read;
      if (state == State::body && framing_allowance() == 0) {
        refuse(400, "the framing of the request's chunks is out of proportion to its body");
      }
      continue;
    }
    state = State::head;
    piece = piece.substr(0, limits.max_header_bytes - head_bytes);
    const std::size_t read = execute(piece);
    taken += read;
    head_bytes += read;
    if (stops_after_head && state == State::body) {
      stopped = true;
      break;
    }
    if (state == State::head && head_bytes >= limits.max_header_bytes) {
      refuse(431, "the request line and the headers are longer than the limit of " +
                      std::to_string(limits.max_header_bytes) + " bytes");
    }
  }
  return taken;
}

/// How many more bytes may come before more of the body does: chunk extensions, trailers and zeros
/// before a size, whatever is no body, are bounded too. Asked before each piece, so that a request
/// is refused at the same byte in any pieces.
std::size_t RequestParser::Reading::framing_allowance() const {
  const std::size_t most =
      limits.max_header_bytes + (kFramingPerByte + 1) * incoming.request.body.size();
  return most - std::min(most, framed_body_bytes);
}

std::size_t RequestParser::Reading::execute(std::string_view bytes) {
  const llhttp_errno_t error = llhttp_execute(&parser, bytes.data(), bytes.size());
  if (error == HPE_OK) return bytes.size();
  if (error != HPE_PAUSED && state != State::refused) malformed();
  const auto read = static_cast<std::size_t>(llhttp_get_error_pos(&parser) - bytes.data());
  if (state == State::body) {  // the head's end: without a body, the request's too
    llhttp_resume(&parser);
    (void)execute(bytes.substr(read, 0));
  }
  return read;
}

void RequestParser::Reading::malformed() {
  const char* reason = llhttp_get_error_reason(&parser);
  refuse(400, "malformed HTTP request: " + std::string(reason ? reason : "unknown reason"));
}

int RequestParser::Reading::refuse(int status, std::string message) {
  state = State::refused;
  refusal = {status, std::move(message)};
  return -1;
}

int RequestParser::Reading::add_header() {
  if (incoming.request.headers.empty()) incoming.request.headers.reserve(kUsualHeaders);
  incoming.request.headers.add(std::move(field), std::move(value));
  field.clear();
  value.clear();
  return 0;
}

int RequestParser::Reading::headers_complete() {
  const core::Headers& headers = incoming.request.headers;
  incoming.http_1_0 = parser.http_major == 1 && parser.http_minor == 0;
  if (parser.http_major != 1) return refuse(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
  if (!incoming.http_1_0 && !headers.contains("Host")) {
    return refuse(400, "malformed HTTP request: it has no Host header");
  }
  if (parser.content_length > limits.max_body_bytes && !(parser.flags & F_CHUNKED)) {
    return refuse(413, "the request's body of " + std::to_string(parser.content_length) +
                           " bytes is longer than the limit of " +
                           std::to_string(limits.max_body_bytes) + " bytes");
  }
  incoming.keep_alive = llhttp_should_keep_alive(&parser) != 0;
  incoming.request.method = llhttp_method_name(static_cast<llhttp_method_t>(parser.method));
  if (const auto accepted = headers.get("Accept-Encoding")) {
    incoming.accepts_gzip = accepts_gzip(*accepted);
  }
  if (const auto expectation = headers.get("Expect")) {
    if (!core::equals_ignoring_case(*expectation, "100-continue")) {
      return refuse(417, "this expectation cannot be met: " + std::string(*expectation));
    }
    expects_continue = !incoming.http_1_0;
  }
  incoming.request.body.reserve(std::min<std::size_t>(parser.content_length, kReservedBodyBytes));
  state = State::body;
  // "Upgrade: h2c", as some clients ask for: we stay with HTTP/1.1, as a server may.
  if (parser.method != HTTP_CONNECT) parser.upgrade = 0;
  return HPE_PAUSED;  // what follows is counted as body
}

int RequestParser::Reading::body_bytes(const char* at, std::size_t length) {
  std::string& body = incoming.request.body;
  expects_continue = false;
  if (length > limits.max_body_bytes - body.size()) {
    return refuse(413, "the request's body is longer than the limit of " +
                           std::to_string(limits.max_body_bytes) + " bytes");
  }
  body.append(at, length);
  return 0;
}

int RequestParser::Reading::message_complete() {
  state = State::complete;
  expects_continue = false;
  if (incoming.request.headers.contains("Content-Encoding")) decode_body();
  return state == State::refused ? -1 : HPE_PAUSED;
}

void RequestParser::Reading::decode_body() {
  core::Request& request = incoming.request;
  std::string encoding;
  for (const auto& [name, codings] : request.headers) {
    if (!core::equals_ignoring_case(name, "Content-Encoding")) continue;
    if (!encoding.empty()) encoding += ',';
    encoding += codings;
  }
  if (request.body.empty()) return;
  auto decoded = decode(encoding, request.body, limits.max_body_bytes);
  if (decoded) {
    request.encoded_body = std::exchange(request.body, *std::move(decoded));
    return;
  }
  switch (decoded.error()) {
    case DecodeFailure::unknown_encoding:
      refuse(415, "the request's Content-Encoding is neither gzip nor deflate: " + encoding);
      break;
    case DecodeFailure::corrupt:
      refuse(400, "the request's body is not what its Content-Encoding says: " + encoding);
      break;
    case DecodeFailure::too_large:
      refuse(413, "the request's decoded body is longer than the limit of " +
                      std::to_string(limits.max_body_bytes) + " bytes");
      break;
  }
}

const llhttp_settings_t& RequestParser::Reading::callbacks() {
  static const llhttp_settings_t kCallbacks = [] {
    llhttp_settings_t on;
    llhttp_settings_init(&on);
    on.on_url = [](llhttp_t* p, const char* at, std::size_t n) {
      of(p).incoming.request.target.append(at, n);
      return 0;
    };
    on.on_header_field = [](llhttp_t* p, const char* at, std::size_t n) {
      of(p).field.append(at, n);
      return 0;
    };
    on.on_header_value = [](llhttp_t* p, const char* at, std::size_t n) {
      of(p).value.append(at, n);
      return 0;
    };
    on.on_header_value_complete = [](llhttp_t* p) {
      // Trailers come after the head; they are framing and no headers of the request.
      if (of(p).state == State::head) return of(p).add_header();
      of(p).field.clear();
      of(p).value.clear();
      return 0;
    };
    on.on_headers_complete = [](llhttp_t* p) { return of(p).headers_complete(); };
    on.on_body = [](llhttp_t* p, const char* at, std::size_t n) { return of(p).body_bytes(at, n); };
    on.on_message_complete = [](llhttp_t* p) { return of(p).message_complete(); };
    return on;
  }();
  return kCallbacks;
}

RequestParser::RequestParser(RequestLimits limits) : reading_(std::make_unique<Reading>(limits)) {}
RequestParser::~RequestParser() = default;
RequestParser::RequestParser(RequestParser&&) noexcept = default;
RequestParser& RequestParser::operator=(RequestParser&&) noexcept = default;

std::size_t RequestParser::feed(std::string_view bytes) { return reading_->feed(bytes); }
RequestParser::State RequestParser::state() const { return reading_->state; }
void RequestParser::stop_after_head(bool stops) { reading_->stops_after_head = stops; }
bool RequestParser::stopped() const { return reading_->stopped; }
const Incoming& RequestParser::head() const { return reading_->incoming; }
bool RequestParser::take_expectation() {
  return reading_->state == State::body && std::exchange(reading_->expects_continue, false);
}
const Refusal& RequestParser::refusal() const { return reading_->refusal; }

Incoming RequestParser::take() {
  Reading& reading = *reading_;
  Incoming taken = std::exchange(reading.incoming, {});
  reading.state = State::idle;
  reading.head_bytes = 0;
  reading.framed_body_bytes = 0;
  llhttp_resume(&reading.parser);
  return taken;
}

}  // namespace dynatape::http
