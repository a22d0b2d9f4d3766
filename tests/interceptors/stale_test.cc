#include "interceptors/stale.h"

#include <catch2/catch.hpp>

#include "lab.h"

namespace dynatape::interceptors {
namespace {

using namespace std::chrono_literals;

std::string rule(std::string_view then) {
  return R"({"rules":[{"name":"r","then":)" + std::string(then) + "}]}";
}

/// Keeps what it was asked to read, and honours it where it is willing.
class Remembering final : public core::Upstream {
 public:
  core::Task<core::Result<core::Reply>> send(core::Exchange& exchange) override {
    auto& stale = exchange.demands().stale;
    if (stale) {
      asked.push_back(stale->what);
      if (willing) stale->honoured.yes();
    }
    co_return core::Reply{{200, {}, "{}"}, core::Source::emulator, {}};
  }
  bool willing = true;
  std::vector<core::StaleRead> asked;
};

struct Bench {
  explicit Bench(const std::string& rules) : lab(rules) { lab.pipeline.upstream = upstream; }
  [[nodiscard]] std::string undelivered(std::size_t place = 0) const {
    return lab.rules->tallies().at(place).undelivered.begin()->first;
  }

  Lab lab;
  std::shared_ptr<Remembering> upstream = std::make_shared<Remembering>();
};

}  // namespace

TEST_CASE("stale: the demand says how far, and of which tables and index") {
  Bench bench(rule(R"({"stale":{"lag":"200ms"}})"));
  bench.lab.call({"Query", R"({"TableName":"arn:aws:dynamodb:eu-west-1:1:table/t",
                               "IndexName":"i"})"});
  REQUIRE(bench.upstream->asked.size() == 1);
  const core::StaleRead& asked = bench.upstream->asked.front();
  CHECK(asked.age == 200ms);
  CHECK(asked.writes == 0);
  CHECK(asked.tables == std::vector<std::string>{"t"});
  CHECK(asked.index == "i");
  CHECK_FALSE(asked.global_index_only);
  CHECK(bench.lab.notes == std::vector<core::Note>{{"stale", "r: 200ms late"}});
  CHECK(bench.lab.rules->tallies().front().delivered == 1);
}

TEST_CASE("stale: an upstream that knows no past leaves it undelivered") {
  Bench bench(rule(R"({"stale":{"lag":"200ms"}})"));
  bench.upstream->willing = false;
  bench.lab.call(get_item("t", "a"));
  CHECK(bench.undelivered() == "the upstream cannot do it");
}

TEST_CASE("stale: the innermost of several demands holds") {
  Bench bench(R"({"rules":[{"name":"a","then":{"stale":{"lag":"200ms"}}},
                           {"name":"b","then":{"stale":{"lag":"1s"}}}]})");
  bench.lab.call(get_item("t", "a"));
  CHECK(bench.upstream->asked.back().age == 1s);
  CHECK(bench.undelivered() == "a later rule asks for another moment");
}

TEST_CASE("stale: bounded draws each read's lag, the same for the same seed") {
  const auto lags = [](std::uint64_t seed) {
    Bench bench(R"({"seed":)" + std::to_string(seed) +
                R"(,"rules":[{"name":"r","then":{"stale":{"lag":"1s","mode":"bounded"}}}]})");
    std::vector<std::int64_t> lags;
    for (int i = 0; i < 100; ++i) bench.lab.call(get_item("t", "a"));
    for (const auto& asked : bench.upstream->asked) lags.push_back(asked.age.count());
    return lags;
  };
  CHECK(lags(1) == lags(1));
  CHECK(lags(1) != lags(2));
  const auto [least, most] = std::ranges::minmax(lags(3));
  CHECK(least < 100'000);
  CHECK(most > 900'000);
  CHECK(most <= 1'000'000);
}

TEST_CASE("stale: bounded by writes draws all numbers up to the bound, and none") {
  Bench bench(rule(R"({"stale":{"lag":{"writes":2},"mode":"bounded"}})"));
  for (int i = 0; i < 60; ++i) bench.lab.call(get_item("t", "a"));
  std::array<int, 3> seen{};
  for (const auto& asked : bench.upstream->asked) ++seen.at(asked.writes);
  CHECK(seen[1] > 5);
  CHECK(seen[2] > 5);
  CHECK(bench.undelivered() == "it was to read the present, by chance");
}

TEST_CASE("stale: a SELECT is a read as any other, of the table and index it names") {
  Bench bench(rule(R"({"stale":{"lag":"200ms"}})"));
  bench.lab.call({"ExecuteStatement", R"-({"Statement":"SELECT * FROM \"t\".\"i\""})-"});
  REQUIRE(bench.upstream->asked.size() == 1);
  CHECK(bench.upstream->asked.front().tables == std::vector<std::string>{"t"});
  CHECK(bench.upstream->asked.front().index == "i");
  bench.lab.call({"BatchExecuteStatement", R"({"Statements":[
      {"Statement":"SELECT * FROM t WHERE pk = 'a'"},{"Statement":"select * from u WHERE pk = 'a'"}]})"});
  REQUIRE(bench.upstream->asked.size() == 2);
  CHECK(bench.upstream->asked.back().tables == std::vector<std::string>{"t", "u"});
}

TEST_CASE("stale: statements that write, and consistent ones, are never answered from the past") {
  const auto why = [](const std::string& operation, const std::string& params) {
    Bench bench(rule(R"({"stale":{"lag":"200ms"}})"));
    bench.lab.call({operation, params});
    CHECK(bench.upstream->asked.empty());
    return bench.undelivered();
  };
  const std::string no_read =
      "only GetItem, BatchGetItem, Query, Scan and SELECT are eventually consistent";
  CHECK(why("ExecuteStatement", R"({"Statement":"DELETE FROM t WHERE pk = 'a'"})") == no_read);
  CHECK(why("ExecuteStatement", R"({"Statement":"SELECT * FROM t","ConsistentRead":true})") ==
        "the read is consistent");
  CHECK(why("BatchExecuteStatement", R"({"Statements":[{"Statement":"SELECT * FROM t"},
      {"Statement":"DELETE FROM t WHERE pk = 'a'"}]})") == no_read);
  CHECK(why("BatchExecuteStatement", R"({"Statements":[{"Statement":"SELECT * FROM t"},
      {"Statement":"SELECT * FROM t","ConsistentRead":true}]})") ==
        "a part of the batch is read consistently");
  CHECK(why("ExecuteTransaction", R"({"TransactStatements":[{"Statement":"SELECT * FROM t"}]})") ==
        no_read);
}

TEST_CASE("stale: its options are told apart") {
  CHECK(mistake_in(rule(R"({"stale":{}})")) ==
        R"(rules.json: rules[0].then.stale: it needs "lag", such as "200ms" or {"writes": 3})");
  CHECK(mistake_in(rule(R"({"stale":{"lag":"0ms"}})")) ==
        R"(rules.json: rules[0].then.stale.lag is "0ms"; it must be above 0)");
  CHECK(mistake_in(rule(R"({"index_lag":{"lag":"1s","mode":"random"}})")) ==
        "rules.json: rules[0].then.index_lag.mode is \"random\"; it must be how a read lags: "
        "adversarial, bounded");
}

}  // namespace dynatape::interceptors
