#pragma once

// A place in a configuration document, read strictly. The first mistake anywhere in the document is
// kept, with its path, the value and what would be right; after it every reader goes on with
// harmless defaults, so that reading stays a straight line. It never throws.

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"

namespace dynatape::interceptors {

class JsonField {
 public:
  /// `value` and `mistake` must outlive the field; `mistake` is empty until there is one.
  JsonField(const nlohmann::json& value, std::string path, std::string& mistake)
      : value_(&value), path_(std::move(path)), mistake_(&mistake) {}

  [[nodiscard]] const nlohmann::json& value() const { return *value_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Whether a mistake was found, here or anywhere in the document.
  [[nodiscard]] bool mistaken() const { return !mistake_->empty(); }
  /// Another document's value, whose mistakes count as this one's.
  [[nodiscard]] JsonField at(const nlohmann::json& value, std::string path) const {
    return {value, std::move(path), *mistake_};
  }
  [[nodiscard]] bool is_string() const;
  [[nodiscard]] bool is_object() const;

  [[nodiscard]] std::string text() const;
  /// A whole number from `least` to `most`.
  [[nodiscard]] std::uint64_t count(std::uint64_t least = 1, std::uint64_t most = UINT64_MAX) const;
  /// A number from 0 to 1.
  [[nodiscard]] double probability() const;
  /// A number above 0, up to `most`.
  [[nodiscard]] double rate(double most) const;
  [[nodiscard]] bool boolean() const;
  [[nodiscard]] core::Duration duration() const;
  /// One of `known`; `what` names its kind: "an operation".
  [[nodiscard]] std::string choice(std::span<const std::string_view> known,
                                   std::string_view what) const;

  void must_be_object() const;
  /// An object with no member but `known`.
  void only(std::span<const std::string_view> known) const;
  [[nodiscard]] std::optional<JsonField> member(std::string_view name) const;
  /// `example` completes "it needs ...": `"then", as in "then": {"latency": "20ms"}`.
  [[nodiscard]] JsonField required(std::string_view name, std::string_view example) const;
  /// The members of an object, in the order of their names.
  [[nodiscard]] std::vector<std::string> member_names() const;

  /// The elements of an array.
  [[nodiscard]] std::vector<JsonField> elements() const;
  /// The elements of an array that has some, or the value itself where it is none.
  [[nodiscard]] std::vector<JsonField> one_or_more() const;

  /// "PATH is VALUE; it must be `right`".
  void must_be(std::string_view right) const;
  /// "PATH: `sentence`".
  void mistake(std::string_view sentence) const;

 private:
  const nlohmann::json* value_;
  std::string path_;
  std::string* mistake_;
};

}  // namespace dynatape::interceptors
