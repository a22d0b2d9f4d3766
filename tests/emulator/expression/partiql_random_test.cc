// Random statements from the whole grammar: each must parse, and its tree printed must parse to the
// same tree. A failure prints the seed; DYNATAPE_SEED takes it back.

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <string_view>

#include "emulator/expression/partiql_syntax.h"
#include "tests/support/random_seed.h"

using namespace dynatape::expression::partiql;

namespace {

class Writer {
 public:
  explicit Writer(std::uint64_t seed) : random_(seed) {}

  std::string statement() {
    switch (below(6)) {
      case 0:
        return "INSERT INTO " + path(1) + " VALUE {" + members(3) + "}" + either(" IF NOT EXISTS");
      case 1:
        return "UPDATE " + path(2) + changes() + where() + returning();
      case 2:
        return "FROM " + path(2) + where() + changes() + returning();
      case 3:
        return "DELETE FROM " + path(2) + where() + returning();
      case 4:
        return "EXISTS(" + select() + ")";
      default:
        return select() + either(";");
    }
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  std::string pick(std::initializer_list<std::string_view> choices) {
    return std::string(choices.begin()[below(choices.size())]);
  }
  std::string either(std::string_view text) { return below(3) == 0 ? std::string(text) : ""; }
  template <class Part>
  std::string row(std::size_t most, std::string_view separator, Part part) {
    std::string out = part();
    for (std::size_t i = below(most); i > 0; --i) out += std::string(separator) + part();
    return out;
  }

  std::string select() {
    const std::string columns =
        below(2) == 0 ? "*" : row(3, ", ", [&] { return path(3) + either(" AS total"); });
    return "SELECT " + columns + " FROM " + path(2) + either(" AS u") + where() +
           either(" ORDER BY a DESC, \"b\"");
  }
  std::string where() { return below(4) == 0 ? "" : pick({" WHERE ", " where "}) + condition(4); }
  std::string changes() {
    return row(3, "", [&] {
      if (below(3) == 0) return " REMOVE " + path(3);
      return " SET " + row(3, ", ", [&] { return path(3) + " = " + operand(3); });
    });
  }
  std::string returning() {
    return either(pick({" RETURNING ALL OLD *", " RETURNING MODIFIED NEW *, ALL OLD a"}));
  }

  std::string condition(int depth) {
    if (depth == 0) return comparison(1);
    switch (below(5)) {
      case 0:
        return row(4, " AND ", [&] { return condition(depth - 1); });
      case 1:
        return row(4, " or ", [&] { return condition(depth - 1); });
      case 2:
        return "NOT " + condition(depth - 1);
      case 3:
        return "(" + condition(depth - 1) + ")";
      default:
        return comparison(depth);
    }
  }
  std::string comparison(int depth) {
    switch (below(5)) {
      case 0:
        return operand(depth) + pick({" BETWEEN ", " not between "}) + operand(0) + " AND " +
               operand(0);
      case 1:
        return operand(depth) + pick({" IN (", " NOT IN ("}) +
               row(3, ",", [&] { return operand(1); }) + ")";
      case 2:
        return operand(depth) + pick({" IS ", " IS NOT "}) +
               pick({"MISSING", "NULL", "INT8", "CHARACTER VARYING", "decimal(3, 2)"});
      case 3:
        return call(depth);
      default:
        return operand(depth) + pick({"=", " <> ", " < ", " >= ", "!="}) + operand(depth);
    }
  }
  std::string operand(int depth) {
    if (depth <= 0) return below(2) == 0 ? path(2) : literal();
    switch (below(8)) {
      case 0:
        return operand(depth - 1) + pick({" + ", " - ", "-- a note\n*", "||"}) + operand(depth - 1);
      case 1:
        return pick({"- ", "+"}) + operand(depth - 1);
      case 2:
        return "[" + row(3, ", ", [&] { return operand(depth - 1); }) + "]";
      case 3:
        return "<<" + row(3, ", ", [&] { return operand(depth - 1); }) + ">>";
      case 4:
        return "{" + members(depth - 1) + "}";
      case 5:
        return call(depth);
      default:
        return operand(0);
    }
  }
  std::string members(int depth) {
    return row(3, ", ", [&] { return "'" + pick({"pk", "it''s", ""}) + "': " + operand(depth); });
  }
  std::string call(int depth) {
    return pick({"size", "EXISTS", "contains", "set_add", "\"odd name\""}) + "(" +
           row(3, ", ", [&] { return operand(depth - 1); }) + ")";
  }
  std::string path(std::size_t steps) {
    std::string out = name();
    for (std::size_t i = below(steps); i > 0; --i) {
      out += below(3) == 0 ? "[" + pick({"0", "12", "'key'"}) + "]" : "." + name();
    }
    return out;
  }
  std::string name() { return pick({"a", "pk", "$b_2", "\"select\"", "\"q\"\"q\"", "\"\""}); }
  std::string literal() {
    return pick(
        {"?", "1", "-2", ".5e3", "7.", "'x'", "''", "'it''s'", "true", "FALSE", "null", "missing"});
  }

  std::mt19937_64 random_;
};

}  // namespace

TEST_CASE("partiql: random statements survive being printed") {
  const std::uint64_t start = dynatape::support::random_seed("partiql");
  for (std::uint64_t i = 0; i < 3000; ++i) {
    INFO("DYNATAPE_SEED=" << start + i);
    const std::string statement = Writer(start + i).statement();
    INFO(statement);
    const auto parsed = parse(statement);
    REQUIRE(parsed.has_value());
    const std::string printed = print(*parsed);
    INFO(printed);
    const auto again = parse(printed);
    REQUIRE(again.has_value());
    REQUIRE(*again == *parsed);
  }
}
