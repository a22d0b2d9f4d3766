#pragma once

// Which item a piece of a request or an answer is about, in text that stays where it is: items are
// known by the attributes of a key in them.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cassettes/effects.h"

namespace dynatape::cassettes {

/// From `begin` to `end` all is about one item: the item itself, or the object with its Key or
/// Item, whose expressions are about it, too.
struct ItemScope {
  std::size_t begin;
  std::size_t end;
  std::string item;  ///< names and values of its key, as they stand

  bool operator==(const ItemScope&) const = default;
};

/// Inner ones before outer ones. `body` must be JSON; tables whose keys have the same names are not
/// told apart.
[[nodiscard]] std::vector<ItemScope> item_scopes(std::string_view body, const TableKeys& keys);

/// Those of an answer; all of it is about the item of its request where that has one only.
[[nodiscard]] std::vector<ItemScope> answer_scopes(std::string_view request,
                                                   std::string_view answer, const TableKeys& keys);

}  // namespace dynatape::cassettes
