#pragma once

// A change to a request for the parts further in. What the client sent, and what its signature
// covers, stays as it was: an upstream that passes signatures on finds it no longer fits.

#include <string>

#include "core/exchange.h"

namespace dynatape::core {

/// While it lives, the exchange's request has another body. Rewritings nest.
class Rewriting {
 public:
  Rewriting(Exchange& exchange, std::string body)
      : exchange_(exchange), outer_(exchange.edit_), edit_(with_body(exchange.request(), body)) {
    exchange_.edit_ = &edit_;
  }
  ~Rewriting() { exchange_.edit_ = outer_; }
  Rewriting(const Rewriting&) = delete;
  Rewriting& operator=(const Rewriting&) = delete;

 private:
  static Request with_body(Request request, std::string& body) {
    request.body = std::move(body);
    if (request.encoded_body) request.headers.erase("Content-Encoding");
    request.encoded_body.reset();
    return request;
  }

  Exchange& exchange_;
  const RewrittenRequest* outer_;
  RewrittenRequest edit_;
};

}  // namespace dynatape::core
