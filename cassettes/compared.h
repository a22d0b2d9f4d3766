#pragma once

// Two lines of a review as a diff compares them: by what their requests mean, and by which
// generated value of the one tape stands for which of the other.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cassettes/review.h"
#include "cassettes/shape.h"

namespace dynatape::cassettes {

/// A line as it is compared: what its request means, and the skeleton of the rest.
struct Compared {
  std::string text;
  struct Value {
    std::string kind;
    std::string text;  ///< empty where no number tells it apart: a time
  };
  std::vector<Value> values = {};
  std::vector<Group> groups = {};  ///< of values that stand in no order
};

[[nodiscard]] Compared compared(const ReviewLine& line);

class Correspondence {
 public:
  /// What is at odds with the lines before it, in words; empty where the two lines agree. They
  /// have one text. The ids are those of their recordings.
  std::vector<std::string> unify(const Compared& left, std::int64_t left_id, const Compared& right,
                                 std::int64_t right_id);

 private:
  using Bound = std::pair<std::string, std::int64_t>;
  using Bindings = std::map<std::pair<std::string, std::string>, Bound>;

  [[nodiscard]] bool agree(const Compared::Value& left, const Compared::Value& right) const;

  Bindings right_of_;  ///< by kind and value
  Bindings left_of_;
};

}  // namespace dynatape::cassettes
