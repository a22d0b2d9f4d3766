#pragma once

// Answers that are wrong on the wire: `wrong_crc32`, `malformed_json`, `wrong_encoding`
// and `bad_gateway`. Everything that the fault is not about stays true.

#include <memory>

#include "interceptors/interceptor_table.h"

namespace dynatape::interceptors {

inline constexpr Option kMalformedJsonOptions[] = {
    {"as", "cut, text or empty", "cut",
     "the first half of the answer, a text that is no JSON, or nothing at all"},
};

inline constexpr Option kWrongEncodingOptions[] = {
    {"claims", "gzip, deflate, br or zstd", "gzip", "the Content-Encoding of a plain answer"},
};

inline constexpr Option kBadGatewayOptions[] = {
    {"status", "500 to 599", "502", "the HTTP status of the page"},
};

[[nodiscard]] std::unique_ptr<const Fault> make_wrong_crc32(const JsonField& options);
[[nodiscard]] std::unique_ptr<const Fault> make_malformed_json(const JsonField& options);
[[nodiscard]] std::unique_ptr<const Fault> make_wrong_encoding(const JsonField& options);
[[nodiscard]] std::unique_ptr<const Fault> make_bad_gateway(const JsonField& options);

}  // namespace dynatape::interceptors
