#include <array>
#include <utility>

#include "emulator/expression/grammar.h"
#include "emulator/expression/parser.h"

namespace dynatape::expression {

namespace {

using Kind = Token::Kind;

/// The right-hand side of an assignment.
struct Value {
  Operand operand;
  std::optional<Term> term;
  bool parenthesised = false;
};

/// Sections in any order, each at most once; in each, actions separated by commas.
class UpdateParser {
 public:
  explicit UpdateParser(std::string_view text) : grammar_(text, Parameter::update) {}

  model::Outcome<Update> parse() {
    sections();
    if (auto error = grammar_.error()) return std::unexpected(std::move(*error));
    if (!section_error_.empty()) {
      return std::unexpected(invalid_expression(Parameter::update, section_error_));
    }
    return std::move(update_);
  }

 private:
  struct Section {
    std::string_view keyword;
    std::optional<Action> (UpdateParser::*action)();
    bool seen = false;
  };

  void sections() {
    do {
      Section* section = next_section();
      if (section == nullptr) {
        grammar_.fail();
        return;
      }
      if (std::exchange(section->seen, true) && section_error_.empty()) {
        section_error_.append("The \"").append(section->keyword);
        section_error_ += "\" section can only be used once in an update expression;";
      }
      if (!actions(*section)) return;
    } while (!cursor().at(Kind::end));
  }

  Section* next_section() {
    for (Section& section : sections_) {
      if (cursor().take_keyword(section.keyword)) return &section;
    }
    return nullptr;
  }

  bool actions(const Section& section) {
    do {
      auto action = (this->*section.action)();
      if (!action) return false;
      update_.actions.push_back(std::move(*action));
    } while (cursor().take(Kind::comma));
    return true;
  }

  std::optional<Action> set() {
    auto target = grammar_.path();
    if (!target) return std::nullopt;
    if (!cursor().take(Kind::eq)) return grammar_.fail();
    auto assigned = value();
    if (!assigned) return std::nullopt;
    return Set{std::move(*target), std::move(assigned->operand), std::move(assigned->term)};
  }

  std::optional<Action> remove() {
    auto target = grammar_.path();
    if (!target) return std::nullopt;
    return Remove{std::move(*target)};
  }

  std::optional<Action> add() { return with_placeholder<Add>(); }
  std::optional<Action> erase() { return with_placeholder<Delete>(); }

  /// path :value
  template <class A>
  std::optional<Action> with_placeholder() {
    auto target = grammar_.path();
    if (!target) return std::nullopt;
    const std::string_view name = cursor().token().text;
    if (!cursor().take(Kind::value)) return grammar_.fail();
    return A{std::move(*target), Operand{Placeholder{std::string(name)}}};
  }

  /// ( operand | "(" value ")" ) [ ("+" | "-") operand ]
  std::optional<Value> value() {
    auto first = cursor().at(Kind::left_paren) ? parenthesised() : plain();
    if (!first) return std::nullopt;
    const bool plus = cursor().at(Kind::plus);
    if (!plus && !cursor().at(Kind::minus)) return first;
    if (first->term) return grammar_.fail();  // arithmetic does not nest
    grammar_.count_operator();
    cursor().advance();
    auto second = grammar_.operand(Place::update);
    if (!second) return std::nullopt;
    return Value{std::move(first->operand),
                 Term{plus ? Sign::plus : Sign::minus, std::move(second->operand)}};
  }

  std::optional<Value> plain() {
    auto parsed = grammar_.operand(Place::update);
    if (!parsed) return std::nullopt;
    return Value{std::move(parsed->operand), std::nullopt};
  }

  std::optional<Value> parenthesised() {
    const NestingScope scope(grammar_);
    if (!scope.entered()) return grammar_.fail_too_deep(kRedundantParentheses);
    cursor().advance();
    auto inner = value();
    if (!inner) return std::nullopt;
    if (!cursor().take(Kind::right_paren)) return grammar_.fail();
    if (std::exchange(inner->parenthesised, true)) grammar_.note_redundant_parentheses();
    return inner;
  }

  Cursor& cursor() { return grammar_.cursor; }

  Grammar grammar_;
  Update update_;
  std::string section_error_;
  std::array<Section, 4> sections_ = {{{"SET", &UpdateParser::set},
                                       {"REMOVE", &UpdateParser::remove},
                                       {"ADD", &UpdateParser::add},
                                       {"DELETE", &UpdateParser::erase}}};
};

}  // namespace

model::Outcome<Update> parse_update(std::string_view text) {
  if (auto error = size_error(text, Parameter::update)) return std::unexpected(std::move(*error));
  return UpdateParser(text).parse();
}

}  // namespace dynatape::expression
