#include "interceptors/profiles.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

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

TEST_CASE("profiles: written out, a file says the same") {
  using nlohmann::ordered_json;
  const auto texts = [](const std::string& file) {
    std::vector<std::string> texts;
    for (const Rule& rule : rules_of(file)->rules()) texts.push_back(rule.text);
    return texts;
  };
  ordered_json all = {{"seed", 7},
                      {"profile", profile_names()},
                      {"rules", {{{"name", "mine"}, {"then", {{"latency", "1ms"}}}}}}};
  const ordered_json whole = with_profiles_written_out(all);
  CHECK(!whole.contains("profile"));
  CHECK(whole.at("seed") == 7);
  CHECK(texts(whole.dump()) == texts(all.dump()));
  const ordered_json one = {{"profile", "slow-p99"}};
  CHECK(texts(with_profiles_written_out(one).dump()) == texts(one.dump()));
  const ordered_json none = {{"rules", ordered_json::array()}};
  CHECK(with_profiles_written_out(none) == none);
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
