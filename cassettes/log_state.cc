#include "cassettes/log_state.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <string_view>

namespace dynatape::cassettes {
namespace {

// The write-ahead log of SQLite's file format, section 4 of its documentation: a header, and frames
// of a header and a page each. Both repeat the log's salts; a checksum runs through all of it.
constexpr std::size_t kHeaderBytes = 32;
constexpr std::size_t kFrameHeaderBytes = 24;
constexpr std::uint32_t kMagic = 0x377f0682;  // the last bit: checksums of big-endian words
constexpr std::size_t kPageSizeAt = 8;
constexpr std::size_t kSaltsAt = 16;
constexpr std::size_t kChecksumAt = 24;
// Within a frame's header:
constexpr std::size_t kCommitAt = 4;  // the database's size in pages, where a transaction ends
constexpr std::size_t kFrameSaltsAt = 8;
constexpr std::size_t kFrameChecksumAt = 16;
constexpr std::size_t kSaltsBytes = 8;

std::uint32_t word(std::string_view bytes, std::size_t at, bool big_endian) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[at + (big_endian ? i : 3 - i)]);
    value = value << 8 | byte;
  }
  return value;
}

struct Checksum {
  std::uint32_t first = 0;
  std::uint32_t second = 0;

  void add(std::string_view bytes, bool big_endian) {
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
      first += word(bytes, at, big_endian) + second;
      second += word(bytes, at + 4, big_endian) + first;
    }
  }
  [[nodiscard]] bool stands_at(std::string_view bytes, std::size_t at) const {
    return word(bytes, at, true) == first && word(bytes, at + 4, true) == second;
  }
};

/// Reads a log from its front.
class LogReader {
 public:
  explicit LogReader(const std::string& path) : file_(path, std::ios::binary) {}

  LogState read() {
    std::string header(kHeaderBytes, '\0');
    if (!fill(header)) return {};
    if (!take_header(header)) return {.damaged_at = 0};
    LogState state;
    std::string frame(kFrameHeaderBytes + page_bytes_, '\0');
    std::size_t at = kHeaderBytes;
    for (; fill(frame) && follows(frame); at += frame.size()) state.commits += ends_commit(frame);
    // The frame that does not follow, and all behind it.
    for (std::size_t behind = at; file_; behind += frame.size()) {
      const bool ours = of_this_log(frame);
      if (blank(frame) || (ours && behind > at)) state.damaged_at = at;
      if (ours) state.lost_commits += ends_commit(frame);
      if (!fill(frame)) break;
    }
    if (!state.damaged_at) state.lost_commits = 0;
    return state;
  }

 private:
  bool fill(std::string& bytes) {
    return static_cast<bool>(file_.read(bytes.data(), static_cast<std::streamsize>(bytes.size())));
  }

  bool take_header(std::string_view header) {
    const std::uint32_t magic = word(header, 0, true);
    if ((magic & ~1U) != kMagic) return false;
    big_endian_ = (magic & 1) != 0;
    page_bytes_ = word(header, kPageSizeAt, true);
    salts_ = header.substr(kSaltsAt, kSaltsBytes);
    sum_.add(header.substr(0, kChecksumAt), big_endian_);
    return sum_.stands_at(header, kChecksumAt);
  }

  /// Whether it is whole and belongs behind those before it.
  bool follows(std::string_view frame) {
    if (!of_this_log(frame)) return false;
    Checksum sum = sum_;
    sum.add(frame.substr(0, kFrameSaltsAt), big_endian_);
    sum.add(frame.substr(kFrameHeaderBytes), big_endian_);
    if (!sum.stands_at(frame, kFrameChecksumAt)) return false;
    sum_ = sum;
    return true;
  }

  /// And not what an earlier one left in its place.
  [[nodiscard]] bool of_this_log(std::string_view frame) const {
    return frame.substr(kFrameSaltsAt, kSaltsBytes) == salts_;
  }
  static bool ends_commit(std::string_view frame) { return word(frame, kCommitAt, true) != 0; }
  /// What a failure of power leaves of pages that did not reach the disk.
  static bool blank(std::string_view frame) {
    return std::ranges::all_of(frame.substr(0, kFrameHeaderBytes), [](char c) { return c == 0; });
  }

  std::ifstream file_;
  bool big_endian_ = false;
  std::size_t page_bytes_ = 0;
  std::string salts_;
  Checksum sum_;
};

}  // namespace

LogState log_state(const std::string& path) { return LogReader(path).read(); }

}  // namespace dynatape::cassettes
