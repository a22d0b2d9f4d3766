#include "emulator/model/encoded_item.h"

#include <array>
#include <cassert>

// item       = count attribute*                     counts and lengths are varints,
// attribute  = length name value                    7 bits a byte, low bits first
// value      = type length payload                  a container's length has 4 bytes, low first
// payload    = text | 00 or 01 | nothing | count value* | count attribute*

namespace dynatape::model {
namespace {

constexpr std::size_t kContainerLengthBytes = 4;

bool is_container(Type type) { return type >= Type::ss; }

void append_varint(std::string& out, std::size_t number) {
  for (; number >= 0x80; number >>= 7) out.push_back(static_cast<char>(number | 0x80));
  out.push_back(static_cast<char>(number));
}

std::size_t take_varint(std::string_view& in) {
  std::size_t number = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(in.front());
    in.remove_prefix(1);
    number |= static_cast<std::size_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return number;
  }
}

std::string_view take_bytes(std::string_view& in, std::size_t count) {
  const std::string_view bytes = in.substr(0, count);
  in.remove_prefix(count);
  return bytes;
}

void append_text(std::string& out, std::string_view text) {
  append_varint(out, text.size());
  out += text;
}

std::string_view take_text(std::string_view& in) {
  const std::size_t size = take_varint(in);
  return take_bytes(in, size);
}

ValueView take_value(std::string_view& in) {
  const auto type = static_cast<Type>(in.front());
  in.remove_prefix(1);
  if (!is_container(type)) return {type, take_text(in)};
  std::size_t size = 0;
  for (std::size_t i = 0; i < kContainerLengthBytes; ++i) {
    size |= static_cast<std::size_t>(static_cast<unsigned char>(in[i])) << (8 * i);
  }
  in.remove_prefix(kContainerLengthBytes);
  return {type, take_bytes(in, size)};
}

AttributeView take_attribute(std::string_view& in) {
  const std::string_view name = take_text(in);
  return {name, take_value(in)};
}

void append_value(std::string& out, const AttributeValue& value);

/// Appends what writes a container's payload, and then its length in the room left before it.
template <class F>
void append_container(std::string& out, std::size_t count, F&& append_elements) {
  const std::size_t start = out.size();
  out.append(kContainerLengthBytes, '\0');
  append_varint(out, count);
  append_elements();
  const std::size_t size = out.size() - start - kContainerLengthBytes;
  for (std::size_t i = 0; i < kContainerLengthBytes; ++i) {
    out[start + i] = static_cast<char>(size >> (8 * i));
  }
}

void append_attributes(std::string& out, const Map& map) {
  for (const Attribute& attribute : map) {
    append_text(out, attribute.name);
    append_value(out, attribute.value);
  }
}

void append_scalar(std::string& out, Type type, std::string_view text) {
  out.push_back(static_cast<char>(type));
  append_text(out, text);
}

/// Appends a value's length and payload, by type.
struct PayloadWriter {
  std::string& out;

  void operator()(const std::string& text) const { append_text(out, text); }
  void operator()(const Number& number) const { append_text(out, number.to_string()); }
  void operator()(const Binary& binary) const { append_text(out, binary.bytes); }
  void operator()(bool boolean) const {
    append_text(out, boolean ? "\1" : std::string_view("\0", 1));
  }
  void operator()(const Null&) const { append_text(out, {}); }
  void operator()(const StringSet& set) const {
    append_container(out, set.members.size(), [&] {
      for (const std::string& member : set.members) append_scalar(out, Type::s, member);
    });
  }
  void operator()(const NumberSet& set) const {
    append_container(out, set.members.size(), [&] {
      for (const Number& member : set.members) append_scalar(out, Type::n, member.to_string());
    });
  }
  void operator()(const BinarySet& set) const {
    append_container(out, set.members.size(), [&] {
      for (const Binary& member : set.members) append_scalar(out, Type::b, member.bytes);
    });
  }
  void operator()(const List& list) const {
    append_container(out, list.size(), [&] {
      for (const AttributeValue& element : list) append_value(out, element);
    });
  }
  void operator()(const Map& map) const {
    append_container(out, map.size(), [&] { append_attributes(out, map); });
  }
};

void append_value(std::string& out, const AttributeValue& value) {
  out.push_back(static_cast<char>(value.type()));
  std::visit(PayloadWriter{out}, value.variant());
}

Map decode_attributes(const AttributeViews& views) {
  Map map;
  map.reserve(views.size());
  for (const auto [name, value] : views) map.set(std::string(name), value.decode());
  return map;
}

template <class Member, class F>
SetOf<Member> decode_set(const ValueViews& views, F&& decode_member) {
  SetOf<Member> set;
  set.members.reserve(views.size());
  for (const ValueView member : views) set.members.push_back(decode_member(member));
  return set;
}

}  // namespace

void encode(const Item& item, std::string& out) {
  append_varint(out, item.size());
  append_attributes(out, item);
}

std::string encode(const Item& item) {
  std::string out;
  encode(item, out);
  return out;
}

AttributeViews ItemView::attributes() const {
  std::string_view rest = bytes_;
  const std::size_t count = take_varint(rest);
  return {count, rest};
}

Item ItemView::decode() const { return decode_attributes(attributes()); }

std::string_view ValueView::text() const {
  return type_ <= Type::b ? payload_ : std::string_view();
}

bool ValueView::boolean() const { return payload_.front() != '\0'; }

Number ValueView::number() const {
  const auto number = Number::parse(payload_);
  assert(number.has_value());
  return *number;
}

ValueViews ValueView::elements() const {
  if (!is_container(type_) || type_ == Type::m) return {0, {}};
  std::string_view rest = payload_;
  const std::size_t count = take_varint(rest);
  return {count, rest};
}

AttributeViews ValueView::attributes() const {
  if (type_ != Type::m) return {0, {}};
  std::string_view rest = payload_;
  const std::size_t count = take_varint(rest);
  return {count, rest};
}

AttributeValue ValueView::decode() const {
  switch (type_) {
    case Type::s:
      return std::string(payload_);
    case Type::n:
      return number();
    case Type::b:
      return Binary{std::string(payload_)};
    case Type::boolean:
      return boolean();
    case Type::null:
      return Null{};
    case Type::ss:
      return decode_set<std::string>(elements(), [](ValueView m) { return std::string(m.text()); });
    case Type::ns:
      return decode_set<Number>(elements(), [](ValueView m) { return m.number(); });
    case Type::bs:
      return decode_set<Binary>(elements(),
                                [](ValueView m) { return Binary{std::string(m.text())}; });
    case Type::l: {
      List list;
      list.reserve(elements().size());
      for (const ValueView element : elements()) list.push_back(element.decode());
      return list;
    }
    case Type::m:
      return decode_attributes(attributes());
  }
  return Null{};
}

std::size_t ValueView::size_bytes() const {
  constexpr std::size_t kContainerBytes = 3;
  std::size_t size = 0;
  switch (type_) {
    case Type::s:
    case Type::b:
      return payload_.size();
    case Type::n:
      return number().size_bytes();
    case Type::boolean:
    case Type::null:
      return 1;
    case Type::ss:
    case Type::ns:
    case Type::bs:
      for (const ValueView member : elements()) size += member.size_bytes();
      return size;
    case Type::l:
      for (const ValueView element : elements()) size += 1 + element.size_bytes();
      return kContainerBytes + size;
    case Type::m:
      for (const auto [name, value] : attributes()) size += 1 + name.size() + value.size_bytes();
      return kContainerBytes + size;
  }
  return size;
}

ValueView ValueViews::Iterator::operator*() const {
  std::string_view rest = rest_;
  return take_value(rest);
}

ValueViews::Iterator& ValueViews::Iterator::operator++() {
  (void)take_value(rest_);
  return *this;
}

AttributeView AttributeViews::Iterator::operator*() const {
  std::string_view rest = rest_;
  return take_attribute(rest);
}

AttributeViews::Iterator& AttributeViews::Iterator::operator++() {
  (void)take_attribute(rest_);
  return *this;
}

std::optional<ValueView> AttributeViews::find(std::string_view name) const {
  for (const auto [candidate, value] : *this) {
    if (candidate == name) return value;
    if (candidate > name) break;
  }
  return std::nullopt;
}

}  // namespace dynatape::model
