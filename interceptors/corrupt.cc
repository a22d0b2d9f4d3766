#include "interceptors/corrupt.h"

#include <nlohmann/json.hpp>

#include "core/digest.h"
#include "interceptors/json_field.h"

namespace dynatape::interceptors {
namespace {

class WrongCrc32 final : public AnswerFault {
 public:
  [[nodiscard]] std::string_view name() const override { return "wrong_crc32"; }
  [[nodiscard]] std::string describe() const override {
    return "sends the answer with an x-amz-crc32 that is not its own";
  }

 private:
  void change(core::Reply& reply, const core::Exchange&) const override {
    core::Headers& headers = reply.response.headers;
    headers.erase("x-amz-crc32");
    headers.add("x-amz-crc32", std::to_string(~core::crc32(reply.response.body)));
  }
};

enum class Malformed { cut, text, empty };

class MalformedJson final : public AnswerFault {
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
  void change(core::Reply& reply, const core::Exchange&) const override {
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

class WrongEncoding final : public AnswerFault {
 public:
  explicit WrongEncoding(std::string claims) : claims_(std::move(claims)) {}

  [[nodiscard]] std::string_view name() const override { return "wrong_encoding"; }
  [[nodiscard]] std::string describe() const override {
    return "sends the plain answer as if it were " + claims_;
  }

 private:
  void change(core::Reply& reply, const core::Exchange&) const override {
    reply.delivery.claimed_encoding = claims_;
  }

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

}  // namespace dynatape::interceptors
