#include "cassettes/alignment.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace dynatape::cassettes {
namespace {

using Lines = std::span<const std::string>;
using Pair = std::pair<std::size_t, std::size_t>;

// Its square is the memory that the search may take, in integers.
constexpr int kMostDifferences = 4'000;

/// Myers, "An O(ND) Difference Algorithm and Its Variations" (1986): for d differences, how far
/// along each diagonal k = x - y one comes. nullopt where there are too many.
std::optional<std::vector<Pair>> shortest_edit(Lines a, Lines b) {
  const int n = static_cast<int>(a.size());
  const int m = static_cast<int>(b.size());
  std::vector<std::vector<int>> furthest;  // per d: of the diagonals -d, -d + 2, … d
  const auto at = [](const std::vector<int>& row, int d, int k) {
    return row[static_cast<std::size_t>((k + d) / 2)];
  };
  const auto from_above = [&](int d, int k) {
    return k == -d ||
           (k != d && at(furthest.back(), d - 1, k - 1) < at(furthest.back(), d - 1, k + 1));
  };
  for (int d = 0; d <= kMostDifferences; ++d) {
    std::vector<int> row(static_cast<std::size_t>(d) + 1);
    bool done = false;
    for (int k = -d; k <= d && !done; k += 2) {
      int x = 0;
      if (d > 0) {
        x = from_above(d, k) ? at(furthest.back(), d - 1, k + 1)
                             : at(furthest.back(), d - 1, k - 1) + 1;
      }
      while (x < n && x - k >= 0 && x - k < m &&
             a[static_cast<std::size_t>(x)] == b[static_cast<std::size_t>(x - k)]) {
        ++x;
      }
      row[static_cast<std::size_t>((k + d) / 2)] = x;
      done = x >= n && x - k >= m;
    }
    if (!done) {
      furthest.push_back(std::move(row));
      continue;
    }
    std::vector<Pair> pairs;
    int x = n;
    int y = m;
    for (; d >= 0; --d) {
      const int k = x - y;
      int before = 0;
      int back_x = 0;
      int back_y = 0;
      if (d > 0) {
        const bool above = from_above(d, k);
        before = above ? at(furthest.back(), d - 1, k + 1) : at(furthest.back(), d - 1, k - 1) + 1;
        back_x = above ? before : before - 1;
        back_y = above ? before - k - 1 : before - k;
        furthest.pop_back();
      }
      for (; x > before; --x, --y) {
        pairs.emplace_back(static_cast<std::size_t>(x - 1), static_cast<std::size_t>(y - 1));
      }
      x = back_x;
      y = back_y;
    }
    std::ranges::reverse(pairs);
    return pairs;
  }
  return std::nullopt;
}

/// Lines that occur once on each side, in the longest rising sequence that they make.
std::vector<Pair> unique_lines(Lines a, Lines b) {
  struct Places {
    std::size_t in_a = 0, in_b = 0;
    int times_in_a = 0, times_in_b = 0;
  };
  std::unordered_map<std::string_view, Places> places;
  for (std::size_t i = 0; i < a.size(); ++i) {
    Places& place = places[a[i]];
    place.in_a = i;
    ++place.times_in_a;
  }
  for (std::size_t i = 0; i < b.size(); ++i) {
    Places& place = places[b[i]];
    place.in_b = i;
    ++place.times_in_b;
  }
  std::vector<Pair> pairs;
  for (const auto& [line, place] : places) {
    if (place.times_in_a == 1 && place.times_in_b == 1) pairs.emplace_back(place.in_a, place.in_b);
  }
  std::ranges::sort(pairs);
  std::vector<std::size_t> tails;  // per length: the pair that ends such a sequence lowest in b
  std::vector<std::size_t> previous(pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto place = std::ranges::lower_bound(
        tails, pairs[i].second, {}, [&](std::size_t tail) { return pairs[tail].second; });
    if (place != tails.begin()) previous[i] = *(place - 1);
    if (place == tails.end()) {
      tails.push_back(i);
    } else {
      *place = i;
    }
  }
  std::vector<Pair> rising(tails.size());
  std::size_t i = tails.empty() ? 0 : tails.back();
  for (auto pair = rising.rbegin(); pair != rising.rend(); ++pair) {
    *pair = pairs[i];
    i = previous[i];
  }
  return rising;
}

}  // namespace

std::vector<Pair> common_lines(Lines a, Lines b) {
  std::size_t head = 0;
  while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
  std::size_t tail = 0;
  while (tail < a.size() - head && tail < b.size() - head &&
         a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) {
    ++tail;
  }
  const Lines a_middle = a.subspan(head, a.size() - head - tail);
  const Lines b_middle = b.subspan(head, b.size() - head - tail);
  auto middle = shortest_edit(a_middle, b_middle);
  if (!middle) middle = unique_lines(a_middle, b_middle);
  std::vector<Pair> pairs;
  pairs.reserve(head + middle->size() + tail);
  for (std::size_t i = 0; i < head; ++i) pairs.emplace_back(i, i);
  for (const auto& [i, j] : *middle) pairs.emplace_back(head + i, head + j);
  for (std::size_t i = tail; i > 0; --i) pairs.emplace_back(a.size() - i, b.size() - i);
  return pairs;
}

}  // namespace dynatape::cassettes
