#include "proxy/http/encoding.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "core/headers.h"
#include "proxy/http/field.h"

namespace dynatape::http {
namespace {

constexpr std::size_t kMaxEncodings = 4;  // of one body, one inside the other
constexpr int kZlibOrGzip = 15 + 32;      // windowBits: 32 KiB, format told by its header
constexpr int kGzip = 15 + 16;
constexpr int kRawDeflate = -15;
constexpr int kGzipLevel = 1;  // a local client gains nothing from a tighter fit

Bytef* input_of(std::string_view bytes) {
  // zlib's next_in lacks a const unless ZLIB_CONST is set; it never writes there.
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

class Inflater {
 public:
  explicit Inflater(int window_bits) {
    if (inflateInit2(&stream_, window_bits) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  std::expected<std::string, DecodeFailure> run(std::string_view bytes, std::size_t max_bytes) {
    std::string out;
    std::array<char, 16384> piece;
    stream_.next_in = input_of(bytes);
    stream_.avail_in = static_cast<uInt>(bytes.size());
    for (;;) {
      stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
      stream_.avail_out = piece.size();
      const int status = inflate(&stream_, Z_NO_FLUSH);
      const std::size_t produced = piece.size() - stream_.avail_out;
      if (out.size() + produced > max_bytes) return std::unexpected(DecodeFailure::too_large);
      out.append(piece.data(), produced);
      if (status == Z_STREAM_END) {
        if (stream_.avail_in == 0) return out;
        inflateReset(&stream_);  // gzip files may be put end to end
      } else if (status != Z_OK) {
        return std::unexpected(DecodeFailure::corrupt);
      }
    }
  }

 private:
  z_stream stream_{};
};

std::expected<std::string, DecodeFailure> decode_one(std::string_view encoding,
                                                     std::string_view body, std::size_t max_bytes) {
  using core::equals_ignoring_case;
  if (equals_ignoring_case(encoding, "gzip") || equals_ignoring_case(encoding, "x-gzip")) {
    return Inflater(kGzip).run(body, max_bytes);
  }
  if (equals_ignoring_case(encoding, "deflate")) {
    auto decoded = Inflater(kZlibOrGzip).run(body, max_bytes);
    if (decoded || decoded.error() == DecodeFailure::too_large) return decoded;
    return Inflater(kRawDeflate).run(body, max_bytes);
  }
  return std::unexpected(DecodeFailure::unknown_encoding);
}

}  // namespace

std::expected<std::string, DecodeFailure> decode(std::string_view content_encoding,
                                                 std::string_view body, std::size_t max_bytes) {
  std::array<std::string_view, kMaxEncodings> encodings;
  std::size_t count = 0;
  for (std::string_view rest = content_encoding; !rest.empty();) {
    const std::string_view encoding = take_element(rest);
    if (encoding.empty() || core::equals_ignoring_case(encoding, "identity")) continue;
    if (count == encodings.size()) return std::unexpected(DecodeFailure::unknown_encoding);
    encodings[count++] = encoding;
  }
  std::string decoded(body);
  while (count > 0) {  // the last one named was applied last
    auto next = decode_one(encodings[--count], decoded, max_bytes);
    if (!next) return next;
    decoded = *std::move(next);
  }
  return decoded;
}

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, kGzipLevel, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
  std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = input_of(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);  // cannot fail: the output is as long as it may become
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

bool accepts_gzip(std::string_view accept_encoding) {
  for (std::string_view rest = accept_encoding; !rest.empty();) {
    const std::string_view element = take_element(rest);
    const std::string_view name = trim(element.substr(0, element.find(';')));
    if (!core::equals_ignoring_case(name, "gzip")) continue;
    const auto quality = element.find("q=");
    return quality == std::string_view::npos ||
           element.find_first_of("123456789", quality) != std::string_view::npos;
  }
  return false;
}

}  // namespace dynatape::http
