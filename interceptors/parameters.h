#pragma once

// A call's parameters, read and checked as the service does: first their types, then all
// constraints together. For operations that are answered here and not by the upstream.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/exchange.h"
#include "core/time.h"

namespace dynatape::interceptors {

struct TextLimits {
  bool required = false;
  std::size_t min = 0;
  std::size_t max = SIZE_MAX;
  bool is_name = false;          ///< of a-z, A-Z, 0-9, '_', '.' and '-' alone
  bool is_table = false;         ///< such a name, or an ARN with one
  std::string_view one_of = {};  ///< "[USER, SYSTEM]", as the service prints the set
};

struct Presence {
  bool required = false;
};

class Parameters {
 public:
  explicit Parameters(const core::Exchange& exchange);

  /// Those of a structure, which are checked on their own until they are taken back.
  [[nodiscard]] Parameters inside(std::string_view name, Presence presence);
  /// What is wrong inside a structure is wrong here.
  void take(Parameters&& inside);

  [[nodiscard]] std::optional<std::string> text(std::string_view name, const TextLimits& limits);
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name, std::int64_t min,
                                                    std::int64_t max);
  /// Seconds since 1970, also with a fraction.
  [[nodiscard]] std::optional<core::TimePoint> time(std::string_view name);
  [[nodiscard]] std::optional<bool> flag(std::string_view name, Presence presence = {});
  /// A list of structures, or a structure, whose members nobody has looked at.
  [[nodiscard]] std::optional<nlohmann::ordered_json> list(std::string_view name);
  [[nodiscard]] std::optional<nlohmann::ordered_json> structure(std::string_view name);
  /// Members that the service has and that are not implemented here.
  void refuse(std::span<const std::string_view> names);

  /// What is wrong, as the service says it: a name and a message.
  struct Problem {
    std::string_view exception;
    std::string message;
  };
  [[nodiscard]] std::optional<Problem> problem() const;

 private:
  Parameters(nlohmann::ordered_json params, std::string path)
      : path_(std::move(path)), params_(std::move(params)) {}

  [[nodiscard]] const nlohmann::ordered_json* find(std::string_view name, std::string_view wanted,
                                                   bool (nlohmann::ordered_json::*is)()
                                                       const noexcept);
  void violate(std::string_view name, const std::string& value, const std::string& rule);
  void miss(std::string_view name, bool required);

  std::string path_;  ///< of the structure, with a dot behind it
  nlohmann::ordered_json params_;
  std::string wrong_type_;
  std::string refused_;
  std::vector<std::string> violations_;
};

}  // namespace dynatape::interceptors
