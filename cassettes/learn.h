#pragma once

// What two recordings of one test teach: at which places values are another in every run, beyond
// those that show it themselves (volatile.h), and the rules under which the two replay into each
// other. It proposes; what does not matter is for people to say.

#include <cstddef>
#include <string>
#include <vector>

#include "cassettes/match_rules.h"
#include "core/result.h"

namespace dynatape::cassettes {

struct LearnedPlace {
  std::string table;   ///< "" where the call names none
  std::string path;    ///< as rules have it: "Item.id"
  std::string first;   ///< one of its values in the first take, as people write it ...
  std::string second;  ///< ... and that in its place in the second
  std::size_t times = 0;
  std::string verdict;  ///< "bind", "any-number"; "" where there is no rule for it ...
  std::string problem;  ///< ... and then why

  bool operator==(const LearnedPlace&) const = default;
};

struct Lesson {
  std::vector<LearnedPlace> places;  ///< by table and path
  MatchRules rules;                  ///< beyond those that the first take keeps
  std::size_t calls = 0;             ///< of the longer take
  std::size_t alike = 0;             ///< of these, those that have a counterpart now ...
  std::size_t alike_with_rules = 0;  ///< ... and with the rules
};

[[nodiscard]] core::Result<Lesson> learn(const std::string& first, const std::string& second);

}  // namespace dynatape::cassettes
