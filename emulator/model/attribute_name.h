#pragma once

// What an attribute may be called: any 1 to 65,535 bytes of UTF-8. Keys have limits of their own.

#include <cstddef>

namespace dynatape::model {

inline constexpr std::size_t kMaxAttributeNameBytes = 65'535;
/// AWS's answer to a longer one, at any depth: ExtendDB/extenddb#365 (2026).
inline constexpr auto* kAttributeNameTooLarge =
    "Attribute name is too large, must be less than 65536 bytes";

}  // namespace dynatape::model
