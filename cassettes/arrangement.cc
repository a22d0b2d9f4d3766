#include "cassettes/arrangement.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace dynatape::cassettes {
namespace {

/// "TransactItems[3]" of a path in there.
std::string_view element_of(std::string_view path) {
  for (const std::string_view list : {"TransactItems[", "TransactStatements[", "Statements["}) {
    if (path.starts_with(list)) return path.substr(0, path.find(']'));
  }
  return "";
}

}  // namespace

std::vector<std::size_t> arranged(const std::vector<Group>& groups, std::size_t holes,
                                  const Meeting& meeting) {
  std::vector<std::size_t> met(holes);
  for (std::size_t i = 0; i < holes; ++i) met[i] = i;
  for (const auto& [first, entries, width] : groups) {
    for (std::size_t e = 0; e < entries; ++e) {
      const auto fits = [&](std::size_t other, bool wants_known) {
        bool any = !wants_known;
        for (std::size_t h = 0; h < width; ++h) {
          const std::size_t place = first + e * width + h;
          const std::size_t hole = met[first + other * width + h];
          if (!meeting.may(place, hole)) return false;
          any = any || meeting.known(place, hole);
        }
        return any;
      };
      for (const bool wants_known : {true, false}) {
        std::size_t other = e;
        while (other < entries && !fits(other, wants_known)) ++other;
        if (other == entries) continue;
        const auto begin = met.begin() + static_cast<std::ptrdiff_t>(first + e * width);
        std::swap_ranges(begin, begin + static_cast<std::ptrdiff_t>(width),
                         met.begin() + static_cast<std::ptrdiff_t>(first + other * width));
        break;
      }
    }
  }
  return met;
}

std::vector<std::size_t> units_of(const Shape& shape) {
  std::vector<std::pair<std::size_t, std::string_view>> places(shape.holes.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    places[i] = {0, element_of(shape.holes[i].path)};
  }
  // Inner groups come first; the innermost entry decides.
  std::size_t last = 0;
  for (const auto& [first, entries, width] : shape.groups) {
    for (std::size_t i = first; i < first + entries * width; ++i) {
      if (places[i].first == 0) places[i].first = last + 1 + (i - first) / width;
    }
    last += entries;
  }
  std::map<std::pair<std::size_t, std::string_view>, std::size_t> numbers;
  std::vector<std::size_t> units;
  for (const auto& place : places) {
    units.push_back(numbers.try_emplace(place, numbers.size()).first->second);
  }
  return units;
}

}  // namespace dynatape::cassettes
