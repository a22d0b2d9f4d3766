#include "cassettes/address.h"

#include "cassettes/expression_tree.h"

namespace dynatape::cassettes {
namespace {

/// The document path that an operator is about: the first among its operands.
const Node* subject_of(const Node& node) {
  if (node.kind == Node::Kind::path) return &node;
  if (!node.is_operator()) return nullptr;
  for (const Node& operand : node.children) {
    if (const Node* found = subject_of(operand)) return found;
  }
  return nullptr;
}

/// Has operands that are about different things.
bool joins(const Node& node) {
  return node.text == "AND" || node.text == "OR" || node.text == "NOT" || node.text == "UPDATE";
}

}  // namespace

Address::Step::Step(Address& address, const Node& parent, std::size_t child)
    : address_(address), length_(address.text_.size()), in_path_(address.in_path_) {
  const Node& node = parent.children[child];
  if (parent.kind == Node::Kind::members) {
    if (node.name != "Requests" || !member(parent, kTableName)) address_.name(node.name);
  } else if (parent.kind == Node::Kind::list) {
    address_.text_ += '[' + std::to_string(child) + ']';
  } else if (parent.kind == Node::Kind::bag) {
    const Node* table = parent.name == "RequestItems" ? member(node, kTableName) : nullptr;
    // The bags of an expression, IN's candidates and the paths of a projection, are no places.
    if (table) {
      address_.name(table->text);
    } else if (!in_path_ && node.kind != Node::Kind::path) {
      address_.text_ += "[*]";
    }
  }
  address_.enter_operator(node);
}

Address::Step::~Step() {
  address_.text_.resize(length_);
  address_.in_path_ = in_path_;
}

void Address::name(std::string_view step) {
  if (!text_.empty()) text_ += '.';
  append_name(text_, step);
}

void Address::enter_operator(const Node& node) {
  if (in_path_ || (node.is_operator() && joins(node))) return;
  const Node* subject = subject_of(node);
  if (!subject) return;
  if (!text_.empty()) text_ += '.';
  text_ += subject->text;
  in_path_ = true;
}

}  // namespace dynatape::cassettes
