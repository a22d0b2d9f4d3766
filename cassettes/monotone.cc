#include "cassettes/monotone.h"

#include <array>
#include <cstdint>

namespace dynatape::cassettes {
namespace {

// One draw of 32 bytes serves this many levels: the 7 nodes of a small tree, and the leaf.
constexpr std::size_t kLevels = 3;

using Draw = std::array<std::uint32_t, 8>;

Draw draw_of(const std::string& bytes) {
  Draw draw{};
  for (std::size_t i = 0; i < 32; ++i) {
    draw[i / 4] = draw[i / 4] << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return draw;
}

/// `whole` * `part` / 2^32, rounded down.
Wide share(Wide whole, std::uint32_t part) {
  return (whole >> 32) * part + (((whole & 0xffff'ffff) * part) >> 32);
}

}  // namespace

Monotone::Leaf Monotone::descend(std::string_view context,
                                 const std::function<bool(Wide, Wide)>& right) const {
  Leaf at{0, 0};
  Wide numbers = domain_;
  Wide room = range_;
  std::string path(context);
  path += '/';
  Draw draw = draw_of(random_(path));
  std::size_t node = 1;
  for (std::size_t level = 0; numbers > 1; ++level) {
    if (level > 0 && level % kLevels == 0) {
      draw = draw_of(random_(path));
      node = 1;
    }
    const Wide left = numbers / 2;
    const Wide left_room = left + share(room - numbers, draw[node]);
    const bool goes_right = right(at.number + left, at.image + left_room);
    path += goes_right ? '1' : '0';
    node = node * 2 + (goes_right ? 1 : 0);
    if (goes_right) {
      at.number += left;
      at.image += left_room;
      numbers -= left;
      room -= left_room;
    } else {
      numbers = left;
      room = left_room;
    }
  }
  at.image += share(room - 1, draw[0]);
  return at;
}

Wide Monotone::of(std::string_view context, Wide number) const {
  return descend(context, [&](Wide first, Wide) { return number >= first; }).image;
}

std::optional<Wide> Monotone::origin(std::string_view context, Wide image) const {
  const Leaf leaf = descend(context, [&](Wide, Wide first) { return image >= first; });
  return leaf.image == image ? std::optional(leaf.number) : std::nullopt;
}

}  // namespace dynatape::cassettes
