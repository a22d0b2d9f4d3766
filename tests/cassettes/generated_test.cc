#include "cassettes/generated.h"

#include <catch2/catch.hpp>

namespace dynatape::cassettes {
namespace {

/// 2023-11-14T22:13:20Z
constexpr core::TimePoint kRecorded(core::Duration(1'700'000'000'000'000));

/// What is found in `text`, each in brackets behind its kind.
std::string found(std::string_view text) {
  std::string out;
  for (const Generated& one : find_generated(text, kRecorded)) {
    out += std::string(one.kind) + one.offset + "[" +
           std::string(text.substr(one.begin, one.end - one.begin)) + "]";
  }
  return out;
}

}  // namespace

TEST_CASE("generated: identifiers, alone and inside text") {
  CHECK(found("6fa459ea-ee8a-4ca4-894e-db77e160355e") ==
        "uuid[6fa459ea-ee8a-4ca4-894e-db77e160355e]");
  CHECK(found("USER#6FA459EA-EE8A-3CA4-894E-DB77E160355E#x") ==
        "uuid[6FA459EA-EE8A-3CA4-894E-DB77E160355E]");
  CHECK(found("order_6fa459eaee8a4ca4894edb77e160355e") ==
        "uuid[6fa459eaee8a4ca4894edb77e160355e]");
  CHECK(found("01HF7YAT00ABCDEFGHJKMNPQRS") == "ulid[01HF7YAT00ABCDEFGHJKMNPQRS]");
  CHECK(found("2YBXQYV9ZVnBMYRWnwMvNIpIXTa") == "ksuid[2YBXQYV9ZVnBMYRWnwMvNIpIXTa]");
}

TEST_CASE("generated: times near the recording") {
  CHECK(found("at 2023-11-14T22:13:20.123Z.") == "time[2023-11-14T22:13:20.123Z]");
  CHECK(found("2023-11-15 04:13:20+06:00") == "time[2023-11-15 04:13:20+06:00]");
  CHECK(found("1700000007") == "time[1700000007]");
  CHECK(found("1700000007.25,1700000007123") == "time[1700000007.25]time[1700000007123]");
  CHECK(found("1.700000007123E9") == "time[1.700000007123E9]");
  CHECK(found("1702592003") == "time+30d[1702592003]");
  CHECK(found("1699395203") == "time-7d[1699395203]");
}

TEST_CASE("generated: what a program would write again stays") {
  for (const char* text :
       {"", "orders", "1990-05-17T00:00:00Z", "2023-11-14", "1234567890", "x1700000007",
        "17000000071", "d41d8cd98f00b204e9800998ecf8427e", "6fa459ea-ee8a-4ca4-894e-db77e160355",
        "6fa459ea-ee8a-4ca4-894e-db77e160355e0", "01AN4Z07BY79KA1307SR9X4MV3",
        "ABCDEFGHJKMNPQRSTVWXYZ0123", "aaaaaaaaaaaaaaaaaaaaaaaaaaa", "2023-99-14T22:13:20Z", "1.5",
        "4111111111111111"}) {
    INFO(text);
    CHECK(found(text).empty());
  }
  CHECK(find_generated("1700000007", std::nullopt).empty());
}

}  // namespace dynatape::cassettes
