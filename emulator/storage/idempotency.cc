#include "emulator/storage/idempotency.h"

#include <openssl/sha.h>

namespace dynatape::storage {

std::string fingerprint_of(std::string_view canonical) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(canonical.data()), canonical.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

Ref<IdempotencyToken> IdempotencyToken::make(std::string_view token, std::string_view fingerprint,
                                             model::TimePoint completed) {
  return Ref<IdempotencyToken>::adopt(new IdempotencyToken(token, fingerprint, completed));
}

}  // namespace dynatape::storage
