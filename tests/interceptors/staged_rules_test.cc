// Rules of several stages in one file: calls come with their heads first, and a scripted upload.

#include "interceptors/staged_rules.h"

#include <catch2/catch.hpp>

#include "core/upload.h"
#include "lab.h"

namespace dynatape::interceptors {
namespace {

/// Gives a body, and honours whatever is asked for.
class WillingUpload final : public core::Upload {
 public:
  explicit WillingUpload(std::string body) : body_(std::move(body)) {}

  core::Task<core::Received> receive(core::Demands& demands) override {
    if (demands.slow_upload) demands.slow_upload->honoured.yes();
    if (demands.no_continue) demands.no_continue->honoured.yes();
    if (demands.cut_upload) {
      demands.cut_upload->honoured.yes();
      co_return core::Received{.end = core::Received::End::cut};
    }
    co_return core::Received{core::Received::End::whole, body_, {}};
  }

 private:
  std::string body_;
};

struct StagedLab {
  explicit StagedLab(std::string_view text) { put(text); }

  void put(std::string_view text) {
    auto made = std::make_unique<StagedRules>(
        rules_of(text), RulesOptions{.seed = {}, .session = "", .http = nullptr, .since = kStart});
    if (rules) made->take_over(*rules);
    rules = std::move(made);
    pipeline = {{}, upstream};
    rules->append_to(pipeline);
  }

  core::Reply call(const CallSpec& spec) {
    core::Request request = spec.request();
    WillingUpload upload(std::exchange(request.body, {}));
    core::Exchange exchange(next_id++, std::move(request), loop, clock);
    exchange.expect_body(upload);
    auto result = loop.run(core::run(pipeline, exchange));
    seen = exchange.request().body;
    if (auto sent = exchange.take_when_sent()) sent(true);
    return *std::move(result);
  }

  void connect() {
    core::Exchange exchange(next_id++, {}, loop, clock);
    static_cast<void>(loop.run(pipeline.doorkeeper->handle(exchange, core::Next({}, *upstream))));
    if (auto sent = exchange.take_when_sent()) sent(true);
  }

  /// "name planned/delivered", in order.
  [[nodiscard]] std::vector<std::string> counts() const {
    std::vector<std::string> counts;
    for (const FaultTally& tally : rules->tallies()) {
      counts.push_back(tally.rule + " " + std::to_string(tally.planned) + "/" +
                       std::to_string(tally.delivered));
    }
    return counts;
  }

  std::shared_ptr<EmptyUpstream> upstream = std::make_shared<EmptyUpstream>();
  std::unique_ptr<StagedRules> rules;
  core::Pipeline pipeline;
  LabLoop loop;
  core::FrozenClock clock{kStart};
  std::uint64_t next_id = 1;
  std::string seen;  ///< the body that the last call had in the end
};

constexpr auto* kAll = R"({"rules":[
  {"name":"error","when":{"table":"t","nth":3},"then":{"error":"ThrottlingException"}},
  {"name":"cut","when":{"operation":"PutItem","nth":2},"then":{"cut_upload":{}}},
  {"name":"accept","when":{"nth":2},"then":{"slow_accept":"1s"}},
  {"name":"slow","then":{"slow_upload":{"bytes_per_second":1}}}]})";

using Counts = std::vector<std::string>;

}  // namespace

TEST_CASE("stages: each rule decides each call once, with what it knows") {
  StagedLab lab(kAll);
  for (int i = 0; i < 4; ++i) lab.call(put_item("t", "a"));
  CHECK(lab.seen == put_item("t", "a").body);
  // The call that is cut is none that `error` could count: it was never whole.
  CHECK(lab.upstream->calls == 2);
  CHECK(lab.counts() == Counts{"error 1/1", "cut 1/1", "accept 0/0", "slow 4/4"});
}

TEST_CASE("stages: a cut call has no answer and ends as its rule says") {
  StagedLab lab(R"({"rules":[{"name":"r","then":{"cut_upload":{"ending":"close"}}}]})");
  const core::Reply reply = lab.call(put_item("t", "a"));
  CHECK(reply.delivery == core::Delivery{.cut_after = 0, .ending = core::Ending::close});
  CHECK(reply.source == core::Source::fault);
  CHECK(reply.response.status == 0);
  CHECK(lab.upstream->calls == 0);
}

TEST_CASE("stages: of two rules that ask the same of one body the first one has it") {
  StagedLab lab(R"({"rules":[{"name":"a","then":{"slow_upload":{"bytes_per_second":1}}},
                             {"name":"b","then":{"slow_upload":{"bytes_per_second":2}}}]})");
  lab.call(put_item("t", "a"));
  CHECK(lab.counts() == Counts{"a 1/1", "b 1/0"});
  CHECK(lab.rules->tallies().back().undelivered ==
        std::map<std::string, std::uint64_t>{{"an earlier rule has the same done to the body", 1}});
}

TEST_CASE("stages: connections are met by rules about connections alone") {
  StagedLab lab(kAll);
  for (int i = 0; i < 3; ++i) lab.connect();
  CHECK(lab.counts() == Counts{"error 0/0", "cut 0/0", "accept 1/1", "slow 0/0"});
  CHECK(lab.loop.elapsed() == std::chrono::seconds(1));
}

TEST_CASE("stages: a halt stops the rules of all stages, whichever of them failed the calls") {
  StagedLab lab(R"({"halt":{"in_a_row":4},"rules":[
    {"name":"cut","when":{"operation":"PutItem"},"then":{"cut_upload":{}}},
    {"name":"error","when":{"operation":"GetItem"},"then":{"error":"InternalServerError"}},
    {"name":"accept","then":{"slow_accept":"1s"}}]})");
  for (int i = 0; i < 3; ++i) {
    lab.call(put_item("t", "a"));
    lab.call(get_item("t", "a"));
  }
  lab.connect();
  CHECK(lab.counts() == Counts{"cut 2/2", "error 2/2", "accept 0/0"});
  CHECK(lab.rules->halted() ==
        "the rules stopped at 2023-11-14T22:13:20Z: 4 answers in a row failed");
}

TEST_CASE("stages: an edit lets rules of every stage go on that it leaves as they are") {
  StagedLab lab(kAll);
  lab.call(put_item("t", "a"));
  lab.connect();
  const std::string more = R"({"rules":[{"name":"new","then":{"latency":"1ms"}},)";
  lab.put(more + std::string(kAll).substr(std::string_view(R"({"rules":[)").size()));
  lab.call(put_item("t", "a"));
  lab.connect();
  CHECK(lab.counts() == Counts{"new 0/0", "error 0/0", "cut 1/1", "accept 1/1", "slow 2/2"});
}

TEST_CASE("stages: what is decided by chance before the body tells calls apart by their number") {
  const auto hits = [](std::string_view key_of_odd_calls) {
    StagedLab lab(R"({"seed":3,"rules":[
      {"name":"r","when":{"probability":0.5},"then":{"cut_upload":{}}}]})");
    std::string pattern;
    for (int i = 0; i < 32; ++i) {
      const auto reply = lab.call(get_item("t", i % 2 == 0 ? "even" : key_of_odd_calls));
      pattern += reply.source == core::Source::fault ? '!' : '.';
    }
    return pattern;
  };
  const std::string first = hits("a");
  CHECK(first.find('!') != std::string::npos);
  CHECK(first.find('.') != std::string::npos);
  CHECK(hits("b") == first);
}

TEST_CASE("stages: a file without early rules leaves the pipeline as it would be without stages") {
  const StagedLab lab(one_rule(R"({"latency":"1ms"})"));
  CHECK(lab.pipeline.interceptors.size() == 1);
  CHECK_FALSE(lab.pipeline.takes_uploads);
  CHECK(lab.pipeline.doorkeeper == nullptr);
  CHECK_FALSE(lab.rules->act_early());
}

}  // namespace dynatape::interceptors
