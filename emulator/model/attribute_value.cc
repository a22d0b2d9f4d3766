#include "emulator/model/attribute_value.h"

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>
#include <utility>

namespace dynatape::model {
namespace {

/// The place of `name` among sorted attributes, or of the first one after it.
template <class Attributes>
auto lower_bound(Attributes& attributes, std::string_view name) {
  return std::ranges::lower_bound(attributes, name, {}, &Attribute::name);
}

constexpr std::size_t kCollectionOverhead = 3;
constexpr std::size_t kElementOverhead = 1;

struct Size {
  std::size_t operator()(const std::string& text) const { return text.size(); }
  std::size_t operator()(const Number& number) const { return number.size_bytes(); }
  std::size_t operator()(const Binary& binary) const { return binary.bytes.size(); }
  std::size_t operator()(bool) const { return 1; }
  std::size_t operator()(const Null&) const { return 1; }
  template <class T>
  std::size_t operator()(const SetOf<T>& set) const {
    std::size_t sum = 0;
    for (const T& member : set.members) sum += (*this)(member);
    return sum;
  }
  std::size_t operator()(const List& list) const {
    std::size_t sum = kCollectionOverhead;
    for (const AttributeValue& element : list) sum += kElementOverhead + size_bytes(element);
    return sum;
  }
  std::size_t operator()(const Map& map) const {
    return kCollectionOverhead + kElementOverhead * map.size() + size_bytes(map);
  }
};

}  // namespace

Map::Map() = default;
Map::Map(std::initializer_list<Attribute> attributes) {
  for (const Attribute& attribute : attributes) set(attribute.name, attribute.value);
}
Map Map::of(std::vector<Attribute> attributes) {
  Map map;
  if (std::ranges::adjacent_find(attributes, std::greater_equal{}, &Attribute::name) ==
      attributes.end()) {
    map.attributes_ = std::move(attributes);
    return map;
  }
  std::vector<std::size_t> order(attributes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(
      order, {}, [&](std::size_t i) { return std::pair(std::string_view(attributes[i].name), i); });
  map.attributes_.reserve(attributes.size());
  for (std::size_t k = 0; k < order.size(); ++k) {
    Attribute& attribute = attributes[order[k]];
    const bool repeated = k + 1 < order.size() && attributes[order[k + 1]].name == attribute.name;
    if (!repeated) map.attributes_.push_back(std::move(attribute));
  }
  return map;
}
Map::Map(const Map&) = default;
Map::Map(Map&&) noexcept = default;
Map& Map::operator=(const Map&) = default;
Map& Map::operator=(Map&&) noexcept = default;
Map::~Map() = default;

const AttributeValue* Map::find(std::string_view name) const {
  const auto place = lower_bound(attributes_, name);
  return place != attributes_.end() && place->name == name ? &place->value : nullptr;
}

AttributeValue* Map::find(std::string_view name) {
  const auto place = lower_bound(attributes_, name);
  return place != attributes_.end() && place->name == name ? &place->value : nullptr;
}

void Map::set(std::string name, AttributeValue value) {
  const bool at_end = attributes_.empty() || attributes_.back().name < name;
  const auto place = at_end ? attributes_.end() : lower_bound(attributes_, name);
  if (place != attributes_.end() && place->name == name) {
    place->value = std::move(value);
  } else {
    attributes_.insert(place, Attribute{std::move(name), std::move(value)});
  }
}

bool Map::erase(std::string_view name) {
  const auto place = lower_bound(attributes_, name);
  if (place == attributes_.end() || place->name != name) return false;
  attributes_.erase(place);
  return true;
}

void Map::reserve(std::size_t count) { attributes_.reserve(count); }
std::size_t Map::size() const { return attributes_.size(); }
bool Map::empty() const { return attributes_.empty(); }
const Attribute* Map::begin() const { return attributes_.data(); }
const Attribute* Map::end() const { return attributes_.data() + attributes_.size(); }
bool Map::operator==(const Map& other) const { return attributes_ == other.attributes_; }

std::string_view type_name(Type type) {
  static constexpr std::array<std::string_view, 10> kNames = {"S",  "N",  "B",  "BOOL", "NULL",
                                                              "SS", "NS", "BS", "L",    "M"};
  return kNames[static_cast<std::size_t>(type)];
}

std::size_t size_bytes(const AttributeValue& value) { return std::visit(Size{}, value.variant()); }

std::size_t size_bytes(const Item& item) {
  std::size_t sum = 0;
  for (const Attribute& attribute : item)
    sum += attribute.name.size() + size_bytes(attribute.value);
  return sum;
}

}  // namespace dynatape::model
