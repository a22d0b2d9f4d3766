#include "emulator/wire/writer.h"

#include <array>
#include <charconv>

#include "emulator/wire/base64.h"

namespace dynatape::wire {
namespace {

using model::Type;

void append_base64_string(std::string& out, std::string_view bytes) {
  out += '"';
  append_base64(out, bytes);
  out += '"';
}

/// Writes `elements` with commas between them, each by `one`.
template <class Elements, class One>
void append_list(std::string& out, const Elements& elements, One one) {
  out += '[';
  bool first = true;
  for (const auto& element : elements) {
    if (!first) out += ',';
    first = false;
    one(element);
  }
  out += ']';
}

template <class Attributes>
void append_attributes(std::string& out, const Attributes& attributes) {
  out += '{';
  bool first = true;
  for (const auto& [name, value] : attributes) {
    if (!first) out += ',';
    first = false;
    append_json_string(out, name);
    out += ':';
    append(out, value);
  }
  out += '}';
}

struct Writer {
  std::string& out;

  void operator()(const std::string& text) const { append_json_string(out, text); }
  void operator()(const model::Number& number) const {
    out += '"';
    out += number.to_string();
    out += '"';
  }
  void operator()(const model::Binary& binary) const { append_base64_string(out, binary.bytes); }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(const model::Null&) const { out += "true"; }
  template <class T>
  void operator()(const model::SetOf<T>& set) const {
    append_list(out, set.members, *this);
  }
  void operator()(const model::List& list) const {
    append_list(out, list, [&](const model::AttributeValue& element) { append(out, element); });
  }
  void operator()(const model::Map& map) const { append_attributes(out, map); }
};

void append_tag(std::string& out, Type type) {
  out += "{\"";
  out += model::type_name(type);
  out += "\":";
}

/// The text of one s, n or b.
void append_scalar(std::string& out, const model::ValueView& value) {
  switch (value.type()) {
    case Type::s:
      return append_json_string(out, value.text());
    case Type::b:
      return append_base64_string(out, value.text());
    default:
      out += '"';
      out += value.text();
      out += '"';
  }
}

}  // namespace

void append(std::string& out, const model::AttributeValue& value) {
  append_tag(out, value.type());
  std::visit(Writer{out}, value.variant());
  out += '}';
}

void append(std::string& out, const model::ValueView& value) {
  append_tag(out, value.type());
  switch (value.type()) {
    case Type::s:
    case Type::n:
    case Type::b:
      append_scalar(out, value);
      break;
    case Type::boolean:
      out += value.boolean() ? "true" : "false";
      break;
    case Type::null:
      out += "true";
      break;
    case Type::ss:
    case Type::ns:
    case Type::bs:
      append_list(out, value.elements(), [&](const model::ValueView& e) { append_scalar(out, e); });
      break;
    case Type::l:
      append_list(out, value.elements(), [&](const model::ValueView& e) { append(out, e); });
      break;
    case Type::m:
      append_attributes(out, value.attributes());
      break;
  }
  out += '}';
}

void append(std::string& out, const model::Item& item) { append_attributes(out, item); }

void append(std::string& out, const model::ItemView& item) {
  append_attributes(out, item.attributes());
}

std::string& ObjectWriter::name(std::string_view name) {
  if (!first_) out_ += ',';
  first_ = false;
  append_json_string(out_, name);
  out_ += ':';
  return out_;
}

void ObjectWriter::string(std::string_view name_, std::string_view value) {
  append_json_string(name(name_), value);
}

void ObjectWriter::boolean(std::string_view name_, bool value) {
  name(name_) += value ? "true" : "false";
}

void ObjectWriter::integer(std::string_view name_, std::int64_t value) {
  name(name_) += std::to_string(value);
}

void ObjectWriter::decimal(std::string_view name_, double value) {
  append_decimal(name(name_), value);
}

void append_decimal(std::string& out, double value) {
  std::array<char, 400> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
  const std::string_view text(buffer.data(), end.ptr);
  out += text;
  if (text.find('.') == std::string_view::npos) out += ".0";
}

}  // namespace dynatape::wire
