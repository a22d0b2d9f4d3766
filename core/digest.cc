#include "core/digest.h"

#include <openssl/evp.h>
#include <zlib.h>

#include <memory>

namespace dynatape::core {
namespace {

/// The finaliser of splitmix64 (Steele, Lea, Flood 2014): every input bit reaches every output bit.
std::uint64_t mix(std::uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9;
  x ^= x >> 27;
  x *= 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace

std::uint32_t crc32(std::string_view bytes) {
  return static_cast<std::uint32_t>(
      ::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

Sha256 sha256(std::string_view bytes) {
  // SHA256() of OpenSSL 3 looks the algorithm up anew for each digest, which takes longer than
  // that.
  struct Free {
    void operator()(EVP_MD* algorithm) const { EVP_MD_free(algorithm); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  static const std::unique_ptr<EVP_MD, Free> algorithm(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  thread_local const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  Sha256 digest;
  EVP_DigestInit_ex2(context.get(), algorithm.get(), nullptr);
  EVP_DigestUpdate(context.get(), bytes.data(), bytes.size());
  EVP_DigestFinal_ex(context.get(), digest.data(), nullptr);
  return digest;
}

std::string hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

StableHash& StableHash::add(std::string_view field) {
  for (const char c : field) {
    state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001b3;  // FNV-1a
  }
  return add(static_cast<std::uint64_t>(field.size()));
}

StableHash& StableHash::add(std::uint64_t field) {
  state_ = mix(state_ + 0x9e3779b97f4a7c15 + mix(field));
  return *this;
}

std::uint64_t StableHash::value() const { return mix(state_); }

}  // namespace dynatape::core
