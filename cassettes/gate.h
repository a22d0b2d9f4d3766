#pragma once

// The last look before a tape: what is not certainly a credential, so that it is not replaced, but
// looks so much like one that it is not stored unless a rule file allows it. Looks at plain bytes;
// scrub.h brings it those behind encodings.

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace dynatape::cassettes {

/// One thing that the gate refuses.
struct GateRule {
  std::string_view id;
  std::string_view help;
};

[[nodiscard]] std::span<const GateRule> gate_rules();

inline constexpr std::string_view kUnsearchable = "unsearchable";

struct Suspicion {
  std::string_view id;
  std::string encodings;  ///< "base64, gzip": from the outside in; "" where it stands in the open

  bool operator==(const Suspicion&) const = default;
};

/// The id of the first rule that `bytes` breaks; nullopt where they look harmless. `decoded`: they
/// were encoded, so that they may be binary.
[[nodiscard]] std::optional<std::string_view> suspect(std::string_view bytes, bool decoded);

}  // namespace dynatape::cassettes
