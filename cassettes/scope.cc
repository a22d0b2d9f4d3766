#include "cassettes/scope.h"

#include <algorithm>

namespace dynatape::cassettes {
namespace {

constexpr std::string_view kScopes[] = {
    "Put", "Update", "Delete", "Get", "ConditionCheck", "PutRequest", "DeleteRequest"};

/// Where the step that begins at `at` ends: at a dot, a bracket or the end.
std::size_t end_of_step(std::string_view path, std::size_t at) {
  bool quoted = false;
  for (std::size_t i = at; i < path.size(); ++i) {
    const char c = path[i];
    if (quoted && c == '\\') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && i > at && (c == '.' || c == '[')) {
      return i;
    }
  }
  return path.size();
}

/// Without its first step and what joins it to the next.
std::string_view rest_of(std::string_view path) {
  path.remove_prefix(end_of_step(path, 0));
  if (path.starts_with('.')) path.remove_prefix(1);
  return path;
}

}  // namespace

std::string_view parameter_of(std::string_view path) {
  return path.substr(0, end_of_step(path, 0));
}

std::string_view within_scope(std::string_view path) {
  const std::string_view first = parameter_of(path);
  const bool by_table = first == "RequestItems";
  const bool by_place =
      first == "TransactItems" || first == "Statements" || first == "TransactStatements";
  if (!by_table && !by_place) return path;
  std::string_view rest = rest_of(rest_of(path));
  if (by_table && rest.starts_with('[')) rest = rest_of(rest);
  const std::string_view scope = parameter_of(rest);
  const bool opens = std::ranges::find(kScopes, scope) != std::end(kScopes);
  return opens ? rest_of(rest) : rest;
}

}  // namespace dynatape::cassettes
