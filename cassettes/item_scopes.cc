#include "cassettes/item_scopes.h"

#include <algorithm>
#include <utility>

namespace dynatape::cassettes {
namespace {

/// One pass over the text, with a stack of the objects and lists that are open.
class Scan {
 public:
  Scan(std::string_view body, const TableKeys& keys) : body_(body), schemas_(keys.schemas()) {}

  std::vector<ItemScope> run() {
    for (std::size_t at = 0; at < body_.size();) {
      const char c = body_[at];
      if (c == '"') {
        at = string(at);
        continue;
      }
      if (c == '{' || c == '[') open(at);
      if (c == '}' || c == ']') close(at + 1);
      if (c == ':') named_ = true;
      if (c == ',') named_ = false;
      ++at;
    }
    return std::move(found_);
  }

 private:
  struct Frame {
    std::size_t begin;
    std::string_view name;  ///< under which it stands
    /// Its members that are typed values, such as {"S":"a"}, and the text of these.
    std::vector<std::pair<std::string_view, std::string_view>> values = {};
    std::string_view type = {};  ///< where it may be a typed value
    std::size_t members = 0;
    std::string item = {};  ///< that of its Key or Item
  };

  std::size_t string(std::size_t at) {
    std::size_t end = at + 1;
    while (end < body_.size() && body_[end] != '"') end += body_[end] == '\\' ? 2 : 1;
    const auto text = body_.substr(at + 1, std::min(end, body_.size()) - at - 1);
    if (!named_) {
      name_ = text;
    } else if (!open_.empty()) {
      Frame& frame = open_.back();
      ++frame.members;
      if (name_ == "S" || name_ == "N" || name_ == "B") frame.type = name_;
    }
    return end + 1;
  }

  void open(std::size_t at) {
    if (!open_.empty()) ++open_.back().members;
    const bool element = !open_.empty() && body_[open_.back().begin] == '[';
    open_.push_back({at, element ? std::string_view() : name_});
    // In a list, strings are values.
    named_ = body_[at] == '[';
  }

  void close(std::size_t end) {
    if (open_.empty()) return;
    Frame frame = std::move(open_.back());
    open_.pop_back();
    named_ = !open_.empty() && body_[open_.back().begin] == '[';
    const auto text = body_.substr(frame.begin, end - frame.begin);
    if (!frame.type.empty() && frame.members == 1) {
      if (!open_.empty()) open_.back().values.emplace_back(frame.name, text);
      return;
    }
    std::string item = item_in(frame);
    if (!item.empty()) {
      found_.push_back({frame.begin, end, item});
      if (!open_.empty() && (frame.name == "Key" || frame.name == "Item")) {
        open_.back().item = std::move(item);
      }
    } else if (!frame.item.empty()) {
      found_.push_back({frame.begin, end, std::move(frame.item)});
    }
  }

  /// Of the longest key that is in it.
  [[nodiscard]] std::string item_in(const Frame& frame) const {
    for (const auto& names : schemas_) {
      std::string item;
      for (const std::string& name : names) {
        const auto value = std::ranges::find(frame.values, name,
                                             &std::pair<std::string_view, std::string_view>::first);
        if (value == frame.values.end()) {
          item.clear();
          break;
        }
        item.append(name).append(value->second);
      }
      if (!item.empty()) return item;
    }
    return "";
  }

  const std::string_view body_;
  const std::vector<std::vector<std::string>> schemas_;
  std::vector<Frame> open_;
  std::vector<ItemScope> found_;
  std::string_view name_;
  bool named_ = false;  ///< what comes next is a value
};

}  // namespace

std::vector<ItemScope> item_scopes(std::string_view body, const TableKeys& keys) {
  return Scan(body, keys).run();
}

std::vector<ItemScope> answer_scopes(std::string_view request, std::string_view answer,
                                     const TableKeys& keys) {
  auto scopes = item_scopes(answer, keys);
  const auto asked = item_scopes(request, keys);
  const bool one = !asked.empty() && std::ranges::all_of(asked, [&](const ItemScope& scope) {
    return scope.item == asked.front().item;
  });
  if (one) scopes.push_back({0, answer.size(), asked.front().item});
  return scopes;
}

}  // namespace dynatape::cassettes
