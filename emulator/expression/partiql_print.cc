// A tree back to text. Names are always quoted and operands that are operators stand in
// parentheses, so nothing depends on precedences.

#include <utility>

#include "emulator/expression/partiql_keywords.h"
#include "emulator/expression/partiql_syntax.h"

namespace dynatape::expression::partiql {

namespace {

using Kind = Node::Kind;

class Printer {
 public:
  std::string text;

  void node(const Node& node);

 private:
  void expression(const Node& node);
  void statement(const Node& node);
  void clause(const Node& node);
  void operand(const Node& node);
  void operands(const Node& node, std::size_t from, std::string_view separator);
  void in_operand(const Node& node);
  void path(const Node& node);
  void function_name(const std::string& name);
  void binary(const Node& node);
  void type_test(const Node& node);
  void collection(const Node& node, std::string_view open, std::string_view close);
  void select(const Node& node);
  void insert(const Node& node);
  void update(const Node& node);
  void delete_from(const Node& node);
  void source(const Node& node);
  void alias(const Node& node);
  void other_clause(const Node& node);
  void quoted(std::string_view content, char quote);
};

/// "not_in" as it is written: " NOT IN ".
std::string spelled(std::string_view op) {
  std::string out = " ";
  for (const char c : op) {
    out += c == '_' ? ' ' : (c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c);
  }
  return out + " ";
}

bool is_operator(Kind kind) {
  return kind == Kind::unary || kind == Kind::binary || kind == Kind::between ||
         kind == Kind::type_test || kind == Kind::like || kind >= Kind::select;
}

void Printer::node(const Node& node) {
  if (node.kind < Kind::unary) {
    expression(node);
  } else if (node.kind >= Kind::select) {
    statement(node);
  } else {
    binary(node);
  }
}

void Printer::expression(const Node& node) {
  switch (node.kind) {
    case Kind::name:
      return quoted(node.text, '"');
    case Kind::string:
      return quoted(node.text, '\'');
    case Kind::parameter:
      text += '?';
      return;
    case Kind::list:
      return collection(node, "[", "]");
    case Kind::bag:
      return collection(node, "<<", ">>");
    case Kind::structure:
      return collection(node, "{", "}");
    case Kind::member:
      operand(node.children[0]);
      text += ": ";
      return operand(node.children[1]);
    case Kind::path:
      return path(node);
    case Kind::call:
      function_name(node.text);
      return collection(node, "(", ")");
    case Kind::star:
      text += '*';
      return;
    default:  // numbers, booleans, NULL and MISSING as written
      text += node.text;
  }
}

void Printer::operand(const Node& node) {
  const bool parentheses = is_operator(node.kind);
  if (parentheses) text += '(';
  this->node(node);
  if (parentheses) text += ')';
}

void Printer::operands(const Node& node, std::size_t from, std::string_view separator) {
  for (std::size_t i = from; i < node.children.size(); ++i) {
    if (i > from) text += separator;
    operand(node.children[i]);
  }
}

void Printer::collection(const Node& node, std::string_view open, std::string_view close) {
  text += open;
  operands(node, 0, ", ");
  text += close;
}

void Printer::function_name(const std::string& name) {
  bool plain = !name.empty() && (name[0] < '0' || name[0] > '9') &&
               (!word_kind(name) || is_function_keyword(name));
  for (const char c : name) {
    plain = plain && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$');
  }
  if (plain) {
    text += name;
  } else {
    quoted(name, '"');
  }
}

void Printer::path(const Node& node) {
  const Node& root = node.children.front();
  const bool bare =
      !is_operator(root.kind) && !(root.kind == Kind::number && root.text.starts_with('-'));
  if (!bare) text += '(';
  this->node(root);
  if (!bare) text += ')';
  if (root.kind == Kind::number) text += ' ';  // `5.` is a number
  for (std::size_t i = 1; i < node.children.size(); ++i) {
    const Node& step = node.children[i];
    if (step.kind == Kind::name_step) {
      text += '.';
      quoted(step.text, '"');
    } else if (step.kind == Kind::value_step) {
      text += '[';
      operand(step.children.front());
      text += ']';
    } else {
      text += step.kind == Kind::star_step ? ".*" : "[*]";
    }
  }
}

void Printer::binary(const Node& node) {
  switch (node.kind) {
    case Kind::unary:
      text += node.text == "not" ? "NOT " : node.text;
      return operand(node.children.front());
    case Kind::type_test:
      return type_test(node);
    case Kind::between:
    case Kind::like:
      operand(node.children[0]);
      text += spelled(node.text);
      operand(node.children[1]);
      if (node.children.size() < 3) return;
      text += node.kind == Kind::like ? " ESCAPE " : " AND ";
      return operand(node.children[2]);
    default:
      break;
  }
  if (node.text == "in" || node.text == "not_in") {
    operand(node.children[0]);
    text += spelled(node.text);
    return in_operand(node.children[1]);
  }
  operands(node, 0, spelled(node.text));
}

/// Parentheses after IN would make a list; what was written there binds tighter than IN, so its
/// first operand needs none.
void Printer::in_operand(const Node& node) {
  const bool infix = node.kind == Kind::binary || node.kind == Kind::between;
  if (!infix && node.kind != Kind::like)
    return node.kind == Kind::select ? operand(node) : this->node(node);
  in_operand(node.children[0]);
  text += spelled(node.text);
  operand(node.children[1]);
  if (node.children.size() < 3) return;
  text += node.kind == Kind::like ? " ESCAPE " : " AND ";
  operand(node.children[2]);
}

void Printer::type_test(const Node& node) {
  operand(node.children[0]);
  text += spelled(node.text);
  const Node& type = node.children[1];
  std::string name = spelled(type.text);
  text += name.substr(1, name.size() - 2);
  if (!type.children.empty()) collection(type, "(", ")");
}

void Printer::statement(const Node& node) {
  switch (node.kind) {
    case Kind::select:
      return select(node);
    case Kind::insert_value:
    case Kind::insert:
      return insert(node);
    case Kind::update:
      return update(node);
    case Kind::delete_from:
      return delete_from(node);
    default:
      return clause(node);
  }
}

void Printer::clause(const Node& node) {
  switch (node.kind) {
    case Kind::columns:
    case Kind::from:
      if (node.kind == Kind::from) text += "FROM ";
      for (std::size_t i = 0; i < node.children.size(); ++i) {
        if (i > 0) text += ", ";
        source(node.children[i]);
      }
      return;
    case Kind::where:
      text += "WHERE ";
      return operand(node.children.front());
    case Kind::order_by:
      text += "ORDER BY ";
      for (std::size_t i = 0; i < node.children.size(); ++i) {
        if (i > 0) text += ", ";
        operand(node.children[i].children.front());
        if (!node.children[i].text.empty()) text += " " + node.children[i].text;
      }
      return;
    case Kind::alias:
      return alias(node);
    case Kind::set:
      text += "SET ";
      for (std::size_t i = 0; i < node.children.size(); ++i) {
        if (i > 0) text += ", ";
        operand(node.children[i].children[0]);
        text += " = ";
        operand(node.children[i].children[1]);
      }
      return;
    case Kind::remove:
      text += "REMOVE ";
      return operand(node.children.front());
    case Kind::returning:
      text += "RETURNING ";
      for (std::size_t i = 0; i < node.children.size(); ++i) {
        text += (i > 0 ? "," : "") + spelled(node.children[i].text);
        operand(node.children[i].children.front());
      }
      return;
    case Kind::other_clause:
      return other_clause(node);
    default:
      return;
  }
}

void Printer::select(const Node& node) {
  text += "SELECT";
  for (const Node& each : node.children) {
    text += ' ';
    clause(each);
  }
}

void Printer::other_clause(const Node& node) {
  text += node.text == "ON CONFLICT" ? "ON CONFLICT WHERE" : node.text;
  if (!node.children.empty()) text += ' ';
  operands(node, 0, ", ");
  if (node.text == "ON CONFLICT") text += " DO NOTHING";
}

void Printer::insert(const Node& node) {
  text += "INSERT INTO ";
  operand(node.children[0]);
  text += node.kind == Kind::insert ? " " : " VALUE ";
  const std::size_t value = text.size();
  operand(node.children[1]);
  // A list behind the path would be a step of it.
  if (node.kind == Kind::insert && text[value] == '[') {
    text.insert(value, 1, '(');
    text += ')';
  }
  bool guarded = node.text != "if_not_exists";
  for (std::size_t i = 2; i < node.children.size(); ++i) {
    if (node.children[i].text != "AT" && !std::exchange(guarded, true)) text += " IF NOT EXISTS";
    text += ' ';
    clause(node.children[i]);
  }
  if (!guarded) text += " IF NOT EXISTS";
}

void Printer::update(const Node& node) {
  const Node& target = node.children.front();
  const bool from_first = node.text == "from";
  const Node* where = child(node, Kind::where);
  if (target.kind != Kind::from) text += from_first ? "FROM " : "UPDATE ";
  source(target);
  if (from_first && where != nullptr) {
    text += ' ';
    clause(*where);
  }
  for (std::size_t i = 1; i < node.children.size(); ++i) {
    if (from_first && &node.children[i] == where) continue;
    text += ' ';
    clause(node.children[i]);
  }
}

void Printer::delete_from(const Node& node) {
  text += "DELETE FROM ";
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    if (i > 0) text += ' ';
    if (i > 0) {
      clause(node.children[i]);
    } else {
      source(node.children[i]);
    }
  }
}

/// What FROM, UPDATE or a column names, perhaps with an alias.
void Printer::source(const Node& node) {
  if (node.kind == Kind::alias || node.kind == Kind::from) {
    clause(node);
  } else {
    operand(node);
  }
}

/// The first alias of a source stands after AS, further ones after AT and BY.
void Printer::alias(const Node& node) {
  const Node& named = node.children.front();
  const bool second = named.kind == Kind::alias;
  const bool third = second && named.children.front().kind == Kind::alias;
  if (second) {
    alias(named);
  } else {
    operand(named);
  }
  text += third ? " BY " : (second ? " AT " : " AS ");
  quoted(node.text, '"');
}

void Printer::quoted(std::string_view content, char quote) {
  text += quote;
  for (const char c : content) {
    if (c == quote) text += quote;
    text += c;
  }
  text += quote;
}

}  // namespace

std::string print(const Node& node) {
  Printer printer;
  printer.node(node);
  return std::move(printer.text);
}

}  // namespace dynatape::expression::partiql
