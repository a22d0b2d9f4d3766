// PartiQL against recordings and captures of the service; all of them agree.

#include <catch2/catch.hpp>
#include <fstream>

#include "tests/golden/case.h"

namespace dynatape::golden {
namespace {

using emulator::Answer;
using nlohmann::json;

std::unique_ptr<Service> service_of(const json& recorded) {
  emulator::Options options;
  if (recorded.value("behaviour", std::string("2026-10")) == "2026-05") {
    options.behaviour = model::Behaviour::aws_2026_05;
  }
  return make_service(options);
}

void set_up(Service& service, const json& recorded) {
  for (const json& table : load("tables.jsonl")) {
    if (table["source"] == recorded["source"]) (void)call(service, "CreateTable", table["create"]);
  }
  for (const json& step : recorded.value("setup", json::array())) {
    const Answer answer = call(service, text(step, "operation"), step["request"]);
    INFO(step.dump() << '\n' << answer.body);
    CHECK(answer.status == 200);
  }
}

/// The members of the request in the order recorded: what is wrong first in it is told.
Answer answer_to(Service& service, const std::string& line) {
  const auto recorded = nlohmann::ordered_json::parse(line);
  return service.call(recorded.at("operation").get<std::string>(), recorded.at("request").dump());
}

/// The error of the first statement of a batch.
bool same_slot(const json& recorded, const Answer& answer) {
  const json error = json::parse(answer.body).at("Responses").at(0).value("Error", json::object());
  return answer.status == 200 && error.value("Code", std::string()) == "ValidationError" &&
         error.value("Message", std::string()) == text(recorded, "message");
}

bool agrees(const json& recorded, const Answer& answer) {
  if (recorded.contains("response") || recorded.contains("assertions")) {
    return same_response(recorded, answer);
  }
  const bool in_slot = recorded["status"] == 200;
  return in_slot ? same_slot(recorded, answer) : same_error(recorded, answer);
}

}  // namespace

TEST_CASE("golden: PartiQL statements") {
  int cases = 0;
  std::ifstream in(DYNATAPE_SOURCE_DIR "/tests/golden/data/partiql.jsonl");
  for (std::string line; std::getline(in, line);) {
    const json recorded = json::parse(line);
    const auto service = service_of(recorded);
    set_up(*service, recorded);
    const Answer answer = answer_to(*service, line);
    INFO(recorded.dump().substr(0, 900));
    INFO(answer.status << ' ' << answer.body);
    CHECK(agrees(recorded, answer));
    ++cases;
  }
  CHECK(cases > 170);
}

}  // namespace dynatape::golden
