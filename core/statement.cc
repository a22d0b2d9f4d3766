#include "core/statement.h"

#include <algorithm>
#include <array>

#include "core/headers.h"

namespace dynatape::core {
namespace {

struct Token {
  enum class Kind { end, word, quoted, other };
  Kind kind = Kind::end;
  std::string text;

  [[nodiscard]] bool names() const { return kind == Kind::word || kind == Kind::quoted; }
  [[nodiscard]] bool is_word(std::string_view word) const {
    return kind == Kind::word && equals_ignoring_case(text, word);
  }
};

bool in_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || static_cast<unsigned char>(c) >= 0x80;
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  Token next() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
    if (rest_.empty()) return {};
    const char first = rest_.front();
    if (first == '"') return {Token::Kind::quoted, quoted('"')};
    if (first == '\'') return {Token::Kind::other, quoted('\'')};
    const auto end = std::ranges::find_if_not(rest_, in_word) - rest_.begin();
    if (end == 0) return {Token::Kind::other, take(1)};
    return {Token::Kind::word, take(static_cast<std::size_t>(end))};
  }

 private:
  std::string take(std::size_t length) {
    std::string text(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return text;
  }

  /// What stands between two `mark`s; a doubled one stands for itself.
  std::string quoted(char mark) {
    std::string text;
    rest_.remove_prefix(1);
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c != mark) {
        text += c;
      } else if (rest_.starts_with(mark)) {
        text += mark;
        rest_.remove_prefix(1);
      } else {
        break;
      }
    }
    return text;
  }

  std::string_view rest_;
};

}  // namespace

StatementTarget target_of_statement(std::string_view statement) {
  Scanner scanner(statement);
  Token token = scanner.next();
  bool found = token.is_word("UPDATE");
  while (!found && token.kind != Token::Kind::end) {
    token = scanner.next();
    found = token.is_word("FROM") || token.is_word("INTO");
  }
  token = scanner.next();
  if (!found || !token.names()) return {};
  StatementTarget target{token.text, {}};
  if (scanner.next().text != ".") return target;
  token = scanner.next();
  if (token.names()) target.index = token.text;
  return target;
}

bool is_select(std::string_view statement) { return Scanner(statement).next().is_word("SELECT"); }

}  // namespace dynatape::core
