// The emulator against recordings and captures of the service. Every case agrees or stands in
// differences.jsonl with the reason why not; what stands there and agrees is a failure too. Each
// source has a floor of cases that agree, so that the list cannot grow unseen.
// DYNATAPE_GOLDEN=verbose prints every difference.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>

#include "tests/golden/case.h"

namespace dynatape::golden {
namespace {

using emulator::Answer;
using nlohmann::json;

struct Score {
  int agreed = 0;
  int total = 0;
};

/// What a case says the service answered, in the form differences.jsonl names it by.
json expectation(const json& recorded) {
  for (const char* member : {"message", "assertions", "response"}) {
    if (recorded.contains(member)) return recorded[member];
  }
  return recorded.value("type", "");
}

/// The cases of one file in data/ that are known to differ.
class Differences {
 public:
  explicit Differences(const std::string& file) {
    for (const json& one : load("../differences.jsonl")) {
      if (text(one, "file") == file) listed_[one["case"].dump()] = false;
    }
  }

  /// Whether the case is listed; remembers that it was met.
  bool meet(const json& name) {
    const auto found = listed_.find(name.dump());
    if (found == listed_.end()) return false;
    found->second = true;
    return true;
  }

  void check_all_met() const {
    for (const auto& [name, met] : listed_) {
      INFO("listed in differences.jsonl, but not among the cases: " << name);
      CHECK(met);
    }
  }

 private:
  std::map<std::string, bool> listed_;
};

/// Counts agreement by source and operation, and prints it.
class Scores {
 public:
  explicit Scores(const std::string& file) : file_(file), differences_(file) {}

  void count(const json& recorded, const std::string& operation, const json& request, bool agreed,
             const Answer& answer) {
    const std::string source = text(recorded, "source");
    for (Score* score : {&scores_[source][""], &scores_[source][operation]}) {
      score->total += 1;
      score->agreed += agreed ? 1 : 0;
    }
    const json name = {{"source", source},
                       {"operation", operation},
                       {"request", request},
                       {"recorded", expectation(recorded)}};
    const bool listed = differences_.meet(name);
    const json difference = {{"file", file_}, {"case", name}};
    if (verbose_ && !agreed) {
      std::cout << (listed ? "listed " : "unlisted ") << difference.dump()
                << "\n  answered: " << answer.status << ' ' << answer.body << '\n';
    }
    INFO(difference.dump());
    INFO("answered: " << answer.status << ' ' << answer.body);
    CHECK(agreed != listed);
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
    differences_.check_all_met();
  }

 private:
  std::string file_;
  Differences differences_;
  bool verbose_ = std::getenv("DYNATAPE_GOLDEN") != nullptr;
  std::map<std::string, std::map<std::string, Score>> scores_;
};

/// What was recorded before the rollout of 2026 says nothing of it.
std::unique_ptr<Service> service_of(const json& recorded) {
  const bool newer = recorded.value("behaviour", std::string()) == "2026-10";
  emulator::Options options;
  if (!newer) options.behaviour = model::Behaviour::aws_2026_05;
  // Recorded while the table was still being created.
  if (recorded.value("creating", false)) options.table_delay = std::chrono::seconds(10);
  return make_service(options);
}

/// A new service with the tables that the source's tests assume.
std::unique_ptr<Service> prepared(const json& recorded, const std::vector<json>& tables) {
  auto service = service_of(recorded);
  const json steps = recorded.value("setup", json::array());
  const auto set_up = [&](bool creating) {
    for (const json& step : steps) {
      const bool creates = text(step, "operation") == "CreateTable";
      if (creates == creating) (void)call(*service, text(step, "operation"), step["request"]);
    }
  };
  // A table that a case makes itself stands in the place of the source's.
  if (recorded.contains("session")) set_up(true);
  for (const json& table : tables) {
    if (table["source"] != recorded["source"]) continue;
    (void)call(*service, "CreateTable", table["create"]);
  }
  if (recorded.contains("session")) {
    set_up(false);
    return service;
  }
  for (const json& step : steps) {
    (void)call(*service, text(step, "operation"), step["request"]);
  }
  return service;
}

using Judge = bool (*)(const json&, const Answer&);

void run(const std::vector<json>& cases, const std::vector<json>& tables, Judge judge,
         Scores& scores) {
  for (const json& recorded : cases) {
    if (recorded.contains("session")) continue;
    const auto service = prepared(recorded, tables);
    const Answer answer = call(*service, text(recorded, "operation"), recorded["request"]);
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
    const auto service = prepared(session, tables);
    for (const json& step : session["requests"]) {
      const Answer answer = call(*service, text(step, "operation"), step["request"]);
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
  Scores scores("errors.jsonl");
  run(cases, tables, same_error, scores);
  run_sessions(cases, tables, same_error, scores);
  scores.check({{"conformance", 117},
                {"dynalite", 3834},
                {"go-cloud", 50},
                {"localstack", 3},
                {"moto", 23}});
}

TEST_CASE("golden: errors of the service in 2026") {
  Scores scores("errors-2026.jsonl");
  run(load("errors-2026.jsonl"), {}, same_error, scores);
  scores.check({{"paritysuite", 424}});
}

TEST_CASE("golden: errors of the control plane in 2026") {
  Scores scores("errors-control-2026.jsonl");
  run(load("errors-control-2026.jsonl"), {}, same_error, scores);
  scores.check({{"ack-quirks", 83}});
}

TEST_CASE("golden: responses of the service") {
  const auto cases = load("interactions.jsonl");
  const auto tables = load("tables.jsonl");
  Scores scores("interactions.jsonl");
  run(cases, tables, same_response, scores);
  run_sessions(cases, tables, same_response, scores);
  scores.check({{"conformance", 111}, {"dynalite", 112}, {"go-cloud", 850}, {"localstack", 26}});
}

TEST_CASE("golden: docs/fidelity.md counts the differences under their reasons") {
  std::ifstream in(DYNATAPE_SOURCE_DIR "/docs/fidelity.md");
  const std::string document{std::istreambuf_iterator<char>(in), {}};
  std::map<std::string, int> counts;
  for (const json& one : load("../differences.jsonl")) ++counts[text(one, "reason")];
  for (const auto& [reason, count] : counts) {
    INFO(count << " cases: " << reason);
    const auto at = document.find(" | " + reason + " |\n");
    REQUIRE(at != std::string::npos);
    const auto row = document.rfind('\n', at) + 1;
    CHECK(document.substr(row).starts_with("| " + std::to_string(count) + " | "));
  }
}

}  // namespace dynatape::golden
