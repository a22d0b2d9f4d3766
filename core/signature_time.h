#pragma once

// What AWS says of a Signature Version 4 whose time is too far from its own.
// Sources: hassy/artillery-dino#2 (2016) and aws/aws-sdk-js-v3#7605 (2025) for the five minutes;
// s12v/awsbeats#48 (2018, of Kinesis) for the signature that is not yet current.

#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"

namespace dynatape::core {

/// How far a signature's time may lie from the service's.
inline constexpr std::chrono::minutes kSigningWindow{5};

/// The message for a signature of the time `signed_at`, written `written`, at the service's `now`;
/// nullopt where there is nothing to say. `lifetime` is what a presigned request asks for.
[[nodiscard]] std::optional<std::string> signature_time_error(
    std::string_view written, TimePoint signed_at, TimePoint now,
    std::chrono::seconds lifetime = kSigningWindow);

}  // namespace dynatape::core
