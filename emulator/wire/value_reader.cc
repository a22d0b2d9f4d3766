#include "emulator/wire/value_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "emulator/model/attribute_name.h"
#include "emulator/wire/base64.h"
#include "emulator/wire/value_words.h"

namespace dynatape::wire {
namespace {

using model::AttributeValue;
using model::Binary;
using model::Number;
using model::Type;

constexpr std::string_view kInvalid = "One or more parameter values were invalid: ";

/// Reads one value and everything in it; keeps the first problem.
class ValueReader {
 public:
  ValueReader(Decoding& decoding, ValueProblem& problem) : decoding_(decoding), problem_(problem) {}

  bool item(const Json& json, model::Item& out) {
    if (json.kind() == Json::Kind::array) {
      return decoding_.fail(
          "Unrecognized collection type java.util.Map<java.lang.String, "
          "com.amazonaws.dynamodb.v20120810.AttributeValue>");
    }
    if (json.kind() != Json::Kind::object) return decoding_.fail("Unexpected field type");
    // Told before anything that stands inside a value.
    for (const auto [name, member] : json.members()) {
      if (name.empty()) report("Empty attribute name");
    }
    top_level_ = true;
    return map(json, out, 1);
  }

  bool value(const Json& json, AttributeValue& out, int depth) {
    if (json.kind() == Json::Kind::array) {
      return decoding_.fail(
          "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue");
    }
    if (json.kind() != Json::Kind::object) {
      return decoding_.fail("Unexpected value type in payload");
    }
    decoding_.deepest = std::max(decoding_.deepest, depth);
    if (depth > kMaxDepth) report_too_deep(depth);
    int types = 0;
    for (const auto [name, member] : json.members()) {
      if (member.is_null()) continue;
      const auto type = type_of(name);
      if (!type) continue;  // the service ignores what it does not know
      ++types;
      if (!typed(*type, member, out, depth)) return false;
    }
    if (types == 0) {
      report(
          "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
    } else if (types > 1) {
      report(
          "Supplied AttributeValue has more than one datatypes set, must contain exactly one of "
          "the supported datatypes");
    }
    return true;
  }

 private:
  static std::optional<Type> type_of(std::string_view name) {
    if (name.size() == 1) {
      switch (name[0]) {
        case 'S':
          return Type::s;
        case 'N':
          return Type::n;
        case 'B':
          return Type::b;
        case 'L':
          return Type::l;
        case 'M':
          return Type::m;
        default:
          return std::nullopt;
      }
    }
    for (const Type type : {Type::boolean, Type::null, Type::ss, Type::ns, Type::bs}) {
      if (name == model::type_name(type)) return type;
    }
    return std::nullopt;
  }

  bool typed(Type type, const Json& json, AttributeValue& out, int depth) {
    switch (type) {
      case Type::s:
        return text(json, out, [](std::string_view text) { return std::string(text); });
      case Type::n:
        return text(json, out, [this](std::string_view text) { return number(text); });
      case Type::b:
        return binary(json, out);
      case Type::boolean:
        return boolean(json, out);
      case Type::null:
        return null(json, out);
      case Type::ss:
        return string_set(json, out);
      case Type::ns:
        return number_set(json, out);
      case Type::bs:
        return binary_set(json, out);
      case Type::l:
        return list(json, out, depth);
      case Type::m:
        return nested_map(json, out, depth);
    }
    std::unreachable();
  }

  template <class Make>
  bool text(const Json& json, AttributeValue& out, Make make) {
    if (json.kind() != Json::Kind::string) {
      return decoding_.fail(conversion_error(json, "java.lang.String"));
    }
    out = make(json.string());
    return true;
  }

  bool bytes(const Json& json, Binary& out) {
    switch (json.kind()) {
      case Json::Kind::string: {
        auto decoded = decode_base64(json.string());
        if (!decoded) return decoding_.fail(decoded.error());
        out.bytes = std::move(*decoded);
        return true;
      }
      case Json::Kind::array:
        return decoding_.fail("Unrecognized collection type class java.nio.ByteBuffer");
      case Json::Kind::object:
        return decoding_.fail(kUnexpectedStructure);
      default:
        return decoding_.fail("only base-64-encoded strings are convertible to bytes");
    }
  }

  bool binary(const Json& json, AttributeValue& out) {
    Binary value;
    if (!bytes(json, value)) return false;
    out = std::move(value);
    return true;
  }

  bool boolean(const Json& json, AttributeValue& out) {
    const auto value = boolean_of(json);
    if (!value) return decoding_.fail(conversion_error(json, "java.lang.Boolean"));
    out = *value;
    return true;
  }

  bool null(const Json& json, AttributeValue& out) {
    const auto value = boolean_of(json);
    if (!value) return decoding_.fail(conversion_error(json, "java.lang.Boolean"));
    if (!*value) report_invalid("Null attribute value types must have the value of true");
    out = model::Null{};
    return true;
  }

  /// Whether `json` may be a list at all.
  bool is_list(const Json& json) {
    if (json.kind() == Json::Kind::object) return decoding_.fail(kUnexpectedStructure);
    if (json.kind() != Json::Kind::array) return decoding_.fail("Unexpected field type");
    return true;
  }

  bool string_set(const Json& json, AttributeValue& out) {
    if (!is_list(json)) return false;
    std::vector<std::string> sent;
    for (const Json& element : json.elements()) {
      if (element.kind() != Json::Kind::string) {
        return decoding_.fail(conversion_error(element, "java.lang.String"));
      }
      sent.emplace_back(element.string());
    }
    if (sent.empty()) report_invalid("An string set  may not be empty");
    const auto print = [](const std::string& text) { return text; };
    out = model::StringSet{unique(sent, print, Separators{", ", ", ", "] contains"})};
    return true;
  }

  bool number_set(const Json& json, AttributeValue& out) {
    if (!is_list(json)) return false;
    std::vector<Number> sent;
    for (const Json& element : json.elements()) {
      if (element.kind() != Json::Kind::string) {
        return decoding_.fail(conversion_error(element, "java.lang.String"));
      }
      sent.push_back(number(element.string()));
    }
    if (sent.empty()) report_invalid("An number set  may not be empty");
    std::ranges::sort(sent);
    const auto repeats = std::ranges::unique(sent);
    if (!repeats.empty() && !problem_.any()) {
      report(std::string(kInvalid) + "Input collection contains duplicates.",
             "Input collection contains duplicates");
    }
    sent.erase(repeats.begin(), repeats.end());
    out = model::NumberSet{std::move(sent)};
    return true;
  }

  bool binary_set(const Json& json, AttributeValue& out) {
    if (!is_list(json)) return false;
    std::vector<Binary> sent;
    for (const Json& element : json.elements()) {
      if (!bytes(element, sent.emplace_back())) return false;
    }
    if (sent.empty()) report_invalid("Binary sets should not be empty");
    const auto print = [](const Binary& binary) {
      std::string text;
      append_base64(text, binary.bytes);
      return text;
    };
    out = model::BinarySet{unique(sent, print, Separators{",", ", ", "]of type BS contains"})};
    return true;
  }

  struct Separators {
    std::string_view newer;
    std::string_view older;
    std::string_view close;
  };

  /// Sorts a set's members and drops repeats, which are a problem.
  template <class T, class Print>
  std::vector<T> unique(const std::vector<T>& sent, Print print, const Separators& separators) {
    std::vector<T> sorted = sent;
    std::ranges::sort(sorted);
    const auto repeats = std::ranges::unique(sorted);
    if (repeats.empty()) return sorted;
    sorted.erase(repeats.begin(), repeats.end());
    report(duplicates(in_newer_order(sent), print, "\"", separators.newer, separators.close),
           duplicates(sent, print, "", separators.older, separators.close));
    return sorted;
  }

  /// As the newer layer lists them: in order up to the first repeat, then the rest as sent.
  template <class T>
  static std::vector<T> in_newer_order(std::vector<T> sent) {
    auto repeat = sent.begin();
    while (std::find(sent.begin(), repeat, *repeat) == repeat) ++repeat;
    std::sort(sent.begin(), repeat);
    return sent;
  }

  template <class T, class Print>
  static std::string duplicates(const std::vector<T>& members, Print print, std::string_view quote,
                                std::string_view separator, std::string_view close) {
    std::string text{kInvalid};
    text += "Input collection [";
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i > 0) text += separator;
      text += quote;
      text += print(members[i]);
      text += quote;
    }
    text += close;
    text += " duplicates.";
    return text;
  }

  bool list(const Json& json, AttributeValue& out, int depth) {
    if (!is_list(json)) return false;
    model::List elements;
    elements.reserve(json.size());
    for (const Json& element : json.elements()) {
      if (!value(element, elements.emplace_back(model::Null{}), depth + 1)) return false;
    }
    out = std::move(elements);
    return true;
  }

  bool nested_map(const Json& json, AttributeValue& out, int depth) {
    model::Map attributes;
    const bool outer = std::exchange(top_level_, false);
    if (json.kind() == Json::Kind::array) {
      return decoding_.fail(
          "Unrecognized collection type java.util.Map<java.lang.String, "
          "com.amazonaws.dynamodb.v20120810.AttributeValue>");
    }
    if (json.kind() != Json::Kind::object) return decoding_.fail("Unexpected field type");
    if (!map(json, attributes, depth + 1)) return false;
    top_level_ = outer;
    out = std::move(attributes);
    return true;
  }

  bool map(const Json& json, model::Map& out, int depth) {
    std::vector<model::Attribute> attributes;
    attributes.reserve(json.size());
    for (const auto [name, member] : json.members()) {
      if (top_level_) under_ = name;
      if (name.size() > model::kMaxAttributeNameBytes) report(model::kAttributeNameTooLarge);
      model::Attribute& attribute =
          attributes.emplace_back(model::Attribute{std::string(name), model::Null{}});
      if (!value(member, attribute.value, depth)) return false;
    }
    out = model::Map::of(std::move(attributes));
    return true;
  }

  Number number(std::string_view text) {
    const auto parsed = Number::parse(text);
    if (parsed) return *parsed;
    report(number_problem(text, parsed.error(), Wording::newer),
           number_problem(text, parsed.error(), Wording::older));
    return Number{};
  }

  void report_invalid(std::string_view what) { report(std::string(kInvalid) + std::string(what)); }
  void report(const std::string& text) { report(text, text); }
  void report(const std::string& newer, const std::string& older) {
    report_in_item(newer, older);
    if (!problem_.older_in_expression.empty()) return;
    problem_.older_in_expression = older;
    problem_.under = under_;
  }
  void report_in_item(const std::string& newer, const std::string& older) {
    if (problem_.any()) return;
    problem_.newer = newer;
    problem_.older = older;
  }
  void report_too_deep(int depth) {
    const std::string text{kTooDeep};
    depth > kMaxDepth + 1 ? report(text) : report_in_item(text, text);
  }

  Decoding& decoding_;
  ValueProblem& problem_;
  bool top_level_ = false;
  std::string_view under_;
};

}  // namespace

bool decode(Decoding& decoding, const Json& json, Values& out) {
  return ValueReader(decoding, out.problem).item(json, out.item);
}

bool decode(Decoding& decoding, const Json& json, OneValue& out) {
  const bool scalar = json.kind() != Json::Kind::array && json.kind() != Json::Kind::object;
  if (scalar) return decoding.fail("Unexpected field type");
  return ValueReader(decoding, out.problem).value(json, out.value, 1);
}

}  // namespace dynatape::wire
