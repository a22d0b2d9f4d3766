#pragma once

// Keys of today's rules for a cassette of yesterday's, so that it opens as fast as a new one.
// Without it such a cassette is keyed anew each time it is opened; what is answered is the same.

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/result.h"

namespace dynatape::cassettes {

struct Rekeyed {
  std::int64_t from;    ///< version of the rules that made the keys until now
  std::size_t changed;  ///< recordings whose keys were made anew; 0 where `from` is the newest
};

/// Rewrites the file's keys in one transaction.
[[nodiscard]] core::Result<Rekeyed> rekey(const std::string& path);

}  // namespace dynatape::cassettes
