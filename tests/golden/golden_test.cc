// The emulator against recordings and captures of the service. Each source has a floor of cases
// that agree; a test fails when agreement falls below it. DYNATAPE_GOLDEN=verbose prints every
// disagreement.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>

#include "tests/golden/case.h"

namespace dynatape::golden {
namespace {

using emulator::Answer;
using emulator::Emulator;
using nlohmann::json;

struct Score {
  int agreed = 0;
  int total = 0;
};

/// Counts agreement by source and operation, and prints it.
class Scores {
 public:
  void count(const json& recorded, const std::string& operation, const json& request, bool agreed,
             const Answer& answer) {
    const std::string source = text(recorded, "source");
    for (Score* score : {&scores_[source][""], &scores_[source][operation]}) {
      score->total += 1;
      score->agreed += agreed ? 1 : 0;
    }
    if (agreed || !verbose_) return;
    const json expected = recorded.contains("message") ? recorded["message"]
                          : recorded.contains("assertions")
                              ? recorded["assertions"]
                              : recorded.value("response", json(recorded.value("type", "")));
    std::cout << source << ' ' << operation << ' ' << request.dump().substr(0, 400)
              << "\n  recorded: " << recorded.value("status", 0) << ' '
              << expected.dump().substr(0, 600) << "\n  answered: " << answer.status << ' '
              << answer.body.substr(0, 600) << '\n';
  }

  void check(const std::map<std::string, int>& floors) const {
    for (const auto& [source, operations] : scores_) {
      std::cout << source << ':';
      for (const auto& [operation, score] : operations) {
        std::cout << ' ' << operation << (operation.empty() ? "" : " ") << score.agreed << '/'
                  << score.total << (operation.empty() ? " (" : ", ");
      }
      std::cout << ")\n";
      INFO(source);
      CHECK(operations.at("").agreed >= floors.at(source));
    }
  }

 private:
  bool verbose_ = std::getenv("DYNATAPE_GOLDEN") != nullptr;
  std::map<std::string, std::map<std::string, Score>> scores_;
};

std::unique_ptr<Emulator> emulator_of(const json& recorded) {
  emulator::Options options;
  // What was recorded before the rollout of 2026 says nothing of it.
  const bool newer = recorded.value("behaviour", std::string()) == "2026-10";
  if (!newer) options.behaviour = model::Behaviour::aws_2026_05;
  return std::make_unique<Emulator>(options);
}

/// A new emulator with the tables that the source's tests assume.
std::unique_ptr<Emulator> prepared(const json& recorded, const std::vector<json>& tables) {
  auto emulator = emulator_of(recorded);
  const json steps = recorded.value("setup", json::array());
  const auto set_up = [&](bool creating) {
    for (const json& step : steps) {
      const bool creates = text(step, "operation") == "CreateTable";
      if (creates == creating) (void)call(*emulator, text(step, "operation"), step["request"]);
    }
  };
  // A table that a case makes itself stands in the place of the source's.
  if (recorded.contains("session")) set_up(true);
  for (const json& table : tables) {
    if (table["source"] != recorded["source"]) continue;
    (void)call(*emulator, "CreateTable", table["create"]);
  }
  if (recorded.contains("session")) {
    set_up(false);
    return emulator;
  }
  for (const json& step : steps) {
    (void)call(*emulator, text(step, "operation"), step["request"]);
  }
  return emulator;
}

using Judge = bool (*)(const json&, const Answer&);

void run(const std::vector<json>& cases, const std::vector<json>& tables, Judge judge,
         Scores& scores) {
  for (const json& recorded : cases) {
    if (recorded.contains("session")) continue;
    const auto emulator = prepared(recorded, tables);
    const Answer answer = call(*emulator, text(recorded, "operation"), recorded["request"]);
    scores.count(recorded, text(recorded, "operation"), recorded["request"],
                 judge(recorded, answer), answer);
  }
}

/// Cases by (session, position in it).
std::multimap<std::pair<std::string, int>, json> by_place(const std::vector<json>& cases) {
  std::multimap<std::pair<std::string, int>, json> places;
  for (const json& recorded : cases) {
    if (!recorded.contains("session")) continue;
    places.emplace(std::pair(text(recorded, "session"), recorded["seq"].get<int>()), recorded);
  }
  return places;
}

/// Plays whole sessions in order and judges every answer that was recorded.
void run_sessions(const std::vector<json>& cases, const std::vector<json>& tables, Judge judge,
                  Scores& scores) {
  const auto places = by_place(cases);
  for (const json& session : load("sessions.jsonl")) {
    const auto emulator = prepared(session, tables);
    for (const json& step : session["requests"]) {
      const Answer answer = call(*emulator, text(step, "operation"), step["request"]);
      const auto [first, last] =
          places.equal_range({text(session, "session"), step["seq"].get<int>()});
      for (auto place = first; place != last; ++place) {
        scores.count(place->second, text(step, "operation"), step["request"],
                     judge(place->second, answer), answer);
      }
    }
  }
}

}  // namespace

TEST_CASE("golden: errors of the service") {
  const auto cases = load("errors.jsonl");
  const auto tables = load("tables.jsonl");
  Scores scores;
  run(cases, tables, same_error, scores);
  run_sessions(cases, tables, same_error, scores);
  scores.check({{"conformance", 112},
                {"dynalite", 3771},
                {"go-cloud", 50},
                {"localstack", 3},
                {"moto", 22}});
}

TEST_CASE("golden: errors of the service in 2026") {
  Scores scores;
  run(load("errors-2026.jsonl"), {}, same_error, scores);
  scores.check({{"paritysuite", 419}});
}

TEST_CASE("golden: responses of the service") {
  const auto cases = load("interactions.jsonl");
  const auto tables = load("tables.jsonl");
  Scores scores;
  run(cases, tables, same_response, scores);
  run_sessions(cases, tables, same_response, scores);
  scores.check({{"conformance", 108}, {"dynalite", 102}, {"go-cloud", 836}, {"localstack", 25}});
}

}  // namespace dynatape::golden
