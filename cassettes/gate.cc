#include "cassettes/gate.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "cassettes/encoded.h"

namespace dynatape::cassettes {
namespace {

constexpr std::string_view kAwsSecretKey = "aws-secret-key";
constexpr std::string_view kNamedSecret = "named-secret";
constexpr std::string_view kPrivateKeyDer = "private-key-der";

constexpr GateRule kGateRules[] = {
    {kAwsSecretKey,
     "40 characters as of an AWS secret access key, under a name such as secret_key"},
    {kNamedSecret,
     "20 to 128 random characters under a name with secret, password, api_key, access_token, ..."},
    {kPrivateKeyDer, "a private key in DER (PKCS #8), encoded"},
    {kUnsearchable, "encoded more than five times, or compressed so that it cannot be read"},
};

constexpr std::string_view kNames[] = {
    "secret",     "password",     "passwd",      "apikey",        "api_key",     "api-key",
    "accesskey",  "access_key",   "access-key",  "privatekey",    "private_key", "authtoken",
    "auth_token", "access_token", "accesstoken", "refresh_token", "refreshtoken"};

constexpr std::size_t kShortest = 20;
constexpr std::size_t kLongest = 128;
constexpr std::size_t kAwsSecretKeySize = 40;
constexpr double kLeastEntropy = 3.5;  // bits per character; English has about 4, words repeat
constexpr std::size_t kLongestName = 40;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

double entropy(std::string_view text) {
  std::array<int, 256> counts{};
  for (const char c : text) ++counts[static_cast<unsigned char>(c)];
  double bits = 0;
  for (const int count : counts) {
    if (count == 0) continue;
    const double share = count / static_cast<double>(text.size());
    bits -= share * std::log2(share);
  }
  return bits;
}

/// Upper and lower case, digits, and no order in them.
bool looks_random(std::string_view run) {
  bool upper = false;
  bool lower = false;
  bool digit = false;
  for (const char c : run) {
    upper |= c >= 'A' && c <= 'Z';
    lower |= c >= 'a' && c <= 'z';
    digit |= c >= '0' && c <= '9';
  }
  return upper && lower && digit && entropy(run) >= kLeastEntropy;
}

/// The word in front of what separates it from a value in JSON, YAML, queries and assignments.
std::string_view word_before(std::string_view text) {
  const auto end = text.find_last_not_of("\"'\\:=[{, \t");
  if (end == std::string_view::npos || end + 1 == text.size()) return "";
  std::size_t begin = end + 1;
  while (begin > 0 && is_word(text[begin - 1]) && end + 1 - begin < kLongestName) --begin;
  return text.substr(begin, end + 1 - begin);
}

/// What names the value in front of which `text` ends, past the type of an attribute value.
bool named_as_secret(std::string_view text) {
  std::string_view name = word_before(text);
  if (name == "S" || name == "SS" || name == "B" || name == "BS") {
    name = word_before(text.substr(0, static_cast<std::size_t>(name.data() - text.data())));
  }
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return std::ranges::any_of(kNames, [&](std::string_view one) { return lower.contains(one); });
}

std::optional<std::string_view> named_value(std::string_view text) {
  for (auto run = find_encoded_run(text, 0, kShortest); run;
       run = find_encoded_run(text, run->end, kShortest)) {
    const auto value = text.substr(run->begin, run->end - run->begin);
    if (value.size() > kLongest || !named_as_secret(text.substr(0, run->begin)) ||
        !looks_random(value)) {
      continue;
    }
    return value.size() == kAwsSecretKeySize ? kAwsSecretKey : kNamedSecret;
  }
  return std::nullopt;
}

/// PKCS #8: an algorithm, RSA or elliptic curves, and behind it an octet string (04), where a
/// public key has a bit string (03).
bool holds_private_key(std::string_view bytes) {
  using namespace std::string_view_literals;
  constexpr auto kRsa = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00\x04"sv;
  constexpr auto kCurve = "\x2a\x86\x48\xce\x3d\x02\x01"sv;
  constexpr auto kCurveKey = "\x02\x01\x01\x04\x20"sv;
  constexpr std::size_t kNear = 40;
  if (bytes.contains(kRsa)) return true;
  const auto curve = bytes.find(kCurve);
  return curve != std::string_view::npos && bytes.substr(curve, kNear).contains(kCurveKey);
}

}  // namespace

std::span<const GateRule> gate_rules() { return kGateRules; }

std::optional<std::string_view> suspect(std::string_view bytes, bool decoded) {
  if (auto named = named_value(bytes)) return named;
  if (decoded && holds_private_key(bytes)) return kPrivateKeyDer;
  return std::nullopt;
}

}  // namespace dynatape::cassettes
