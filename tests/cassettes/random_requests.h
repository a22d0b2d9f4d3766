#pragma once

// Random requests as abstract trees, many ways of writing each that mean the same, and changes to
// one that make it mean something else. For tests of what a request means.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

namespace dynatape::cassettes {

/// Tables tab1 and tab2 have the keys pk (S: a, b) and sk (N: 0 … 2).
class RandomRequests {
 public:
  explicit RandomRequests(std::uint64_t seed) : random_(seed) {}

  /// {"operation": …, and what it asks, unwritten}
  [[nodiscard]] nlohmann::json request();
  /// One way of writing it: the body of a call.
  [[nodiscard]] std::string written(const nlohmann::json& request);
  /// Another request: one value, name, operator, operand, action or entry is not what it was.
  [[nodiscard]] nlohmann::json changed(const nlohmann::json& request);
  /// PutItem bodies that fill both tables.
  [[nodiscard]] std::vector<std::string> items();

 private:
  using Json = nlohmann::json;
  struct Placeholders;

  static constexpr const char* kAttributes[] = {"alpha", "beta", "status", "name"};  // two reserved

  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
  }
  bool chance(double p) { return std::bernoulli_distribution(p)(random_); }
  template <class T>
  T one_of(std::initializer_list<T> from) {
    return from.begin()[below(from.size())];
  }

  // Trees.
  Json key();
  Json scalar();
  Json value(int depth);
  Json item();
  Json path();
  Json operand();
  Json comparison();
  Json condition(int depth);
  Json projection();
  Json update();
  Json action();
  Json statement();
  Json write_action();

  // Writing.
  std::string json(const Json& value);
  std::string number(const std::string& plain);
  std::string keyword(std::string_view word);
  std::string space();
  std::string write_path(const Json& path, Placeholders& placeholders);
  std::string write_operand(const Json& operand, Placeholders& placeholders);
  std::string write_condition(const Json& condition, Placeholders& placeholders, bool inner);
  std::string write_row(std::vector<std::string> operands, std::string_view keyword, bool inner);
  std::string write_update(const Json& actions, Placeholders& placeholders);
  std::string write_statement(const Json& statement, Json& parameters);
  Json write_scope(const Json& scope);
  void write_defaults(Json& body, const std::string& operation);

  // Changing.
  void collect(Json& node, std::vector<Json*>& nodes);
  bool change(Json& node);

  std::mt19937_64 random_;
};

}  // namespace dynatape::cassettes
