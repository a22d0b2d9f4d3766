#include "interceptors/profiles.h"

#include <catch2/catch.hpp>

#include "lab.h"

namespace dynatape::interceptors {

TEST_CASE("profiles: each is a rule file without mistakes, whose rules bear its name") {
  for (const Profile& profile : profiles()) {
    INFO(profile.name);
    const auto rules = rules_of(profile.text);
    CHECK_FALSE(rules->empty());
    for (const Rule& rule : rules->rules()) CHECK(rule.name.starts_with(profile.name));
  }
}

TEST_CASE("profiles: a file names them, and its own rules come behind theirs") {
  const auto rules = rules_of(R"({"profile":["slow-p99","lost-answers"],
                                  "rules":[{"name":"mine","then":{"latency":"1ms"}}]})");
  std::vector<std::string> names;
  for (const Rule& rule : rules->rules()) names.push_back(rule.name);
  CHECK(names == std::vector<std::string>{"slow-p99", "lost-answers", "mine"});
}

TEST_CASE("profiles: expired credentials are refused for a while") {
  Lab lab(R"({"profile":"expired-credentials"})");
  CHECK(lab.pattern(get_item("t", "a"), 50) ==
        std::string(20, '.') + std::string(20, '!') + std::string(10, '.'));
}

TEST_CASE("profiles: a hot partition is one whose key is called often") {
  Lab lab(R"({"profile":"hot-partition"})");
  int cold = 0;
  for (int i = 0; i < 400; ++i) cold += lab.faulted(get_item("t", std::to_string(i))) ? 1 : 0;
  const std::string hot = lab.pattern(get_item("t", "hot"), 220);
  CHECK(cold == 0);
  CHECK(hot.substr(0, 20) == std::string(20, '.'));
  CHECK(std::ranges::count(hot, '!') > 60);
}

}  // namespace dynatape::interceptors
