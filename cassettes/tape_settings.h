#pragma once

// What a tape says about itself that a copy of it must say, too: how it was redacted, and which
// match rules it keeps. Without it a copy would not replay as the tape does.

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "cassettes/store.h"
#include "core/result.h"

namespace dynatape::cassettes {

struct TapeSettings {
  /// By name; nothing about redaction where only the default rules were applied.
  std::map<std::string, std::string> values = {};

  bool operator==(const TapeSettings&) const = default;
};

[[nodiscard]] core::Result<TapeSettings> settings_of(Store& store);
/// Of a cassette or of lines.
[[nodiscard]] core::Result<TapeSettings> settings_of(const std::string& path);
[[nodiscard]] core::Result<void> keep_settings(Store& store, const TapeSettings& settings);

/// The settings of a tape that two tapes of one origin become; an error says why there are none.
[[nodiscard]] core::Result<TapeSettings> merged_settings(TapeSettings base, TapeSettings ours,
                                                         TapeSettings theirs);

/// As the first line of a tape's lines: {"settings":{"redaction":{...},...}}. nullopt where there
/// are none.
[[nodiscard]] std::optional<std::string> settings_line(const TapeSettings& settings);
[[nodiscard]] bool is_settings_line(std::string_view line);
[[nodiscard]] core::Result<TapeSettings> settings_from(std::string_view line);

}  // namespace dynatape::cassettes
