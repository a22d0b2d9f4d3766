#pragma once

// AWS Signature Version 4 as functions from a request to texts: what is canonical, what is signed,
// the signature, and what a signed request says of it. They know neither time nor keys' owners.
// Source: "Signature Version 4 signing process", AWS General Reference; the form of every service
// but S3, with the path normalised and encoded once more.

#include <string>
#include <string_view>

#include "core/message.h"

namespace dynatape::aws {

inline constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
inline constexpr std::string_view kTerminator = "aws4_request";

/// What a signed request says of its signature, as sent.
struct SignatureClaim {
  bool by_query = false;  ///< presigned: in the query instead of the Authorization header
  std::string algorithm;
  std::string credential;      ///< "AKIDEXAMPLE/20150830/us-east-1/dynamodb/aws4_request"
  std::string signed_headers;  ///< "host;x-amz-date"
  std::string signature;
  std::string time;     ///< "20150830T123600Z"
  std::string expires;  ///< seconds; presigned only, may be empty
  std::string session_token;

  bool operator==(const SignatureClaim&) const = default;
};

/// Missing parts are empty.
[[nodiscard]] SignatureClaim signature_claim(const core::Request& request);

/// For what a signing key is good: its scope in a credential, without the access key id.
struct Scope {
  std::string date;     ///< "20150830"
  std::string region;   ///< "us-east-1"
  std::string service;  ///< "dynamodb", also for streams

  /// "20150830/us-east-1/dynamodb/aws4_request"
  [[nodiscard]] std::string text() const;

  bool operator==(const Scope&) const = default;
};

/// The request as both sides write it before they hash it: `signed_headers` as in a claim, the body
/// as it went over the wire.
[[nodiscard]] std::string canonical_request(const core::Request& request,
                                            std::string_view signed_headers);

[[nodiscard]] std::string string_to_sign(std::string_view time, const Scope& scope,
                                         std::string_view canonical_request);

/// In lower-case hexadecimal.
[[nodiscard]] std::string signature(std::string_view secret_key, const Scope& scope,
                                    std::string_view string_to_sign);

}  // namespace dynatape::aws
