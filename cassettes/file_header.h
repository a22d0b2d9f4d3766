#pragma once

// What a file is, told from its first bytes, before SQLite is asked: so that every wrong file gets
// one clear sentence, and nothing that is no cassette is ever written to.

#include <cstdint>
#include <string>

#include "core/result.h"

namespace dynatape::cassettes {

/// "DYNT", in the header's application_id.
inline constexpr std::uint32_t kApplicationId = 0x44594e54;
/// Of the schema, in the header's user_version. A file with a greater one is refused.
inline constexpr std::uint32_t kFormatVersion = 1;

enum class FileState {
  absent,    ///< no such file, or an empty one
  closed,    ///< a cassette in one file
  unclosed,  ///< a cassette whose recorder is at work, or was killed: its -wal or -journal counts
};

/// Fails for anything that is there and is no cassette that this version can read.
[[nodiscard]] core::Result<FileState> inspect(const std::string& path);

}  // namespace dynatape::cassettes
