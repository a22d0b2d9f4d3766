#include "cassettes/credentials.h"

#include <algorithm>
#include <bit>

namespace dynatape::cassettes {
namespace {

constexpr Credential kCredentials[] = {
    {"aws-access-key", "an access key id of AWS: AKIA… or ASIA…, 20 characters"},
    {"aws-session-token", "a session token of AWS STS: IQoJ…, FwoG… or FQoG…"},
    {"aws-signature", "a SigV4 signature, as Signature= or X-Amz-Signature= in front of it"},
    {"bearer-token", "what follows the word Bearer, 20 characters or more"},
    {"databricks-token", "a token of Databricks: dapi…"},
    {"digitalocean-token", "a token of DigitalOcean: dop_v1_…"},
    {"github-token", "a token of GitHub: ghp_…, gho_…, ghu_…, ghs_…, ghr_… or github_pat_…"},
    {"gitlab-token", "a token of GitLab: glpat-…"},
    {"google-api-key", "an API key of Google: AIza…"},
    {"google-oauth-token", "an OAuth token or client secret of Google: ya29.… or GOCSPX-…"},
    {"huggingface-token", "a token of Hugging Face: hf_…"},
    {"jwt", "a signed JSON Web Token: eyJ….eyJ….…"},
    {"llm-api-key", "an API key of Anthropic or OpenAI: sk-ant-… or sk-proj-…"},
    {"npm-token", "a token of npm: npm_…"},
    {"private-key-pem", "a private key in PEM, from its BEGIN line to its END line"},
    {"pypi-token", "a token of PyPI: pypi-…"},
    {"sendgrid-key", "an API key of SendGrid: SG.….…"},
    {"shopify-token", "a token of Shopify: shpat_…, shpss_…, shpca_… or shppa_…"},
    {"slack-token", "a token of Slack: xoxb-…, xoxp-…, xoxa-…, xoxr-…, xoxs-… or xapp-…"},
    {"slack-webhook", "a webhook of Slack: hooks.slack.com/services/…"},
    {"stripe-key", "a secret of Stripe: sk_live_…, sk_test_…, rk_live_…, rk_test_… or whsec_…"},
    {"url-password", "the password in a URL: scheme://user:password@host"},
    {"vault-token", "a token of HashiCorp Vault: hvs.…"},
};

using Characters = bool (*)(char);

bool digit(char c) { return c >= '0' && c <= '9'; }
bool lower(char c) { return c >= 'a' && c <= 'z'; }
bool upper(char c) { return c >= 'A' && c <= 'Z'; }
bool word(char c) { return digit(c) || lower(c) || upper(c); }
bool base32(char c) { return upper(c) || (c >= '2' && c <= '7'); }
bool lower_hex(char c) { return digit(c) || (c >= 'a' && c <= 'f'); }
bool base64_url(char c) { return word(c) || c == '-' || c == '_'; }
bool base64(char c) { return word(c) || c == '+' || c == '/' || c == '='; }
bool token68(char c) { return base64_url(c) || base64(c) || c == '.' || c == '~'; }
bool word_or_dash(char c) { return word(c) || c == '-'; }
bool word_or_slash(char c) { return word(c) || c == '/'; }

std::size_t run_of(std::string_view text, std::size_t from, Characters belongs) {
  std::size_t end = from;
  while (end < text.size() && belongs(text[end])) ++end;
  return end - from;
}

/// Where a form that is more than a prefix and a run of characters ends; 0 where it is not one.
using Ending = std::size_t (*)(std::string_view text, std::size_t begin);

std::size_t end_of_jwt(std::string_view text, std::size_t begin) {
  constexpr std::size_t kShortestPart = 8;
  const std::size_t header = begin + run_of(text, begin, base64_url);
  if (header - begin < kShortestPart || header >= text.size() || text[header] != '.') return 0;
  const std::size_t payload = header + 1 + run_of(text, header + 1, base64_url);
  if (payload - header <= kShortestPart || !text.substr(header + 1).starts_with("eyJ")) return 0;
  if (payload >= text.size() || text[payload] != '.') return 0;
  const std::size_t signature = run_of(text, payload + 1, base64_url);
  return signature < kShortestPart ? 0 : payload + 1 + signature;
}

/// Behind the END line; where there is none, at the end of the string that it stands in.
std::size_t end_of_pem(std::string_view text, std::size_t begin) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  constexpr std::size_t kLongestLabel = 40;
  const auto label = text.substr(begin + kBegin.size(), kLongestLabel);
  const auto dashes = label.find("-----");
  if (dashes == std::string_view::npos || !label.substr(0, dashes).contains("PRIVATE KEY")) {
    return 0;
  }
  const auto end = text.find("-----END ", begin);
  const auto closing = end == std::string_view::npos ? end : text.find("-----", end + 9);
  if (closing != std::string_view::npos) return closing + 5;
  return std::min(text.find('"', begin), text.size());
}

/// From the password to the @. Neither user nor password holds what ends a URL's authority.
std::size_t end_of_authority(std::string_view text, std::size_t begin) {
  constexpr std::size_t kLongest = 512;
  const auto authority = text.substr(begin, kLongest);
  const auto end = authority.find_first_of("/?#\"'\\ \t\n<>{}");
  const auto at = authority.substr(0, end).rfind('@');
  return at == std::string_view::npos ? 0 : begin + at;
}

std::size_t end_of_url_password(std::string_view text, std::size_t begin) {
  const std::size_t user = begin + 3;
  const std::size_t at = end_of_authority(text, user);
  const auto colon = at == 0 ? std::string_view::npos : text.substr(user, at - user).find(':');
  const bool has_password = colon != std::string_view::npos && user + colon + 1 < at;
  return has_password && text.substr(user + colon + 1, at - user - colon - 1) != "REDACTED" ? at
                                                                                            : 0;
}

struct Form {
  std::string_view id;
  std::string_view prefix;
  Characters belongs;  ///< to what follows the prefix
  std::size_t least;
  std::size_t most;
  Ending end = nullptr;       ///< instead of the three above
  bool keeps_prefix = false;  ///< which is no secret
};

constexpr std::size_t kAny = 1 << 20;

constexpr Form kForms[] = {
    {"aws-access-key", "AKIA", base32, 16, 16},
    {"aws-access-key", "ASIA", base32, 16, 16},
    {"aws-session-token", "IQoJb3JpZ2lu", token68, 60, kAny},
    {"aws-session-token", "FwoGZXIvYXdz", token68, 60, kAny},
    {"aws-session-token", "FQoGZXIvYXdz", token68, 60, kAny},
    {"aws-signature", "Signature=", lower_hex, 64, 64, nullptr, true},
    {"bearer-token", "Bearer ", token68, 20, kAny, nullptr, true},
    {"bearer-token", "bearer ", token68, 20, kAny, nullptr, true},
    {"databricks-token", "dapi", lower_hex, 32, 32},
    {"digitalocean-token", "dop_v1_", lower_hex, 64, 64},
    {"github-token", "ghp_", word, 36, 255},
    {"github-token", "gho_", word, 36, 255},
    {"github-token", "ghu_", word, 36, 255},
    {"github-token", "ghs_", word, 36, 255},
    {"github-token", "ghr_", word, 36, 255},
    {"github-token", "github_pat_", base64_url, 22, 255},
    {"gitlab-token", "glpat-", base64_url, 20, 300},
    {"google-api-key", "AIza", base64_url, 35, 35},
    {"google-oauth-token", "ya29.", base64_url, 20, kAny},
    {"google-oauth-token", "GOCSPX-", base64_url, 28, 28},
    {"huggingface-token", "hf_", word, 34, 40},
    {"jwt", "eyJ", nullptr, 0, 0, end_of_jwt},
    {"llm-api-key", "sk-ant-", base64_url, 32, kAny},
    {"llm-api-key", "sk-proj-", base64_url, 32, kAny},
    {"npm-token", "npm_", word, 36, 36},
    {"private-key-pem", "-----BEGIN ", nullptr, 0, 0, end_of_pem},
    {"pypi-token", "pypi-AgEI", base64_url, 50, kAny},
    {"sendgrid-key", "SG.", token68, 60, 80},
    {"shopify-token", "shpat_", lower_hex, 32, 32},
    {"shopify-token", "shpss_", lower_hex, 32, 32},
    {"shopify-token", "shpca_", lower_hex, 32, 32},
    {"shopify-token", "shppa_", lower_hex, 32, 32},
    {"slack-token", "xoxb-", word_or_dash, 10, 300},
    {"slack-token", "xoxp-", word_or_dash, 10, 300},
    {"slack-token", "xoxa-", word_or_dash, 10, 300},
    {"slack-token", "xoxr-", word_or_dash, 10, 300},
    {"slack-token", "xoxs-", word_or_dash, 10, 300},
    {"slack-token", "xapp-", word_or_dash, 10, 300},
    {"slack-webhook", "hooks.slack.com/services/", word_or_slash, 20, 300, nullptr, true},
    {"stripe-key", "sk_live_", word, 10, 255},
    {"stripe-key", "sk_test_", word, 10, 255},
    {"stripe-key", "rk_live_", word, 10, 255},
    {"stripe-key", "rk_test_", word, 10, 255},
    {"stripe-key", "whsec_", base64, 24, 255},
    {"url-password", "://", nullptr, 0, 0, end_of_url_password},
    {"vault-token", "hvs.", base64_url, 24, 300},
};
static_assert(std::size(kForms) <= 64);

std::size_t pair_of(std::string_view text, std::size_t at) {
  return static_cast<std::size_t>(static_cast<unsigned char>(text[at])) * 256 +
         static_cast<unsigned char>(text[at + 1]);
}

/// Where the secret of a URL begins: behind the colon that ends the user.
std::size_t secret_begin(const Form& form, std::string_view text, std::size_t begin) {
  if (form.end == end_of_url_password) return text.find(':', begin + 3) + 1;
  return form.keeps_prefix ? begin + form.prefix.size() : begin;
}

std::optional<Span> match(const Form& form, std::string_view text, std::size_t begin) {
  if (!text.substr(begin).starts_with(form.prefix)) return std::nullopt;
  // Within a longer word it is chance; behind other words' separators it is not.
  const bool within = begin > 0 && word(text[begin - 1]) && word(form.prefix.front());
  if (within && !form.keeps_prefix) return std::nullopt;
  if (form.end) {
    const std::size_t end = form.end(text, begin);
    if (end == 0) return std::nullopt;
    return Span{secret_begin(form, text, begin), end};
  }
  const std::size_t first = begin + form.prefix.size();
  const std::size_t length = run_of(text, first, form.belongs);
  if (length < form.least || length > form.most) return std::nullopt;
  const bool goes_on =
      form.least == form.most && first + length < text.size() && word(text[first + length]);
  if (goes_on) return std::nullopt;
  return Span{secret_begin(form, text, begin), first + length};
}

}  // namespace

std::span<const Credential> credentials() { return kCredentials; }

CredentialSearch::CredentialSearch(std::span<const std::string> removed) {
  for (std::size_t i = 0; i < std::size(kForms); ++i) {
    if (std::ranges::find(removed, kForms[i].id) != removed.end()) continue;
    forms_[static_cast<unsigned char>(kForms[i].prefix.front())] |= std::uint64_t{1} << i;
    starts_.set(pair_of(kForms[i].prefix, 0));
  }
}

std::optional<Span> CredentialSearch::find(std::string_view text, std::size_t from) const {
  for (std::size_t i = from; i + 1 < text.size(); ++i) {
    if (!starts_[pair_of(text, i)]) continue;
    if (auto found = at(text, i)) return found;
  }
  return std::nullopt;
}

std::optional<Span> CredentialSearch::at(std::string_view text, std::size_t begin) const {
  std::uint64_t left = forms_[static_cast<unsigned char>(text[begin])];
  for (; left != 0; left &= left - 1) {
    if (auto found = match(kForms[std::countr_zero(left)], text, begin)) return found;
  }
  return std::nullopt;
}

}  // namespace dynatape::cassettes
