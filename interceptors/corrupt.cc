#include "interceptors/corrupt.h"

#include <array>
#include <ctime>
#include <nlohmann/json.hpp>

#include "core/digest.h"
#include "interceptors/duration_text.h"
#include "interceptors/error_body.h"
#include "interceptors/json_field.h"

namespace dynatape::interceptors {
namespace {

/// Falsifies an answer that came back; what is no answer cannot be.
class Corruption : public Fault {
 public:
  [[nodiscard]] core::Task<core::Result<core::Reply>> handle(core::Exchange& exchange,
                                                             Firing& firing,
                                                             Inner inner) const override {
    auto result = co_await inner(exchange);
    if (!result) {
      firing.undelivered("there was no answer to falsify");
      co_return result;
    }
    exchange.note(name(), std::string(firing.rule()) + ": " + describe());
    falsify(*result);
    firing.delivered(exchange);
    co_return result;
  }

 private:
  virtual void falsify(core::Reply& reply) const = 0;
};

class WrongCrc32 final : public Corruption {
 public:
  [[nodiscard]] std::string_view name() const override { return "wrong_crc32"; }
  [[nodiscard]] std::string describe() const override {
    return "sends the answer with an x-amz-crc32 that is not its own";
  }

 private:
  void falsify(core::Reply& reply) const override {
    core::Headers& headers = reply.response.headers;
    headers.erase("x-amz-crc32");
    headers.add("x-amz-crc32", std::to_string(~core::crc32(reply.response.body)));
  }
};

enum class Malformed { cut, text, empty };

class MalformedJson final : public Corruption {
 public:
  explicit MalformedJson(Malformed as) : as_(as) {}

  [[nodiscard]] std::string_view name() const override { return "malformed_json"; }
  [[nodiscard]] std::string describe() const override {
    switch (as_) {
      case Malformed::cut:
        return "sends the first half of the answer as if it were all";
      case Malformed::text:
        return "sends a text that is no JSON instead of the answer";
      case Malformed::empty:
        break;
    }
    return "sends an empty body instead of the answer";
  }

 private:
  void falsify(core::Reply& reply) const override {
    std::string& body = reply.response.body;
    reply.response.headers.erase("x-amz-crc32");  // of the body as it was
    switch (as_) {
      case Malformed::cut:
        body.resize(body.size() / 2);
        break;
      case Malformed::text:
        body = "upstream request timeout";
        break;
      case Malformed::empty:
        body.clear();
        break;
    }
  }

  Malformed as_;
};

class WrongEncoding final : public Corruption {
 public:
  explicit WrongEncoding(std::string claims) : claims_(std::move(claims)) {}

  [[nodiscard]] std::string_view name() const override { return "wrong_encoding"; }
  [[nodiscard]] std::string describe() const override {
    return "sends the plain answer as if it were " + claims_;
  }

 private:
  void falsify(core::Reply& reply) const override { reply.delivery.claimed_encoding = claims_; }

  std::string claims_;
};

/// What a load balancer says whose target is gone.
class BadGateway final : public Fault {
 public:
  explicit BadGateway(int status) : status_(status) {}

  [[nodiscard]] std::string_view name() const override { return "bad_gateway"; }
  [[nodiscard]] std::string describe() const override {
    return "answers an HTML page (HTTP " + std::to_string(status_) +
           ") instead of passing the call on";
  }

  [[nodiscard]] core::Task<core::Result<core::Reply>> handle(core::Exchange& exchange,
                                                             Firing& firing, Inner) const override {
    exchange.note("bad_gateway", std::string(firing.rule()) + ": " + std::to_string(status_));
    firing.delivered(exchange);
    const std::string title = std::to_string(status_) + (status_ == 502 ? " Bad Gateway" : "");
    core::Response page{status_,
                        {{"Content-Type", "text/html"}},
                        "<html>\r\n<head><title>" + title +
                            "</title></head>\r\n<body>\r\n<center><h1>" + title +
                            "</h1></center>\r\n</body>\r\n</html>\r\n"};
    co_return core::Reply{std::move(page), core::Source::fault, {}};
  }

 private:
  int status_;
};

/// `instant` in UTC, by a pattern of strftime.
std::string utc(const char* pattern, core::TimePoint instant) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(instant);
  std::tm fields{};
  gmtime_r(&seconds, &fields);
  std::array<char, 64> text{};
  return {text.data(), std::strftime(text.data(), text.size(), pattern, &fields)};
}

std::string http_date(core::TimePoint instant) { return utc("%a, %d %b %Y %T GMT", instant); }

/// As SigV4 writes a time: "20261121T160000Z".
std::string amz_date(core::TimePoint instant) { return utc("%Y%m%dT%H%M%SZ", instant); }

/// How far a signature's time may lie from the service's (AWS, Signature Version 4).
constexpr core::Duration kSigningWindow = std::chrono::minutes(5);

class ClockSkew final : public Fault {
 public:
  /// `skew` is what the service's clock is ahead of the true one.
  ClockSkew(core::Duration skew, bool refuses) : skew_(skew), refuses_(refuses) {}

  [[nodiscard]] std::string_view name() const override { return "clock_skew"; }
  [[nodiscard]] std::string describe() const override {
    const bool ahead = skew_ > core::Duration::zero();
    return std::string(refuses_ ? "refuses the signature" : "dates the answer") +
           " by a clock that is " + to_text(ahead ? skew_ : -skew_) +
           (ahead ? " ahead" : " behind");
  }

  [[nodiscard]] core::Task<core::Result<core::Reply>> handle(core::Exchange& exchange,
                                                             Firing& firing,
                                                             Inner inner) const override {
    if (refuses_) {
      exchange.note("clock_skew", std::string(firing.rule()) + ": refused");
      firing.delivered(exchange);
      co_return refusal(exchange);
    }
    auto result = co_await inner(exchange);
    if (!result) {
      firing.undelivered("there was no answer to date");
      co_return result;
    }
    exchange.note("clock_skew", std::string(firing.rule()) + ": dated");
    date(result->response, exchange);
    firing.delivered(exchange);
    co_return result;
  }

 private:
  void date(core::Response& response, const core::Exchange& exchange) const {
    response.headers.erase("Date");
    response.headers.add("Date", http_date(exchange.clock().now() + skew_));
  }

  /// In the words of AWS, for a client whose own clock is right.
  [[nodiscard]] core::Reply refusal(const core::Exchange& exchange) const {
    const core::TimePoint service = exchange.clock().now() + skew_;
    const std::string signed_at = amz_date(exchange.clock().now());
    const bool expired = skew_ > core::Duration::zero();
    const std::string message =
        expired ? "Signature expired: " + signed_at + " is now earlier than " +
                      amz_date(service - kSigningWindow) + " (" + amz_date(service) + " - 5 min.)"
                : "Signature not yet current: " + signed_at + " is still later than " +
                      amz_date(service + kSigningWindow) + " (" + amz_date(service) + " + 5 min.)";
    ErrorShape shape;
    shape.exception = find_exception("InvalidSignatureException");
    shape.message = message;
    core::Response response{shape.exception->status,
                            {{"Content-Type", "application/x-amz-json-1.0"}},
                            error_body(shape, exchange.call()).value_or("{}")};
    date(response, exchange);
    return {std::move(response), core::Source::fault, {}};
  }

  core::Duration skew_;
  bool refuses_;
};

}  // namespace

std::unique_ptr<const Fault> make_wrong_crc32(const JsonField& options) {
  options.must_be_object();
  return std::make_unique<WrongCrc32>();
}

std::unique_ptr<const Fault> make_malformed_json(const JsonField& options) {
  static constexpr std::string_view kKinds[] = {"cut", "text", "empty"};
  options.must_be_object();
  std::string as = "cut";
  if (const auto field = options.member("as")) as = field->choice(kKinds, "what is sent instead");
  return std::make_unique<MalformedJson>(as == "cut"    ? Malformed::cut
                                         : as == "text" ? Malformed::text
                                                        : Malformed::empty);
}

std::unique_ptr<const Fault> make_wrong_encoding(const JsonField& options) {
  static constexpr std::string_view kEncodings[] = {"gzip", "deflate", "br", "zstd"};
  options.must_be_object();
  std::string claims = "gzip";
  if (const auto field = options.member("claims")) {
    claims = field->choice(kEncodings, "a content encoding");
  }
  return std::make_unique<WrongEncoding>(std::move(claims));
}

std::unique_ptr<const Fault> make_bad_gateway(const JsonField& options) {
  options.must_be_object();
  int status = 502;
  if (const auto field = options.member("status")) {
    status = static_cast<int>(field->count(500, 599));
  }
  return std::make_unique<BadGateway>(status);
}

std::unique_ptr<const Fault> make_clock_skew(const JsonField& options) {
  options.must_be_object();
  const auto behind = options.member("behind");
  const auto ahead = options.member("ahead");
  if (behind.has_value() == ahead.has_value()) {
    options.mistake(R"(it takes one of "behind" and "ahead", a duration)");
  }
  core::Duration skew{0};
  if (ahead) skew = ahead->duration();
  if (behind) skew = -behind->duration();
  bool refuses = false;
  if (const auto field = options.member("refuses")) refuses = field->boolean();
  if (refuses && skew >= -kSigningWindow && skew <= kSigningWindow) {
    options.mistake("a signature is refused only for more than 5m");
  }
  return std::make_unique<ClockSkew>(skew, refuses);
}

}  // namespace dynatape::interceptors
