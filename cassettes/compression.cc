#include "cassettes/compression.h"

#include <zlib.h>
#include <zstd.h>

#include <array>
#include <memory>

namespace dynatape::cassettes {
namespace {

constexpr std::size_t kShortestCompressed = 8;
constexpr std::size_t kShortestBare = 16;  // of a deflate stream's content: else it is chance

unsigned char byte(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

bool is_gzip(std::string_view bytes) { return byte(bytes, 0) == 0x1f && byte(bytes, 1) == 0x8b; }
bool is_zlib(std::string_view bytes) {
  return (byte(bytes, 0) & 0x0f) == 8 && (byte(bytes, 0) >> 4) <= 7 &&
         (byte(bytes, 0) * 256 + byte(bytes, 1)) % 31 == 0;
}
bool is_zstd(std::string_view bytes) { return bytes.starts_with("\x28\xb5\x2f\xfd"); }

/// A stream that is begun anew for each value: setting one up costs more than most values do.
class Inflater {
 public:
  explicit Inflater(int window_bits) { inflateInit2(&stream_, window_bits); }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  std::string read(std::string_view bytes, std::size_t limit, bool several, bool& too_long) {
    inflateReset(&stream_);
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    std::string out;
    std::array<char, 16384> piece;
    int code = Z_OK;
    while (code == Z_OK && !too_long) {
      stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
      stream_.avail_out = piece.size();
      code = ::inflate(&stream_, Z_NO_FLUSH);
      out.append(piece.data(), piece.size() - stream_.avail_out);
      too_long = out.size() > limit;
      if (several && code == Z_STREAM_END && stream_.avail_in > 0) code = inflateReset(&stream_);
    }
    return out;
  }

 private:
  z_stream stream_{};
};

std::string read_zstd(std::string_view bytes, std::size_t limit, bool& too_long) {
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(),
                                                                     ZSTD_freeDCtx);
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  std::string out;
  std::string piece(ZSTD_DStreamOutSize(), '\0');
  while (!too_long) {
    ZSTD_outBuffer filled{piece.data(), piece.size(), 0};
    const std::size_t before = in.pos;
    const std::size_t code = ZSTD_decompressStream(context.get(), &filled, &in);
    out.append(piece.data(), filled.pos);
    too_long = out.size() > limit;
    if (ZSTD_isError(code) != 0 || (filled.pos == 0 && in.pos == before)) break;
  }
  return out;
}

/// Whether the first block can begin a deflate stream (RFC 1951), and the bytes are not just text.
bool may_be_deflate(std::string_view bytes) {
  if (bytes.size() < kShortestCompressed) return false;
  const int type = byte(bytes, 0) >> 1 & 3;
  if (type == 3) return false;
  if (type == 0 && (byte(bytes, 1) ^ byte(bytes, 3)) != 0xff) return false;
  // Without a way out, so that the compiler looks at many bytes at once: most are all text.
  unsigned binary = 0;
  for (const char c : bytes) binary |= static_cast<unsigned>(c < ' ' && c != '\n' && c != '\t');
  return binary != 0;
}

}  // namespace

bool looks_compressed(std::string_view bytes) {
  return bytes.size() >= kShortestCompressed &&
         (is_gzip(bytes) || is_zlib(bytes) || is_zstd(bytes));
}

Unpacked unpack(std::string_view bytes, std::size_t limit) {
  thread_local Inflater headed(MAX_WBITS + 32);  // 32: gzip or zlib
  thread_local Inflater bare(-MAX_WBITS);
  Unpacked unpacked;
  std::string content;
  if (looks_compressed(bytes)) {
    unpacked.encoding = is_gzip(bytes) ? "gzip" : is_zstd(bytes) ? "zstd" : "zlib";
    content = is_zstd(bytes) ? read_zstd(bytes, limit, unpacked.too_long)
                             : headed.read(bytes, limit, /*several=*/true, unpacked.too_long);
    // Two bytes that look like zlib's are chance; four of zstd's are not.
    unpacked.broken = content.empty() && is_zstd(bytes);
  }
  if (content.empty() && !unpacked.broken && may_be_deflate(bytes)) {
    unpacked.encoding = "deflate";
    content = bare.read(bytes, limit, /*several=*/false, unpacked.too_long);
    if (content.size() < kShortestBare) content.clear();
  }
  if (!content.empty() && !unpacked.too_long) unpacked.content = std::move(content);
  return unpacked;
}

}  // namespace dynatape::cassettes
