#include "proxy/sessions/database_file.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "proxy/sessions/database_diff.h"

namespace dynatape::sessions {
namespace {

constexpr core::TimePoint kNow{std::chrono::seconds(1'700'000'000)};

std::string create(const std::string& name) {
  return R"({"operation":"CreateTable","input":{"TableName":")" + name +
         R"(","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],)"
         R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"}})"
         "\n";
}

std::string put(const std::string& table, const std::string& id, const std::string& value) {
  return R"({"operation":"PutItem","input":{"TableName":")" + table + R"(","Item":{"id":{"S":")" +
         id + R"("},"n":{"N":")" + value + "\"}}}}\n";
}

/// The state that `text` makes, written anew; or what is wrong with it.
std::string settled(const std::string& text) {
  emulator::Emulator emulator({});
  const auto read = read_database(emulator, text, "a.db", kNow);
  if (!read) return read.error().message;
  return write_database(emulator, kNow).value();
}

const std::string kIreland = "{\"region\":\"eu-west-1\"}\n";
const std::string kUsual = "{\"region\":\"us-east-1\"}\n";

}  // namespace

TEST_CASE("database file: each region's lines come back") {
  const std::string usual = settled(create("aaa") + put("aaa", "1", "1.0"));
  CHECK(usual.find(R"("n":{"N":"1"})") != std::string::npos);
  CHECK(settled(usual) == usual);
  CHECK(settled("\n" + kUsual + "\n" + usual) == usual);
  const std::string ireland = settled(kIreland + create("bbb"));
  CHECK(ireland.starts_with(kIreland));
  // By region, whatever the order.
  CHECK(settled(usual + ireland) == ireland + kUsual + usual);
  CHECK(settled(ireland + kUsual + usual) == ireland + kUsual + usual);
  CHECK(settled("").empty());
  CHECK(settled(kIreland).empty());
}

TEST_CASE("database file: a mistake is named with its file and line") {
  CHECK(settled(create("aaa") + "x\n") ==
        R"('a.db', line 2: is not {"operation": NAME, "input": {…}})");
  CHECK(settled(create("aaa") + kIreland + create("bbb") + "\n" + create("bbb"))
            .starts_with("'a.db', line 5: CreateTable: "));
  CHECK(settled("{\"region\":5}\n").starts_with("'a.db', line 1: "));
}

TEST_CASE("database file: one is stored whole, and replaced only where that is asked") {
  std::string pattern = std::filesystem::temp_directory_path() / "dynatape-XXXXXX";
  const std::filesystem::path folder = ::mkdtemp(pattern.data());
  const std::string file = folder / "a.db";
  REQUIRE(store_database("one", file, false).has_value());
  const auto refused = store_database("two", file, false);
  CHECK(refused.error().message ==
        "'" + file + "' is there already; --replace puts the new one in its place");
  const auto content = [&] {
    std::ifstream in(file);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  CHECK(content() == "one");
  REQUIRE(store_database("two", file, true).has_value());
  CHECK(content() == "two");
  CHECK(!store_database("x", folder / "no" / "a.db", false).has_value());
  CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 1);
  std::filesystem::remove_all(folder);
}

TEST_CASE("database diff: tables, settings and items by key") {
  const std::string a = create("both") + put("both", "1", "1") + put("both", "2", "2") +
                        put("both", "3", "3") + kIreland + create("left");
  const std::string b = create("both") + put("both", "1", "1") + put("both", "3", "30") +
                        put("both", "4", "4") + create("right");
  const auto difference = diff_databases(a, "A", b, "B");
  CHECK(difference.lines ==
        std::vector<std::string>{
            "eu-west-1 left: only in A", R"(us-east-1 both {"id":{"S":"2"}}: only in A)",
            R"(us-east-1 both {"id":{"S":"3"}}: {"id":{"S":"3"},"n":{"N":"3"}} in A, )"
            R"({"id":{"S":"3"},"n":{"N":"30"}} in B)",
            R"(us-east-1 both {"id":{"S":"4"}}: only in B)", "us-east-1 right: only in B"});
  CHECK((difference.same_tables == 0 && difference.same_items == 1));
  CHECK(diff_databases(a, "A", a, "B").lines.empty());
  const std::string other = R"({"operation":"UpdateTimeToLive","input":{"TableName":"both"}})";
  CHECK(diff_databases(create("both") + other, "A", create("both"), "B").lines ==
        std::vector<std::string>{"us-east-1 both: UpdateTimeToLive only in A"});
}

}  // namespace dynatape::sessions
