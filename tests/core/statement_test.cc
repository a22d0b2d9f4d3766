#include "core/statement.h"

#include <catch2/catch.hpp>

namespace dynatape::core {

TEST_CASE("statement: its table stands behind FROM, INTO or UPDATE, plain or in quotes") {
  CHECK(target_of_statement("SELECT * FROM orders WHERE id = 'a'") ==
        StatementTarget{"orders", ""});
  CHECK(target_of_statement("select id, \"from\" from \"my-orders\"") ==
        StatementTarget{"my-orders", ""});
  CHECK(target_of_statement("INSERT INTO \"orders\" VALUE {'id': 'a'}") ==
        StatementTarget{"orders", ""});
  CHECK(target_of_statement("UPDATE \"orders\" SET a = 1 WHERE id = 'x'") ==
        StatementTarget{"orders", ""});
  CHECK(target_of_statement("DELETE FROM orders WHERE id = ?") == StatementTarget{"orders", ""});
  CHECK(target_of_statement("EXISTS(SELECT * FROM \"orders\" WHERE id = ?)") ==
        StatementTarget{"orders", ""});
  CHECK(target_of_statement("SELECT * FROM \"arn:aws:dynamodb:eu-west-1:1:table/t\"") ==
        StatementTarget{"arn:aws:dynamodb:eu-west-1:1:table/t", ""});
}

TEST_CASE("statement: an index stands behind the table's dot") {
  CHECK(target_of_statement("SELECT * FROM \"orders\".\"by-date\" WHERE day = ?") ==
        StatementTarget{"orders", "by-date"});
  CHECK(target_of_statement("SELECT * FROM orders . by_date") ==
        StatementTarget{"orders", "by_date"});
}

TEST_CASE("statement: a table named in a string or an attribute is none") {
  CHECK(target_of_statement("INSERT INTO t VALUE {'a': 'it''s FROM orders'}") ==
        StatementTarget{"t", ""});
  CHECK(target_of_statement("SELECT 'FROM x' FROM t") == StatementTarget{"t", ""});
}

TEST_CASE("statement: what is none names no table") {
  for (const char* text :
       {"", "FROM", "SELECT", "SELECT * FROM", "UPDATE", "SELECT * FROM '", "\""}) {
    INFO(text);
    CHECK(target_of_statement(text) == StatementTarget{});
  }
}

TEST_CASE("statement: only SELECT reads") {
  CHECK(is_select(" select 1"));
  CHECK_FALSE(is_select("DELETE FROM t WHERE a = 'SELECT'"));
  CHECK_FALSE(is_select(""));
}

}  // namespace dynatape::core
