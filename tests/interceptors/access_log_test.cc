#include "interceptors/access_log.h"

#include <catch2/catch.hpp>

#include "lab.h"

namespace dynatape::interceptors {

TEST_CASE("access log: one line for each exchange, with who answered and what was done to it") {
  std::vector<std::string> lines;
  Lab lab(R"({"rules":[{"name":"no","when":{"nth":2},"then":{"error":"ThrottlingException"}}]})");
  const auto log = std::make_shared<AccessLog>([&](auto line) { lines.emplace_back(line); });
  lab.pipeline.interceptors.insert(lab.pipeline.interceptors.begin(), log);
  lab.call(get_item("orders", "a"));
  lab.call(get_item("orders", "a"));
  CHECK(lines == std::vector<std::string>{
                     "time=2023-11-14T22:13:20.000000Z id=1 op=GetItem table=orders status=200 "
                     "source=emulator ms=0.000",
                     "time=2023-11-14T22:13:20.000000Z id=2 op=GetItem table=orders status=400 "
                     R"(source=fault ms=0.000 notes="error: no: ThrottlingException")"});
}

TEST_CASE("access log: nothing a client sends can forge a line or a field") {
  const core::FrozenClock clock{core::TimePoint{}};
  LabLoop loop;
  const core::Exchange exchange(
      7, CallSpec{"GetItem", R"({"TableName":"a status=200\nid=8 \u001b[2J\""})"}.request(), loop,
      clock);
  const std::string line =
      access_line(exchange, core::failure("refused"), std::chrono::microseconds(1500));
  CHECK(line ==
        "time=1970-01-01T00:00:00.000000Z id=7 op=GetItem "
        R"(table="a status=200\nid=8 \u001b[2J\"" status=- source=- ms=1.500 error=refused)");
}

}  // namespace dynatape::interceptors
