#pragma once

// Which live value stands for which recorded one. Identifiers bind for good and one to one. Times
// may coincide in one run and not in the other: what a time stands for depends on what it was seen
// beside, and where nothing tells, the latest of them counts. Not for two threads at once.

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

  /// Of a time that stands beside a recorded identifier, or in a recorded item: replaces what was
  /// bound there.
  void bind_beside(std::string_view neighbour, std::string_view recorded, std::string_view live);
  [[nodiscard]] const std::string* live_beside(std::string_view neighbour,
                                               std::string_view recorded) const;

  /// What stood for `a` stands for `b`, and the other way round.
  void exchange(std::string_view a, std::string_view b);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  template <class Value>
  using Map = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

  Map<Bound> live_;                    ///< by the recorded value
  Map<Bound> recorded_;                ///< by the live one
  Map<Map<std::string>> live_beside_;  ///< by the neighbour, then by the recorded time
};

}  // namespace dynatape::cassettes
