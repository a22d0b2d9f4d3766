#pragma once

// Which live value stands for which recorded one. Identifiers bind for good and one to one; times
// may coincide in one run and not in the other, so the latest of them counts. Not for two threads
// at once.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace dynatape::cassettes {

class Bindings {
 public:
  struct Bound {
    std::string text;  ///< the other run's value
    std::int64_t at;   ///< the recording at which they met
  };

  /// What a recorded value, or a live one, is bound to; null where it is free.
  [[nodiscard]] const Bound* live(std::string_view recorded) const;
  [[nodiscard]] const Bound* recorded(std::string_view live) const;

  /// Both are free, or bound to each other.
  [[nodiscard]] bool agree(std::string_view recorded, std::string_view live) const;

  /// Of an identifier: they must agree. Of a time: replaces what was bound.
  void bind(std::string_view recorded, std::string_view live, std::int64_t at);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  using Map = std::unordered_map<std::string, Bound, Hash, std::equal_to<>>;

  Map live_;      ///< by the recorded value
  Map recorded_;  ///< by the live one
};

}  // namespace dynatape::cassettes
