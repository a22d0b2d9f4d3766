#include "emulator/expression/condition.h"

#include <algorithm>

namespace dynatape::expression {

namespace {

using model::AttributeValue;
using model::Type;

/// UTF-16 code units of UTF-8 text: what size() of a string counts.
std::size_t utf16_units(std::string_view text) {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80U) units += byte >= 0xF0U ? 2 : 1;
  }
  return units;
}

std::optional<std::size_t> size_of(const AttributeValue& value) {
  switch (value.type()) {
    case Type::s:
      return utf16_units(*value.get<std::string>());
    case Type::b:
      return value.get<model::Binary>()->bytes.size();
    case Type::ss:
      return value.get<model::StringSet>()->members.size();
    case Type::ns:
      return value.get<model::NumberSet>()->members.size();
    case Type::bs:
      return value.get<model::BinarySet>()->members.size();
    case Type::l:
      return value.get<model::List>()->size();
    case Type::m:
      return value.get<model::Map>()->size();
    default:
      return std::nullopt;
  }
}

/// Order within a type; none between types, or in a type that has none.
std::optional<std::strong_ordering> order(const AttributeValue* left, const AttributeValue* right) {
  if (left == nullptr || right == nullptr || left->type() != right->type()) return std::nullopt;
  switch (left->type()) {
    case Type::s:
      return *left->get<std::string>() <=> *right->get<std::string>();
    case Type::n:
      return *left->get<model::Number>() <=> *right->get<model::Number>();
    case Type::b:
      return left->get<model::Binary>()->bytes <=> right->get<model::Binary>()->bytes;
    default:
      return std::nullopt;
  }
}

bool equal(const AttributeValue* left, const AttributeValue* right) {
  return left != nullptr && right != nullptr && *left == *right;
}

bool has_type(const AttributeValue& value, const AttributeValue& name) {
  return model::type_name(value.type()) == *name.get<std::string>();
}

bool begins_with(const AttributeValue& value, const AttributeValue& prefix) {
  if (const auto* text = value.get<std::string>()) {
    const auto* start = prefix.get<std::string>();
    return start != nullptr && text->starts_with(*start);
  }
  const auto* binary = value.get<model::Binary>();
  const auto* start = prefix.get<model::Binary>();
  return binary != nullptr && start != nullptr && binary->bytes.starts_with(start->bytes);
}

template <class T>
bool has_member(const AttributeValue& set, const AttributeValue& member) {
  const auto* wanted = member.get<T>();
  return wanted != nullptr &&
         std::ranges::binary_search(set.get<model::SetOf<T>>()->members, *wanted);
}

bool contains(const AttributeValue& container, const AttributeValue& wanted) {
  switch (container.type()) {
    case Type::s: {
      const auto* part = wanted.get<std::string>();
      return part != nullptr && container.get<std::string>()->contains(*part);
    }
    case Type::b: {
      const auto* part = wanted.get<model::Binary>();
      return part != nullptr && container.get<model::Binary>()->bytes.contains(part->bytes);
    }
    case Type::ss:
      return has_member<std::string>(container, wanted);
    case Type::ns:
      return has_member<model::Number>(container, wanted);
    case Type::bs:
      return has_member<model::Binary>(container, wanted);
    case Type::l:
      return std::ranges::find(*container.get<model::List>(), wanted) !=
             container.get<model::List>()->end();
    default:
      return false;
  }
}

bool exists(const model::Item& item, const Path& path) { return find(item, path) != nullptr; }
bool exists(const model::ItemView& item, const Path& path) { return find(item, path).has_value(); }

/// The value in the item, or decoded into `storage`; null where there is none.
const AttributeValue* fetch(const model::Item& item, const Path& path,
                            std::optional<AttributeValue>&) {
  return find(item, path);
}
const AttributeValue* fetch(const model::ItemView& item, const Path& path,
                            std::optional<AttributeValue>& storage) {
  const std::optional<model::ValueView> view = find(item, path);
  return view ? &storage.emplace(view->decode()) : nullptr;
}

/// Over a decoded or an encoded item.
template <class Item>
class Evaluator {
 public:
  explicit Evaluator(const Item& item) : item_(item) {}

  bool operator()(const Logical& logical) const {
    const auto holds = [this](const Condition& part) { return std::visit(*this, part.node); };
    switch (logical.connective) {
      case Connective::not_:
        return !holds(logical.operands.front());
      case Connective::and_:
        return std::ranges::all_of(logical.operands, holds);
      case Connective::or_:
        return std::ranges::any_of(logical.operands, holds);
    }
    return false;
  }

  bool operator()(const Comparison& comparison) const {
    const Fetched left(comparison.left, item_);
    const Fetched right(comparison.right, item_);
    if (comparison.comparator == Comparator::eq) return equal(left.value(), right.value());
    if (comparison.comparator == Comparator::ne) return !equal(left.value(), right.value());
    const auto ordering = order(left.value(), right.value());
    if (!ordering) return false;
    switch (comparison.comparator) {
      case Comparator::lt:
        return std::is_lt(*ordering);
      case Comparator::le:
        return std::is_lteq(*ordering);
      case Comparator::gt:
        return std::is_gt(*ordering);
      default:
        return std::is_gteq(*ordering);
    }
  }

  bool operator()(const Between& between) const {
    const Fetched operand(between.operand, item_);
    const auto from_low = order(operand.value(), Fetched(between.low, item_).value());
    if (!from_low || std::is_lt(*from_low)) return false;
    const auto from_high = order(operand.value(), Fetched(between.high, item_).value());
    return from_high && std::is_lteq(*from_high);
  }

  bool operator()(const In& in) const {
    const Fetched operand(in.operand, item_);
    return std::ranges::any_of(in.candidates, [&](const Operand& candidate) {
      return equal(operand.value(), Fetched(candidate, item_).value());
    });
  }

  bool operator()(const Call& call) const {
    if (call.function == Function::attribute_exists ||
        call.function == Function::attribute_not_exists) {
      return exists(item_, std::get<Path>(call.arguments.front().node)) ==
             (call.function == Function::attribute_exists);
    }
    const Fetched first(call.arguments.front(), item_);
    const Fetched second(call.arguments.back(), item_);
    if (first.value() == nullptr || second.value() == nullptr) return false;
    switch (call.function) {
      case Function::attribute_type:
        return has_type(*first.value(), *second.value());
      case Function::begins_with:
        return begins_with(*first.value(), *second.value());
      case Function::contains:
        return contains(*first.value(), *second.value());
      default:
        return false;
    }
  }

 private:
  /// An operand's value: in the item, in the expression, or computed here.
  class Fetched {
   public:
    Fetched(const Operand& operand, const Item& item) {
      if (const auto* path = std::get_if<Path>(&operand.node)) {
        value_ = fetch(item, *path, computed_);
      } else if (const auto* value = std::get_if<AttributeValue>(&operand.node)) {
        value_ = value;
      } else if (const auto* call = std::get_if<Call>(&operand.node)) {
        compute_size(*call, item);
      }
    }
    Fetched(const Fetched&) = delete;
    Fetched& operator=(const Fetched&) = delete;

    /// Null where there is none.
    [[nodiscard]] const AttributeValue* value() const { return value_; }

   private:
    void compute_size(const Call& call, const Item& item) {
      const Fetched sized(call.arguments.front(), item);
      if (sized.value() == nullptr) return;
      const auto size = size_of(*sized.value());
      if (!size) return;
      value_ = &computed_.emplace(model::Number::of(static_cast<std::int64_t>(*size)));
    }

    const AttributeValue* value_ = nullptr;
    std::optional<AttributeValue> computed_;
  };

  const Item& item_;
};

}  // namespace

bool evaluate(const Condition& condition, const model::Item& item) {
  return std::visit(Evaluator(item), condition.node);
}

bool evaluate(const Condition& condition, const model::ItemView& item) {
  return std::visit(Evaluator(item), condition.node);
}

}  // namespace dynatape::expression
