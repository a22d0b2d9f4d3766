#include "proxy/sessions/summary.h"

#include <catch2/catch.hpp>

namespace dynatape::sessions {

TEST_CASE("summary: the first line has every count, also the zeros") {
  CHECK(text({}) ==
        "dynatape: 0 calls, 0 replayed, 0 recorded, 0 missed, 0 unused, 0 faults planned, "
        "0 faults delivered\n");
}

TEST_CASE("summary: every miss and every undelivered fault has its line") {
  const Summary summary{.calls = 5,
                        .replayed = 4,
                        .missed = 1,
                        .unused = 2,
                        .faults_planned = 3,
                        .faults_delivered = 2,
                        .misses = {"GetItem: nearest #2"},
                        .unused_calls = {"#2 GetItem orders/a"},
                        .problems = {"recording stopped"},
                        .undelivered = {"slow: 1 because the client left"},
                        .unanswered = {"2 calls: http://db:1 refused the connection"}};
  CHECK(text(summary) ==
        "dynatape: 5 calls, 4 replayed, 0 recorded, 1 missed, 2 unused, 3 faults planned, "
        "2 faults delivered\n"
        "dynatape: missed: GetItem: nearest #2\n"
        "dynatape: unused: #2 GetItem orders/a\n"
        "dynatape: unused: and 1 more\n"
        "dynatape: not delivered: slow: 1 because the client left\n"
        "dynatape: not answered: 2 calls: http://db:1 refused the connection\n"
        "dynatape: problem: recording stopped\n");
}

TEST_CASE("summary: a miss says what to do next, and how often it was met") {
  cassettes::MissReport miss;
  miss.times = 2;
  miss.why = "this GetItem is not on the tape";
  miss.next = {{"record it", "--mode new"}, {"or not", ""}};
  Summary summary;
  cassettes::CassetteSummary tape;
  tape.missed = 2;
  tape.misses = {miss};
  add(tape, summary);
  CHECK(summary.missed == 2);
  CHECK(summary.misses ==
        std::vector<std::string>{"this GetItem is not on the tape; record it (2 times)"});
}

TEST_CASE("summary: a session's lines name it") {
  Summary summary;
  summary.calls = 1;
  summary.problems = {"recording stopped"};
  CHECK(text(summary, "a") ==
        "dynatape: session a: 1 calls, 0 replayed, 0 recorded, 0 missed, 0 unused, "
        "0 faults planned, 0 faults delivered\n"
        "dynatape: session a: problem: recording stopped\n");
}

}  // namespace dynatape::sessions
