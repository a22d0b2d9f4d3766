// Which attribute each literal of a PartiQL statement stands by. It follows the tokens, not the
// grammar: a literal belongs to the path that was named last, or to the one it is compared with,
// or to the member of the map that it is the value of. So it also serves statements that the
// service refuses.

#include "cassettes/placed_values.h"
#include "emulator/expression/partiql_lexer.h"

namespace dynatape::cassettes {
namespace {

using expression::partiql::Token;
using Kind = Token::Kind;

/// Positions count characters and lines; the text is bytes.
class Bytes {
 public:
  explicit Bytes(std::string_view text) : text_(text) {}

  /// Of the character at a position that is not before the last one asked for.
  std::size_t at(const expression::partiql::Position& position) {
    while (at_ < text_.size() && (line_ < position.line || column_ < position.column)) step();
    return at_;
  }
  std::size_t behind(std::size_t begin, std::uint32_t characters) const {
    for (; characters > 0 && begin < text_.size(); --characters) begin = next(begin);
    return begin;
  }

 private:
  [[nodiscard]] std::size_t next(std::size_t at) const {
    ++at;
    while (at < text_.size() && (static_cast<unsigned char>(text_[at]) & 0xc0) == 0x80) ++at;
    return at;
  }
  void step() {
    const bool line_ends = text_[at_] == '\n';
    at_ = next(at_);
    line_ += line_ends ? 1 : 0;
    column_ = line_ends ? 1 : column_ + 1;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  std::uint32_t column_ = 1;
};

bool is_name(const Token& token) {
  return token.kind == Kind::identifier || token.kind == Kind::quoted_identifier;
}

bool is_comparator(const Token& token) {
  return token.kind == Kind::infix && token.text != "and" && token.text != "or";
}

class Reader {
 public:
  Reader(std::string_view statement, std::vector<Token> tokens)
      : bytes_(statement), tokens_(std::move(tokens)) {}

  StatementValues read() {
    for (at_ = 0; tokens_[at_].kind != Kind::end; ++at_) take(tokens_[at_]);
    return std::move(values_);
  }

 private:
  const Token& token(std::size_t ahead) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  bool behind(Kind kind) const { return at_ > 0 && tokens_[at_ - 1].kind == kind; }

  void take(const Token& now) {
    switch (now.kind) {
      case Kind::keyword:
        keyword(now);
        break;
      case Kind::identifier:
      case Kind::quoted_identifier:
        name(now);
        break;
      case Kind::left_curly:
        maps_.push_back(path_);
        break;
      case Kind::right_curly:
        if (maps_.empty()) break;
        path_ = maps_.back();
        maps_.pop_back();
        break;
      case Kind::string:
        if (!maps_.empty() && token(1).kind == Kind::colon) {
          path_ = maps_.back();
          path_.push_back(now.text);
        } else {
          literal(now, PlacedLiteral::Kind::text);
        }
        break;
      case Kind::number:
        // `address[0]`, not `IN [0]`.
        if (behind(Kind::left_bracket) && at_ > 1 && is_name(tokens_[at_ - 2])) {
          path_.push_back("[" + now.text + "]");
        } else {
          literal(now, PlacedLiteral::Kind::number);
        }
        break;
      case Kind::question_mark:
        literal(now, PlacedLiteral::Kind::parameter);
        break;
      default:
        break;
    }
  }

  void keyword(const Token& now) {
    const bool names_table =
        now.text == "from" || now.text == "update" || now.text == "insert_into";
    if (names_table && is_name(token(1)) && values_.table.empty()) values_.table = token(1).text;
    path_.clear();
  }

  /// The steps of a path follow each other with dots or behind brackets.
  void name(const Token& now) {
    const bool goes_on = behind(Kind::dot);
    if (!goes_on) path_.clear();
    path_.push_back(now.text);
  }

  void literal(const Token& now, PlacedLiteral::Kind kind) {
    PlacedLiteral literal{kind, path_, now.text, bytes_.at(now.position), 0};
    literal.end = bytes_.behind(literal.begin, now.position.length);
    // `'a' = email`
    if (is_comparator(token(1)) && is_name(token(2))) {
      literal.attribute.clear();
      for (std::size_t i = 2; is_name(token(i)); i += 2) {
        literal.attribute.push_back(token(i).text);
        if (token(i + 1).kind != Kind::dot) break;
      }
    }
    values_.literals.push_back(std::move(literal));
  }

  Bytes bytes_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  PathSteps path_;               ///< what was named last
  std::vector<PathSteps> maps_;  ///< where the open maps stand, the innermost last
  StatementValues values_;
};

}  // namespace

std::optional<StatementValues> values_of_statement(std::string_view statement) {
  auto tokens = expression::partiql::tokenize(statement);
  if (!tokens) return std::nullopt;
  return Reader(statement, std::move(*tokens)).read();
}

}  // namespace dynatape::cassettes
