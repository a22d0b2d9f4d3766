#include "emulator/storage/idempotency.h"

namespace dynatape::storage {

Ref<IdempotencyToken> IdempotencyToken::make(std::string_view token, std::string_view fingerprint,
                                             model::TimePoint completed) {
  return Ref<IdempotencyToken>::adopt(new IdempotencyToken(token, fingerprint, completed));
}

}  // namespace dynatape::storage
