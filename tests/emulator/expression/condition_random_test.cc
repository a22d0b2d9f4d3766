// Random conditions on random items, against a naive reference: it keeps values as text that is
// equal when they are, and evaluates while the condition is being written. A failure prints the
// seed; DYNATAPE_SEED takes it back.

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "tests/emulator/expression/support.h"
#include "tests/support/random_seed.h"

namespace dynatape::expression {
namespace {

/// A value twice: as the library has it, and as its type and a text that orders as it does.
struct Naive {
  model::AttributeValue value = model::Null{};
  char type = '-';  ///< '-': there is none
  std::string text;
  std::size_t size = 0;  ///< as size() counts; of types that have one
};

bool sized(const Naive& naive) { return std::string("SBAL").find(naive.type) != std::string::npos; }
bool ordered(const Naive& naive) {
  return std::string("SNB").find(naive.type) != std::string::npos;
}

Naive number(int n) {
  return {model::AttributeValue(model::Number::of(n)), 'N', std::to_string(n + 1000), 0};
}

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {
    for (const char* name : {"a", "b", "d", "e"}) {
      if (pick(5) == 0) continue;
      Naive naive = value(true);
      item_.set(name, naive.value);
      attributes_.emplace_back(name, naive);
    }
  }

  /// Appends a condition to `text`; returns whether it holds.
  bool condition(std::string& text, int depth) {
    switch (depth > 0 ? pick(6) : 5) {
      case 0:
        return row(text, depth, "AND");
      case 1:
        return row(text, depth, "OR");
      case 2:
        text += "NOT (";
        return negated(text, depth);
      default:
        return simple(text);
    }
  }

  [[nodiscard]] const model::Item& item() const { return item_; }
  [[nodiscard]] std::optional<Values> values() const {
    return values_.empty() ? std::nullopt : std::optional(values_);
  }

 private:
  std::size_t pick(std::size_t choices) { return random_() % choices; }

  Naive value(bool with_list) {
    const std::string letters(pick(3), static_cast<char>('p' + pick(3)));
    switch (pick(with_list ? 6 : 4)) {
      case 0:
        return {s(letters), 'S', letters, letters.size()};
      case 1:
        return number(static_cast<int>(pick(5)));
      case 2:
        return {b(letters), 'B', letters, letters.size()};
      case 3: {
        const bool yes = pick(2) == 0;
        return {model::AttributeValue(yes), 'T', yes ? "1" : "0", 0};
      }
      case 4:
        return {ss({"p", letters + "q"}), 'A', letters, 2};
      default: {
        const Naive element = value(false);
        return {list({element.value}), 'L', element.type + element.text, 1};
      }
    }
  }

  Naive attribute(std::string& text) {
    static constexpr std::array<const char*, 5> kAttributes = {"a", "b", "d", "e", "nowhere"};
    const std::string name = kAttributes.at(pick(5));
    text += name;
    for (const auto& [present, naive] : attributes_) {
      if (present == name) return naive;
    }
    return {};
  }

  Naive placeholder(std::string& text, const Naive& naive) {
    const std::string name = ":v" + std::to_string(values_.size());
    values_.set(name, naive.value);
    text += name;
    return naive;
  }

  /// Something to compare: size() of an attribute, or a value of an ordered type.
  Naive compared(std::string& text) {
    if (pick(4) == 0) {
      text += "size(";
      const Naive of = attribute(text);
      text += ")";
      return sized(of) ? number(static_cast<int>(of.size)) : Naive{};
    }
    Naive naive = value(true);
    while (!ordered(naive)) naive = value(true);
    return placeholder(text, naive);
  }

  static bool same(const Naive& left, const Naive& right) {
    return left.type != '-' && left.type == right.type && left.text == right.text;
  }
  static bool before(const Naive& left, const Naive& right) {
    return ordered(left) && left.type == right.type && left.text < right.text;
  }

  bool comparison(std::string& text) {
    const Naive left = attribute(text);
    static constexpr std::array<const char*, 6> kOperators = {"=", "<>", "<", "<=", ">", ">="};
    const std::size_t chosen = pick(6);
    text += std::string(" ") + kOperators.at(chosen) + " ";
    const Naive right = compared(text);
    const bool equal_and_ordered = same(left, right) && ordered(left);
    const std::array<bool, 6> results = {
        same(left, right),   !same(left, right),
        before(left, right), before(left, right) || equal_and_ordered,
        before(right, left), before(right, left) || equal_and_ordered};
    return results.at(chosen);
  }

  bool between(std::string& text) {
    const Naive operand = attribute(text);
    Naive low = number(static_cast<int>(pick(4)));
    Naive high = number(static_cast<int>(pick(4)));
    if (before(high, low)) std::swap(low, high);
    text += " BETWEEN ";
    placeholder(text, low);
    text += " AND ";
    placeholder(text, high);
    return operand.type == 'N' && operand.text >= low.text && operand.text <= high.text;
  }

  bool in(std::string& text) {
    const Naive operand = attribute(text);
    text += " IN (";
    bool found = false;
    for (std::size_t i = 0, count = 1 + pick(3); i < count; ++i) {
      if (i > 0) text += ", ";
      found = same(operand, placeholder(text, value(true))) || found;
    }
    text += ")";
    return found;
  }

  bool function(std::string& text) {
    switch (pick(3)) {
      case 0: {
        text += "attribute_exists(";
        const bool exists = attribute(text).type != '-';
        text += ")";
        return exists;
      }
      case 1: {
        text += "begins_with(";
        const Naive operand = attribute(text);
        text += ", ";
        Naive prefix = value(true);
        while (prefix.type != 'S' && prefix.type != 'B') prefix = value(true);
        placeholder(text, prefix);
        text += ")";
        return operand.type == prefix.type &&
               operand.text.substr(0, prefix.text.size()) == prefix.text;
      }
      default: {
        text += "contains(";
        const Naive operand = attribute(text);
        text += ", ";
        const Naive part = placeholder(text, value(false));
        text += ")";
        if (operand.type == 'A') {
          return part.type == 'S' && (part.text == "p" || part.text == operand.text + "q");
        }
        if (operand.type == 'L') return operand.text == part.type + part.text;
        return (operand.type == 'S' || operand.type == 'B') && operand.type == part.type &&
               operand.text.find(part.text) != std::string::npos;
      }
    }
  }

  bool simple(std::string& text) {
    switch (pick(4)) {
      case 0:
        return between(text);
      case 1:
        return in(text);
      case 2:
        return function(text);
      default:
        return comparison(text);
    }
  }

  bool negated(std::string& text, int depth) {
    const bool holds = condition(text, depth - 1);
    text += ")";
    return !holds;
  }

  bool row(std::string& text, int depth, const std::string& keyword) {
    bool all = true;
    bool any = false;
    for (std::size_t i = 0, count = 2 + pick(2); i < count; ++i) {
      if (i > 0) text += " " + keyword + " ";
      text += "(";
      const bool holds = condition(text, depth - 1);
      text += ")";
      all = all && holds;
      any = any || holds;
    }
    return keyword == "AND" ? all : any;
  }

  std::mt19937_64 random_;
  model::Item item_;
  Values values_;
  std::vector<std::pair<std::string, Naive>> attributes_;
};

}  // namespace

TEST_CASE("condition: random conditions hold when a naive reference says so") {
  constexpr std::uint64_t kRounds = 3000;
  const std::uint64_t first = support::random_seed("condition");
  int held = 0;
  for (std::uint64_t seed = first; seed < first + kRounds; ++seed) {
    Generator generator(seed);
    std::string text;
    const bool holds = generator.condition(text, 3);
    held += holds ? 1 : 0;
    INFO("DYNATAPE_SEED=" << seed << "\n" << text);
    REQUIRE(outcome(text, generator.item(), generator.values()) == (holds ? "true" : "false"));
  }
  // Neither answer is rare, or the rounds would prove little.
  CHECK(held > static_cast<int>(kRounds / 5));
  CHECK(held < static_cast<int>(kRounds * 4 / 5));
}

}  // namespace dynatape::expression
