#pragma once

// Answers, written straight into one buffer.

#include <cstdint>
#include <string>
#include <string_view>

#include "emulator/model/attribute_value.h"
#include "emulator/model/encoded_item.h"
#include "emulator/model/json_text.h"

namespace dynatape::wire {

using model::append_json_string;

/// {"S":"text"}
void append(std::string& out, const model::AttributeValue& value);
void append(std::string& out, const model::ValueView& value);
/// {"name":{"S":"text"},…}
void append(std::string& out, const model::Item& item);
void append(std::string& out, const model::ItemView& item);

/// Members of one JSON object, with the commas between them.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) { out_ += '{'; }
  ~ObjectWriter() { out_ += '}'; }
  ObjectWriter(const ObjectWriter&) = delete;
  ObjectWriter& operator=(const ObjectWriter&) = delete;

  /// Writes the name; the caller appends the value to what it returns.
  std::string& name(std::string_view name);
  void string(std::string_view name, std::string_view value);
  void boolean(std::string_view name, bool value);
  void integer(std::string_view name, std::int64_t value);
  void decimal(std::string_view name, double value);

 private:
  std::string& out_;
  bool first_ = true;
};

/// As Java prints a double of a moderate size: "1.0", "127.5".
void append_decimal(std::string& out, double value);

}  // namespace dynatape::wire
