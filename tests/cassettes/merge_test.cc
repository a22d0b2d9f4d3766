#include "cassettes/merge.h"

#include <fstream>
#include <sstream>

#include "cassettes/each_recording.h"
#include "tests/cassettes/tapes.h"

namespace dynatape::cassettes {
namespace {

std::string key(const std::string& id) {
  return R"({"TableName":"t","Key":{"id":{"S":")" + id + R"("}}})";
}

TapeBuilder base() {
  return std::move(TapeBuilder().call("GetItem", key("a")).call("GetItem", key("b")));
}

/// The keys that are read, in order, with the status of every attempt.
std::string keys_on(const std::string& path) {
  const auto recordings = recordings_of(path);
  REQUIRE(recordings.has_value());
  std::string keys;
  for (std::size_t i = 0; i < recordings->size(); ++i) {
    const Recording& one = (*recordings)[i];
    CHECK(one.id == static_cast<std::int64_t>(i) + 1);
    keys += one.request.body.substr(one.request.body.find("\"S\":\"") + 5, 1);
    keys += one.call == one.id ? " " : "(of " + std::to_string(one.call) + ") ";
  }
  return keys;
}

struct Sides {
  support::TempDir dir;
  Merged run(const TapeBuilder& from, const TapeBuilder& ours, const TapeBuilder& theirs) {
    const auto merged = merge({from.write(dir, "base.tape"), ours.write(dir, "ours.tape"),
                               theirs.write(dir, "theirs.tape")},
                              dir.file("ours.tape"));
    REQUIRE(merged.has_value());
    return *merged;
  }
  [[nodiscard]] std::string keys() const { return keys_on(dir.file("ours.tape")); }
};

}  // namespace

TEST_CASE("merge: calls that each side added stand one behind the other") {
  Sides sides;
  const auto merged =
      sides.run(base(), base().call("GetItem", key("o")),
                base().call("GetItem", key("t"), "{}", 500).call("GetItem", key("t")).retry_of(3));
  CHECK(merged.conflicts.empty());
  CHECK(merged.calls == 4);
  CHECK(merged.from_theirs == 1);
  CHECK(sides.keys() == "a b o t t(of 4) ");
}

TEST_CASE("merge: what one side removed or recorded again is taken from it") {
  Sides sides;
  const auto merged = sides.run(base().call("GetItem", key("c")),
                                TapeBuilder().call("GetItem", key("b")).call("GetItem", key("c")),
                                base().call("GetItem", key("c"), R"({"Item":{}})"));
  CHECK(merged.conflicts.empty());
  CHECK(sides.keys() == "b c ");
  CHECK((*recordings_of(sides.dir.file("ours.tape")))[1].response.body == R"({"Item":{}})");
}

TEST_CASE("merge: one call changed on both sides is a conflict, and ours is left as it was") {
  Sides sides;
  const auto merged = sides.run(base(),
                                TapeBuilder()
                                    .call("GetItem", key("a"), R"({"Item":{"n":{"N":"1"}}})")
                                    .call("GetItem", key("b")),
                                TapeBuilder()
                                    .call("GetItem", key("a"), R"({"Item":{"n":{"N":"2"}}})")
                                    .call("GetItem", key("b")));
  CHECK(merged.conflicts ==
        std::vector<std::string>{"both sides changed #1 of the base (GetItem): #1 of ours "
                                 "(GetItem), #1 of theirs (GetItem)"});
  CHECK(sides.keys() == "a b ");
}

TEST_CASE("merge: one request added on both sides with different answers is a conflict") {
  Sides sides;
  const auto merged = sides.run(base(), base().call("GetItem", key("n")),
                                base().call("GetItem", key("n"), R"({"Item":{}})"));
  CHECK(merged.conflicts ==
        std::vector<std::string>{"#3 of ours (GetItem) and #3 of theirs (GetItem) are one request "
                                 "with different answers"});
}

TEST_CASE("merge: the same request added on both sides with the same answer is there for both") {
  Sides sides;
  CHECK(sides
            .run(base(), base().call("GetItem", key("n")),
                 TapeBuilder(base()).call("PutItem", key("m")).call("GetItem", key("n")))
            .conflicts.empty());
  CHECK(sides.keys() == "a b n m n ");
}

TEST_CASE("merge: one recording that reached both sides is there once") {
  Sides sides;
  const auto both = base().call("GetItem", key("n"));
  CHECK(sides.run(base(), both, both).conflicts.empty());
  CHECK(sides.keys() == "a b n ");
}

TEST_CASE("merge: without a base, and with an empty one, everything was added") {
  const support::TempDir dir;
  const auto ours = TapeBuilder().call("GetItem", key("o")).write(dir, "ours.tape");
  const auto theirs = TapeBuilder().call("GetItem", key("t")).write(dir, "theirs.tape");
  std::ofstream(dir.file("empty"));
  REQUIRE(merge({"", ours, theirs}, dir.file("new.tape")).has_value());
  CHECK(keys_on(dir.file("new.tape")) == "o t ");
  REQUIRE(merge({dir.file("empty"), ours, theirs}, ours).has_value());
  CHECK(keys_on(ours) == "o t ");
}

}  // namespace dynatape::cassettes
