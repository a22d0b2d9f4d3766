#include "cassettes/scrub.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "cassettes/compression.h"
#include "cassettes/encoded.h"
#include "cassettes/generated.h"

namespace dynatape::cassettes {
namespace {

constexpr int kDeepest = 5;  // encodings within encodings
constexpr int kMostPasses = 8;
constexpr std::size_t kMostInflated = 32 << 20;
// base64 of kShortestSecret bytes without padding.
constexpr std::size_t kShortestRun = (kShortestSecret * 8 + 5) / 6;

bool is_text(std::string_view bytes) {
  return std::ranges::all_of(bytes, [](char c) { return c >= ' ' && c <= '~'; });
}

/// UUIDs are in the alphabet of base64, and there is one in most requests; what is encoded never
/// looks like one. Whether what they leave of a run is too short to hide a secret.
bool is_made_of_uuids(std::string_view run) {
  std::size_t at = 0;
  for (const Generated& uuid : find_generated(run, std::nullopt)) {
    if (uuid.begin - at >= kShortestRun) return false;
    at = uuid.end;
  }
  return at > 0 && run.size() - at < kShortestRun;
}

/// Whether something more is encoded in it: text in base64, or compressed bytes.
bool may_hold_text(std::string_view bytes) {
  for (auto run = find_encoded_run(bytes, 0, kShortestRun); run;
       run = find_encoded_run(bytes, run->end, kShortestRun)) {
    const std::string inner = decode_base64(bytes.substr(run->begin, run->end - run->begin));
    if (is_text(inner) || looks_compressed(inner)) return true;
  }
  return looks_compressed(bytes);
}

/// One search through one text.
class Scrubber {
 public:
  Scrubber(const Search& search, std::optional<Suspicion>* suspicion)
      : search_(search), suspicion_(suspicion) {}

  /// Replaces what it finds in `bytes`; how much that was.
  int scrub(std::string& bytes, int depth);

 private:
  /// An encoding that is being looked into.
  class Layer {
   public:
    Layer(Scrubber& scrubber, const char* encoding) : scrubber_(scrubber) {
      scrubber_.encodings_.push_back(encoding);
    }
    ~Layer() { scrubber_.encodings_.pop_back(); }
    Layer(const Layer&) = delete;
    Layer& operator=(const Layer&) = delete;

   private:
    Scrubber& scrubber_;
  };

  int plain(std::string& bytes) const;
  int escaped(std::string& bytes, int depth);
  int percent_encoded(std::string& bytes, int depth);
  int hexadecimal(std::string& bytes, int depth);
  int wrapped(std::string& bytes, int depth);
  int encoded(std::string& bytes, int depth);
  int compressed(std::string& bytes, int depth);
  [[nodiscard]] std::optional<std::string> clean_lines(std::string_view lines, bool padded,
                                                       int depth);
  [[nodiscard]] std::optional<std::string> clean_run(std::string_view run, bool padded, int depth);
  void look(std::string_view bytes);
  void suspect(std::string_view id);

  [[nodiscard]] std::vector<Span> finds(std::string_view bytes) const {
    return search_.finds(bytes, /*decoded=*/!encodings_.empty());
  }

  const Search& search_;
  std::optional<Suspicion>* suspicion_;
  std::vector<std::string_view> encodings_;  ///< from the outside in
};

int Scrubber::scrub(std::string& bytes, int depth) {
  int found = plain(bytes);
  look(bytes);
  if (depth == kDeepest) {
    if (suspicion_ && may_hold_text(bytes)) suspect(kUnsearchable);
    return found;
  }
  found += escaped(bytes, depth + 1);
  found += percent_encoded(bytes, depth + 1);
  found += hexadecimal(bytes, depth + 1);
  found += wrapped(bytes, depth + 1);
  found += encoded(bytes, depth + 1);
  found += compressed(bytes, depth + 1);
  return found;
}

int Scrubber::plain(std::string& bytes) const {
  const auto found = finds(bytes);
  for (auto one = found.rbegin(); one != found.rend(); ++one) {
    bytes.replace(one->begin, one->end - one->begin, kRedacted);
  }
  return static_cast<int>(found.size());
}

void Scrubber::look(std::string_view bytes) {
  if (!suspicion_ || *suspicion_) return;
  if (const auto id = cassettes::suspect(bytes, !encodings_.empty())) suspect(*id);
}

void Scrubber::suspect(std::string_view id) {
  if (!suspicion_ || *suspicion_) return;
  *suspicion_ = Suspicion{id, ""};
  for (const std::string_view encoding : encodings_) {
    (*suspicion_)->encodings.append((*suspicion_)->encodings.empty() ? "" : ", ").append(encoding);
  }
}

/// A JSON writer may escape any character. Where a secret shows only behind the escapes, the
/// document is written anew without needless ones.
int Scrubber::escaped(std::string& bytes, int depth) {
  if (!bytes.contains('\\')) return 0;
  const Layer layer(*this, "JSON escapes");
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
int Scrubber::percent_encoded(std::string& bytes, int depth) {
  const Layer layer(*this, "percent");
  int found = 0;
  auto run = find_percent_run(bytes, 0);
  while (run) {
    std::string text = bytes.substr(run->begin, run->end - run->begin);
    std::string decoded = decode_percent(text);
    int here = 0;
    const auto found_here = finds(decoded);
    for (auto one = found_here.rbegin(); one != found_here.rend(); ++one) {
      const auto begin = percent_encoded_size(text, one->begin);
      const auto end = percent_encoded_size(text, one->end);
      text.replace(begin, end - begin, kRedacted);
      decoded.replace(one->begin, one->end - one->begin, kRedacted);
      ++here;
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

int Scrubber::hexadecimal(std::string& bytes, int depth) {
  const Layer layer(*this, "hex");
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
int Scrubber::wrapped(std::string& bytes, int depth) {
  const Layer layer(*this, "lines");
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

int Scrubber::encoded(std::string& bytes, int depth) {
  const Layer layer(*this, "base64");
  int found = 0;
  auto run = find_encoded_run(bytes, 0, kShortestRun);
  while (run) {
    const bool padded = run->end < bytes.size() && bytes[run->end] == '=';
    const std::string_view text = std::string_view(bytes).substr(run->begin, run->end - run->begin);
    std::size_t next = run->end;
    const auto clean = is_made_of_uuids(text) ? std::nullopt : clean_run(text, padded, depth);
    if (clean) {
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

std::optional<std::string> Scrubber::clean_lines(std::string_view lines, bool padded, int depth) {
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
std::optional<std::string> Scrubber::clean_run(std::string_view run, bool padded, int depth) {
  if (run.size() < kShortestRun) return std::nullopt;  // joined lines may be
  // The run may have begun up to three characters before the encoded value.
  for (std::size_t offset = 1; offset < 4; ++offset) {
    auto bytes = decode_base64(run.substr(offset));
    const bool inner = looks_compressed(bytes) || is_text(bytes);
    if (plain(bytes) > 0 || (inner && scrub(bytes, depth) > 0)) return std::string(kRedacted);
  }
  auto bytes = decode_base64(run);
  if (scrub(bytes, depth) == 0) return std::nullopt;
  return encode_base64(bytes, run.find_first_of("-_") != std::string_view::npos,
                       padded || run.size() % 4 == 0);
}

int Scrubber::compressed(std::string& bytes, int depth) {
  Unpacked unpacked = unpack(bytes, kMostInflated);
  if (unpacked.broken) suspect(kUnsearchable);
  const Layer layer(*this, unpacked.encoding);
  // What is too long to be searched is treated as if a secret had been found.
  const bool hides = unpacked.too_long || (unpacked.content && scrub(*unpacked.content, depth) > 0);
  if (!hides) return 0;
  bytes = std::string(kRedacted);
  return 1;
}

}  // namespace

int scrub(std::string& text, const Search& search, std::optional<Suspicion>* suspicion) {
  if (search.empty() && !suspicion) return 0;
  int found = 0;
  // What was cleaned may have stood before, or in one run with, another secret.
  for (int pass = 0; pass < kMostPasses; ++pass) {
    if (suspicion) suspicion->reset();
    const int more = Scrubber(search, suspicion).scrub(text, 0);
    if (more == 0) return found;
    found += more;
  }
  text = kRedacted;
  return found;
}

int scrub(std::string& text, std::span<const std::string> secrets) {
  return scrub(text, Search{.secrets = secrets});
}

}  // namespace dynatape::cassettes
