#include "cassettes/json_difference.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cassettes/shown.h"

namespace dynatape::cassettes {
namespace {

using nlohmann::json;

constexpr std::size_t kShownBytes = 120;  // of one value

std::string text_of(const json* value) {
  return value ? value->dump(-1, ' ', false, json::error_handler_t::replace) : "";
}

class Comparison {
 public:
  void compare(const json* left, const json* right, const std::string& path) {
    if (left && right && *left == *right) return;
    if (left && right && left->is_object() && right->is_object()) {
      compare_members(*left, *right, path);
    } else if (left && right && left->is_array() && right->is_array()) {
      for (std::size_t i = 0; i < std::max(left->size(), right->size()); ++i) {
        compare(i < left->size() ? &(*left)[i] : nullptr,
                i < right->size() ? &(*right)[i] : nullptr, path + "[" + std::to_string(i) + "]");
      }
    } else {
      differences_.push_back({path, text_of(left), text_of(right)});
    }
  }

  std::vector<JsonDifference> take() { return std::move(differences_); }

 private:
  void compare_members(const json& left, const json& right, const std::string& path) {
    json names = left;
    names.update(right);
    for (const auto& [name, unused] : names.items()) {
      const auto in_left = left.find(name);
      const auto in_right = right.find(name);
      compare(in_left == left.end() ? nullptr : &*in_left,
              in_right == right.end() ? nullptr : &*in_right,
              path.empty() ? name : path + "." + name);
    }
  }

  std::vector<JsonDifference> differences_;
};

}  // namespace

std::vector<JsonDifference> json_differences(const json& left, const json& right) {
  Comparison comparison;
  comparison.compare(&left, &right, "");
  return comparison.take();
}

std::string sentence(const JsonDifference& difference) {
  return difference.path + ": " + shown(difference.left, kShownBytes) + " → " +
         shown(difference.right, kShownBytes);
}

}  // namespace dynatape::cassettes
