#include "cassettes/meaning.h"

#include <algorithm>
#include <cctype>

#include "cassettes/json_tree.h"
#include "cassettes/scope_tree.h"

namespace dynatape::cassettes {
namespace {

using wire::Json;
using Kind = Node::Kind;

/// xxxxxxxx-xxxx-4xxx-[89ab]xxx-xxxxxxxxxxxx: what every SDK generates (RFC 9562, version 4).
bool is_generated(const Node& node) {
  const std::string& text = node.text;
  if (node.kind != Kind::text || text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0) {
      return false;
    }
  }
  return text[14] == '4' && std::string_view("89abAB").contains(text[19]);
}

/// The member that an SDK fills with a new UUID where the program sets none (the service model's
/// idempotencyToken trait).
std::string_view idempotency_token(const core::Operation& operation) {
  const std::string_view name = operation.name;
  if (name == "TransactWriteItems" || name == "ExecuteTransaction") return "ClientRequestToken";
  if (name == "ExportTableToPointInTime" || name == "ImportTable") return "ClientToken";
  return "";
}

void remove_generated_token(Node& body, const core::Operation& operation) {
  const std::string_view token = idempotency_token(operation);
  if (token.empty() || body.kind != Kind::members) return;
  std::erase_if(body.children,
                [&](const Node& each) { return each.name == token && is_generated(each); });
}

}  // namespace

std::strong_ordering Node::operator<=>(const Node& other) const {
  if (const auto order = kind <=> other.kind; order != 0) return order;
  if (const auto order = name <=> other.name; order != 0) return order;
  if (const auto order = text <=> other.text; order != 0) return order;
  return children <=> other.children;
}

bool Node::operator==(const Node& other) const = default;

Meaning meaning_of(const core::Request& request, const core::Operation* operation) {
  Meaning meaning;
  if (operation) {
    meaning.operation = operation->name;
  } else {
    meaning.operation = request.method + ' ' + request.target + ' ';
    meaning.operation += request.headers.get("x-amz-target").value_or("");
  }
  const auto json = Json::parse(request.body);
  if (!json) {
    meaning.body = {.kind = Kind::text, .name = "not JSON", .text = request.body};
  } else if (operation) {
    meaning.body = scope_tree(*json);
    remove_generated_token(meaning.body, *operation);
  } else {
    meaning.body = plain_tree(*json);
  }
  return meaning;
}

const Node* member(const Node& node, std::string_view name) {
  if (node.kind != Kind::members) return nullptr;
  const auto found = std::ranges::lower_bound(node.children, name, {}, &Node::name);
  return found != node.children.end() && found->name == name ? &*found : nullptr;
}

}  // namespace dynatape::cassettes
