#include "cassettes/print.h"

#include <algorithm>
#include <array>
#include <utility>

#include "cassettes/expression_tree.h"
#include "emulator/model/json_text.h"

namespace dynatape::cassettes {
namespace {

using Kind = Node::Kind;

class Printer {
 public:
  std::string out;

  void node(const Node& node) {
    if (node.is_leaf()) return leaf(node);
    if (node.is_operator()) return operation(node);
    const bool set = node.kind == Kind::bag && !node.text.empty();
    out += node.kind == Kind::members ? "{" : set ? "<<" : "[";
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      if (i > 0) out += ", ";
      if (node.kind == Kind::members) {
        append_name(out, node.children[i].name);
        out += ": ";
      }
      this->node(node.children[i]);
    }
    out += node.kind == Kind::members ? "}" : set ? ">>" : "]";
  }

 private:
  void leaf(const Node& node) {
    switch (node.kind) {
      case Kind::text:
      case Kind::string_value:
        return model::append_json_string(out, node.text);
      case Kind::binary_value:
        out += "b64";
        return model::append_json_string(out, node.text);
      case Kind::null:
        out += "null";
        return;
      case Kind::null_value:
        out += "NULL";
        return;
      default:
        out += node.text;
    }
  }

  void operation(const Node& node) {
    const std::string& name = node.text;
    if (name == "AND" || name == "OR") return row(node);
    if (name == "UPDATE") return update(node);
    if (name == "NOT") {
      out += "NOT ";
      return operand(node.children[0]);
    }
    if (name == "BETWEEN") return between(node);
    if (name == "IN") return in(node);
    if (name == "ASC" || name == "DESC") return postfix(node);
    if (name == "EXISTS" || !node.children.empty()) {
      if (node.children[0].kind == Kind::members) return statement(node);
    }
    const bool word = name[0] >= 'a' && name[0] <= 'z';
    if (word || name == "EXISTS") return call(node);
    if (node.children.size() == 2 && (name[0] < 'A' || name[0] > 'Z')) return infix(node);
    action(node);
  }

  void row(const Node& node) {
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      if (i > 0) out += ' ' + node.text + ' ';
      operand(node.children[i]);
    }
  }

  /// In parentheses where it is a row of AND or OR.
  void operand(const Node& node) {
    const bool row = node.is_operator() && (node.text == "AND" || node.text == "OR");
    if (row) out += '(';
    this->node(node);
    if (row) out += ')';
  }

  static bool is_literal(const Node& node) {
    return !node.is_operator() && node.kind != Kind::path;
  }

  /// The path to the left of what it is compared with, as people write it.
  void infix(const Node& node) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kTurned = {
        {{"=", "="}, {"<>", "<>"}, {"<", ">"}, {"<=", ">="}, {"+", "+"}}};
    const auto* const turned = std::ranges::find(kTurned, std::string_view(node.text),
                                                 [](const auto& p) { return p.first; });
    const bool turn =
        is_literal(node.children[0]) && !is_literal(node.children[1]) && turned != kTurned.end();
    this->node(node.children[turn ? 1 : 0]);
    out.append(" ").append(turn ? turned->second : node.text).append(" ");
    this->node(node.children[turn ? 0 : 1]);
  }

  void between(const Node& node) {
    this->node(node.children[0]);
    out += " BETWEEN ";
    this->node(node.children[1]);
    out += " AND ";
    this->node(node.children[2]);
  }

  void in(const Node& node) {
    this->node(node.children[0]);
    out += " IN (";
    listed(node.children[1]);
    out += ')';
  }

  void postfix(const Node& node) {
    this->node(node.children[0]);
    out += ' ' + node.text;
  }

  void call(const Node& node) {
    out += node.text + '(';
    listed(node);
    out += ')';
  }

  void listed(const Node& node) {
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      if (i > 0) out += ", ";
      this->node(node.children[i]);
    }
  }

  /// SET, REMOVE, ADD or DELETE, with the keyword.
  void action(const Node& node) {
    out += node.text + ' ';
    actioned(node);
  }

  void actioned(const Node& node) {
    this->node(node.children[0]);
    if (node.children.size() < 2) return;
    out += node.text == "SET" ? " = " : " ";
    this->node(node.children[1]);
  }

  /// Clause by clause, each keyword once.
  void update(const Node& node) {
    bool first = true;
    for (const std::string_view keyword : {"SET", "REMOVE", "ADD", "DELETE"}) {
      bool begun = false;
      for (const Node& each : node.children) {
        if (each.text != keyword) continue;
        if (std::exchange(begun, true)) {
          out += ", ";
        } else {
          if (!std::exchange(first, false)) out += ' ';
          out.append(keyword) += ' ';
        }
        actioned(each);
      }
    }
  }

  /// A PartiQL statement: its keyword and its clauses.
  void statement(const Node& node) {
    out += node.text;
    for (const Node& clause : node.children[0].children) {
      out += ' ' + clause.name + ' ';
      this->node(clause);
    }
  }
};

}  // namespace

std::string print(const Node& node) {
  Printer printer;
  printer.node(node);
  return std::move(printer.out);
}

}  // namespace dynatape::cassettes
