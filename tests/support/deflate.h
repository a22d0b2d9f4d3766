#pragma once

// Bytes as zlib packs them, whichever frame they are in.

#include <zlib.h>

#include <string>
#include <string_view>

namespace dynatape::support {

/// `window_bits` as zlib has them: 15 is zlib's own frame, -15 none, 31 gzip's.
inline std::string compressed(std::string_view bytes, int window_bits) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 9, Z_DEFAULT_STRATEGY);
  std::string out(bytes.size() + 100, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace dynatape::support
