#pragma once

// Compressed bytes, read leniently: as far as they can be, whatever follows.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dynatape::cassettes {

struct Unpacked {
  std::optional<std::string> content;  ///< nullopt where nothing could be read
  const char* encoding = "";           ///< "gzip", "zlib", "zstd" or "deflate"; "" for none
  bool too_long = false;               ///< longer than the limit, so not read to its end
  bool broken = false;                 ///< it says that it is compressed, but nothing can be read
};

/// The gzip members, zlib streams or zstd frames at the front of `bytes`, one behind the other, or
/// else a deflate stream without a header.
[[nodiscard]] Unpacked unpack(std::string_view bytes, std::size_t limit);

/// Whether `bytes` begin as gzip, zlib or zstd do.
[[nodiscard]] bool looks_compressed(std::string_view bytes);

}  // namespace dynatape::cassettes
