#include "cassettes/file_header.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "cassettes/sqlite.h"

namespace dynatape::cassettes {
namespace {

// The database header of SQLite's file format, section 1.3 of its documentation.
constexpr std::size_t kHeaderBytes = 100;
constexpr std::string_view kMagic("SQLite format 3\0", 16);
constexpr std::size_t kPageSizeAt = 16;      // two bytes; 1 stands for 65536
constexpr std::size_t kWriteVersionAt = 18;  // 1: rollback journal, 2: write-ahead log
constexpr std::size_t kPageCountAt = 28;
constexpr std::size_t kUserVersionAt = 60;
constexpr std::size_t kApplicationIdAt = 68;

using Header = std::array<char, kHeaderBytes>;

std::uint32_t big_endian(const Header& header, std::size_t at, std::size_t bytes = 4) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) {
    value = value << 8 | static_cast<unsigned char>(header[at + i]);
  }
  return value;
}

std::uintmax_t bytes_in_all(const Header& header) {
  const std::uint32_t page = big_endian(header, kPageSizeAt, 2);
  return std::uintmax_t{page == 1 ? 65536 : page} * big_endian(header, kPageCountAt);
}

std::unexpected<core::Error> refused(const std::string& path, const std::string& why) {
  return core::failure("cassette " + path + ": " + why);
}

core::Result<FileState> judge(const std::string& path, const Header& header) {
  if (!std::string_view(header.data(), header.size()).starts_with(kMagic)) {
    return refused(path, "it is not a cassette; name another file, or remove it to record anew");
  }
  if (big_endian(header, kApplicationIdAt) != kApplicationId) {
    return refused(path,
                   "it is a SQLite database but not a cassette; name another file, or remove it to "
                   "record anew");
  }
  if (const auto version = big_endian(header, kUserVersionAt); version > kFormatVersion) {
    return refused(path, "it has format " + std::to_string(version) + " and this dynatape reads " +
                             std::to_string(kFormatVersion) + "; use a newer dynatape");
  }
  const bool logged = header[kWriteVersionAt] == 2;
  const bool journal = std::filesystem::exists(path + "-journal");
  if (logged || journal) return FileState::unclosed;
  std::error_code ignored;
  const auto bytes = std::filesystem::file_size(path, ignored);
  if (!ignored && bytes < bytes_in_all(header)) {
    return refused(path, "it is cut short: " + std::to_string(bytes) + " of " +
                             std::to_string(bytes_in_all(header)) +
                             " bytes; restore it or record again");
  }
  return FileState::closed;
}

}  // namespace

core::Result<FileState> inspect(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) return FileState::absent;
  if (error) return refused(path, "it cannot be opened: " + error.message());
  if (std::filesystem::is_directory(status)) return refused(path, "it is a directory; name a file");
  if (!std::filesystem::is_regular_file(status)) {
    return refused(path, "it is not a regular file; name one");
  }
  const auto front = front_of(path, kHeaderBytes);
  if (!front) return std::unexpected(front.error());
  if (front->empty()) return FileState::absent;
  Header header{};
  std::ranges::copy(*front, header.begin());
  if (front->size() < kHeaderBytes) header[0] = 0;  // no database
  return judge(path, header);
}

}  // namespace dynatape::cassettes
