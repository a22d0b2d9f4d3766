#pragma once

// A secret function that keeps the order of integers: strictly rising, fixed by a key, without any
// memory of what it has mapped. Whoever sees its values learns how they are ordered, and no more
// than a rough idea of how far apart they are: each half of the numbers gets a random share of the
// room, each half of that again, and so on down to the single number.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace dynatape::cassettes {

__extension__ using Wide = unsigned __int128;

class Monotone {
 public:
  /// Numbers below `domain` go to numbers below `range`, which must not be smaller. `random` gives
  /// 32 bytes that look random, the same for the same text.
  Monotone(Wide domain, Wide range, std::function<std::string(std::string_view)> random)
      : domain_(domain), range_(range), random_(std::move(random)) {}

  /// `context` chooses among many such functions.
  [[nodiscard]] Wide of(std::string_view context, Wide number) const;
  /// The number that goes to `image`; nullopt for one that none goes to.
  [[nodiscard]] std::optional<Wide> origin(std::string_view context, Wide image) const;

 private:
  /// Goes down the halves until one number is left, as `right` says at each; the number, and what
  /// it goes to.
  struct Leaf {
    Wide number;
    Wide image;
  };
  [[nodiscard]] Leaf descend(
      std::string_view context,
      const std::function<bool(Wide first_number, Wide first_image)>& right) const;

  const Wide domain_;
  const Wide range_;
  const std::function<std::string(std::string_view)> random_;
};

}  // namespace dynatape::cassettes
