#pragma once

// A parsed JSON document, read in place. It is simdjson's tape (its layout is documented in
// simdjson's doc/tape.md) behind a view of two words, so that simdjson.h stays in json.cc and
// reading a member costs a few loads. Views live until this thread parses its next document.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace dynatape::wire {

class Json {
 public:
  enum class Kind { null, boolean, integer, decimal, string, array, object };

  /// Parses one document; nullopt if `text` is not JSON (RFC 8259, UTF-8, at most 1,024 deep).
  [[nodiscard]] static std::optional<Json> parse(std::string_view text);

  [[nodiscard]] Kind kind() const;
  [[nodiscard]] bool is_null() const { return tag() == 'n'; }

  /// Only for the kind they name.
  [[nodiscard]] bool boolean() const { return tag() == 't'; }
  [[nodiscard]] std::string_view string() const;
  /// The integer, or a decimal cut to one; saturates.
  [[nodiscard]] std::int64_t integer() const;
  /// Only for a decimal.
  [[nodiscard]] double decimal() const;
  /// Members or elements; 0 for every other kind.
  [[nodiscard]] std::size_t size() const;

  class Elements;
  class Members;
  [[nodiscard]] Elements elements() const;  ///< only for arrays
  [[nodiscard]] Members members() const;    ///< only for objects

 private:
  Json(const std::uint64_t* tape, const char* strings, std::size_t at)
      : tape_(tape), strings_(strings), at_(at) {}

  [[nodiscard]] char tag() const { return static_cast<char>(tape_[at_] >> 56); }
  [[nodiscard]] std::uint64_t payload() const { return tape_[at_] & 0x00ff'ffff'ffff'ffff; }
  /// Where the next value starts.
  [[nodiscard]] std::size_t next() const;

  const std::uint64_t* tape_;
  const char* strings_;
  std::size_t at_;
};

struct JsonMember;

class Json::Elements {
 public:
  explicit Elements(const Json& array) : array_(array) {}

  class Iterator {
   public:
    explicit Iterator(Json at) : at_(at) {}
    const Json& operator*() const { return at_; }
    Iterator& operator++() {
      at_.at_ = at_.next();
      return *this;
    }
    bool operator==(const Iterator& other) const { return at_.at_ == other.at_.at_; }

   private:
    Json at_;
  };
  [[nodiscard]] Iterator begin() const;
  [[nodiscard]] Iterator end() const;

 private:
  Json array_;
};

class Json::Members {
 public:
  explicit Members(const Json& object) : object_(object) {}

  class Iterator {
   public:
    explicit Iterator(Json at) : at_(at) {}
    JsonMember operator*() const;
    Iterator& operator++() {
      ++at_.at_;
      at_.at_ = at_.next();
      return *this;
    }
    bool operator==(const Iterator& other) const { return at_.at_ == other.at_.at_; }

   private:
    Json at_;
  };
  [[nodiscard]] Iterator begin() const;
  [[nodiscard]] Iterator end() const;

 private:
  Json object_;
};

struct JsonMember {
  std::string_view name;
  Json value;
};

inline std::string_view Json::string() const {
  const char* at = strings_ + payload();
  std::uint32_t length = 0;
  std::memcpy(&length, at, sizeof length);
  return {at + sizeof length, length};
}

inline double Json::decimal() const {
  double value = 0;
  std::memcpy(&value, tape_ + at_ + 1, sizeof value);
  return value;
}

inline std::size_t Json::next() const {
  switch (tag()) {
    case '{':
    case '[':
      return static_cast<std::uint32_t>(payload());
    case 'l':
    case 'u':
    case 'd':
      return at_ + 2;
    default:
      return at_ + 1;
  }
}

inline std::size_t Json::size() const {
  return tag() == '{' || tag() == '[' ? static_cast<std::size_t>(payload() >> 32) : 0;
}

inline Json::Elements Json::elements() const { return Elements(*this); }
inline Json::Members Json::members() const { return Members(*this); }

inline Json::Elements::Iterator Json::Elements::begin() const {
  return Iterator({array_.tape_, array_.strings_, array_.at_ + 1});
}
inline Json::Elements::Iterator Json::Elements::end() const {
  return Iterator({array_.tape_, array_.strings_, array_.next() - 1});
}
inline Json::Members::Iterator Json::Members::begin() const {
  return Iterator({object_.tape_, object_.strings_, object_.at_ + 1});
}
inline Json::Members::Iterator Json::Members::end() const {
  return Iterator({object_.tape_, object_.strings_, object_.next() - 1});
}
inline JsonMember Json::Members::Iterator::operator*() const {
  return {at_.string(), Json(at_.tape_, at_.strings_, at_.at_ + 1)};
}

}  // namespace dynatape::wire
