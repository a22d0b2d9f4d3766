#include "cassettes/scrub.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "cassettes/encoded.h"

namespace dynatape::cassettes {
namespace {

constexpr int kDeepest = 4;  // encodings within encodings
constexpr int kMostPasses = 8;
constexpr std::size_t kMostInflated = 32 << 20;
// base64 of kShortestSecret bytes without padding.
constexpr std::size_t kShortestRun = (kShortestSecret * 8 + 5) / 6;

/// One search for one set of secrets.
class Scrubber {
 public:
  explicit Scrubber(std::span<const std::string> secrets) : secrets_(secrets) {}

  /// Replaces what it finds in `bytes`; how much that was.
  int scrub(std::string& bytes, int depth) const;

 private:
  int plain(std::string& bytes) const;
  int escaped(std::string& bytes, int depth) const;
  int percent_encoded(std::string& bytes, int depth) const;
  int hexadecimal(std::string& bytes, int depth) const;
  int wrapped(std::string& bytes, int depth) const;
  int encoded(std::string& bytes, int depth) const;
  int compressed(std::string& bytes, int depth) const;
  [[nodiscard]] std::optional<std::string> clean_lines(std::string_view lines, bool padded,
                                                       int depth) const;
  [[nodiscard]] std::optional<std::string> clean_run(std::string_view run, bool padded,
                                                     int depth) const;

  std::span<const std::string> secrets_;
};

int Scrubber::scrub(std::string& bytes, int depth) const {
  int found = plain(bytes);
  if (depth == kDeepest) return found;
  found += escaped(bytes, depth + 1);
  found += percent_encoded(bytes, depth + 1);
  found += hexadecimal(bytes, depth + 1);
  found += wrapped(bytes, depth + 1);
  found += encoded(bytes, depth + 1);
  found += compressed(bytes, depth + 1);
  return found;
}

int Scrubber::plain(std::string& bytes) const {
  int found = 0;
  for (const std::string& secret : secrets_) {
    for (auto at = bytes.find(secret); at != std::string::npos; at = bytes.find(secret, at)) {
      bytes.replace(at, secret.size(), kRedacted);
      ++found;
    }
  }
  return found;
}

/// A JSON writer may escape any character. Where a secret shows only behind the escapes, the
/// document is written anew without needless ones.
int Scrubber::escaped(std::string& bytes, int depth) const {
  if (!bytes.contains('\\')) return 0;
  std::string unescaped = decode_json_escapes(bytes);
  if (scrub(unescaped, depth) == 0) return 0;
  const auto document = nlohmann::ordered_json::parse(bytes, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) {
    bytes = std::string(kRedacted);
    return 1;
  }
  const auto still_hides = [&] {
    std::string text = decode_json_escapes(bytes);
    return scrub(text, depth) > 0;
  };
  bytes = document.dump();
  if (const int found = plain(bytes); found > 0 && !still_hides()) return found;
  // Encoded under the escapes, or escaped twice: what the members hold is cleaned one by one.
  auto cleaned = document;
  int found = 0;
  const auto clean = [&](auto&& self, nlohmann::ordered_json& value) -> void {
    if (auto* text = value.get_ptr<std::string*>()) {
      found += scrub(*text, depth);
    } else if (value.is_structured()) {
      for (auto& member : value) self(self, member);
    }
  };
  clean(clean, cleaned);
  bytes = cleaned.dump();
  found += plain(bytes);
  if (still_hides()) bytes = std::string(kRedacted);
  return std::max(found, 1);
}

/// Only the characters that stand for a secret are replaced; where it is encoded once more under
/// the percent escapes, the whole stretch is.
int Scrubber::percent_encoded(std::string& bytes, int depth) const {
  int found = 0;
  auto run = find_percent_run(bytes, 0);
  while (run) {
    std::string text = bytes.substr(run->begin, run->end - run->begin);
    std::string decoded = decode_percent(text);
    int here = 0;
    for (const std::string& secret : secrets_) {
      for (auto at = decoded.find(secret); at != std::string::npos; at = decoded.find(secret, at)) {
        const auto begin = percent_encoded_size(text, at);
        const auto end = percent_encoded_size(text, at + secret.size());
        text.replace(begin, end - begin, kRedacted);
        decoded.replace(at, secret.size(), kRedacted);
        ++here;
      }
    }
    if (scrub(decoded, depth) > 0) {
      text = kRedacted;
      ++here;
    }
    if (here > 0) bytes.replace(run->begin, run->end - run->begin, text);
    found += here;
    run = find_percent_run(bytes, run->begin + text.size());
  }
  return found;
}

int Scrubber::hexadecimal(std::string& bytes, int depth) const {
  int found = 0;
  auto run = find_hex_run(bytes, 0, 2 * kShortestSecret);
  while (run) {
    const std::string_view digits =
        std::string_view(bytes).substr(run->begin, run->end - run->begin);
    std::size_t next = run->end;
    // What stands before the encoded value may end in a hexadecimal digit.
    for (const std::size_t offset : {0UZ, 1UZ}) {
      auto decoded = decode_hex(digits.substr(offset, (digits.size() - offset) / 2 * 2));
      if (!decoded || scrub(*decoded, depth) == 0) continue;
      bytes.replace(run->begin, run->end - run->begin, kRedacted);
      next = run->begin + kRedacted.size();
      ++found;
      break;
    }
    run = find_hex_run(bytes, next, 2 * kShortestSecret);
  }
  return found;
}

/// Encoded text in lines, as MIME has it. Each line alone is searched by the other steps.
int Scrubber::wrapped(std::string& bytes, int depth) const {
  if (!bytes.contains('\n') && !bytes.contains('\r')) return 0;
  int found = 0;
  auto run = find_wrapped_run(bytes, 0, kShortestRun);
  while (run) {
    std::size_t end = run->end;
    while (end < bytes.size() && bytes[end] == '=') ++end;
    const std::string_view lines =
        std::string_view(bytes).substr(run->begin, run->end - run->begin);
    std::size_t next = end;
    if (const auto clean = clean_lines(lines, end > run->end, depth)) {
      bytes.replace(run->begin, end - run->begin, *clean);
      next = run->begin + clean->size();
      ++found;
    }
    run = find_wrapped_run(bytes, next, kShortestRun);
  }
  return found;
}

int Scrubber::encoded(std::string& bytes, int depth) const {
  int found = 0;
  auto run = find_encoded_run(bytes, 0, kShortestRun);
  while (run) {
    const bool padded = run->end < bytes.size() && bytes[run->end] == '=';
    const std::string_view text = std::string_view(bytes).substr(run->begin, run->end - run->begin);
    std::size_t next = run->end;
    if (const auto clean = clean_run(text, padded, depth)) {
      std::size_t end = run->end;
      while (end < bytes.size() && bytes[end] == '=') ++end;
      next = run->begin + clean->size();
      bytes.replace(run->begin, end - run->begin, *clean);
      ++found;
    }
    run = find_encoded_run(bytes, next, kShortestRun);
  }
  return found;
}

std::optional<std::string> Scrubber::clean_lines(std::string_view lines, bool padded,
                                                 int depth) const {
  std::string text = without_line_breaks(lines);
  if (hexadecimal(text, depth) > 0) return text;
  if (auto clean = clean_run(text, padded, depth)) return clean;
  // The first line may be a heading.
  const auto heading = lines.substr(0, lines.find_first_of("\r\n"));
  const auto clean = clean_run(std::string_view(text).substr(heading.size()), padded, depth);
  if (!clean) return std::nullopt;
  const auto value = lines.find_first_not_of("\r\n", heading.size());
  return std::string(lines.substr(0, value)) + *clean;
}

/// What takes the place of a run that hides a secret; nullopt where it hides none.
std::optional<std::string> Scrubber::clean_run(std::string_view run, bool padded, int depth) const {
  if (run.size() < kShortestRun) return std::nullopt;  // joined lines may be
  // The run may have begun up to three characters before the encoded value.
  for (std::size_t offset = 1; offset < 4; ++offset) {
    auto bytes = decode_base64(run.substr(offset));
    if (plain(bytes) > 0) return std::string(kRedacted);
  }
  auto bytes = decode_base64(run);
  if (scrub(bytes, depth) == 0) return std::nullopt;
  return encode_base64(bytes, run.find_first_of("-_") != std::string_view::npos,
                       padded || run.size() % 4 == 0);
}

int Scrubber::compressed(std::string& bytes, int depth) const {
  bool too_long = false;
  auto content = inflate(bytes, kMostInflated, too_long);
  // What is too long to be searched is treated as if a secret had been found.
  if (!too_long && (!content || scrub(*content, depth) == 0)) return 0;
  bytes = std::string(kRedacted);
  return 1;
}

}  // namespace

int scrub(std::string& text, std::span<const std::string> secrets) {
  if (secrets.empty()) return 0;
  const Scrubber scrubber(secrets);
  int found = 0;
  // What was cleaned may have stood before, or in one run with, another secret.
  for (int pass = 0; pass < kMostPasses; ++pass) {
    const int more = scrubber.scrub(text, 0);
    if (more == 0) return found;
    found += more;
  }
  text = kRedacted;
  return found;
}

}  // namespace dynatape::cassettes
