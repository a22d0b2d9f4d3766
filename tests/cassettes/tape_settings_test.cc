#include "cassettes/tape_settings.h"

#include <fstream>
#include <sstream>

#include "cassettes/compact.h"
#include "cassettes/export.h"
#include "cassettes/import.h"
#include "cassettes/merge.h"
#include "cassettes/tape_redaction.h"
#include "core/digest.h"
#include "tests/cassettes/tapes.h"

namespace dynatape::cassettes {
namespace {

RedactionRules rules_about(const std::string& attribute) {
  RedactionRules rules;
  rules.rules.resize(1);
  rules.rules[0].attribute = attribute;
  rules.rules[0].action = RedactionAction::pseudonym;
  return rules;
}

std::string get(const std::string& id) {
  return R"({"TableName":"t","Key":{"id":{"S":")" + id + R"("}}})";
}

/// A tape of one call that says how it was redacted.
std::string tape(const support::TempDir& dir, const std::string& name, const std::string& attribute,
                 const std::string& key, const std::string& id = "a") {
  const std::string path = TapeBuilder().call("GetItem", get(id)).write(dir, name);
  auto store = Store::record(path);
  REQUIRE(store.has_value());
  REQUIRE(keep_rules(**store, rules_about(attribute), key, false).has_value());
  REQUIRE((*store)->close().has_value());
  return path;
}

TapeSettings settings(const std::string& path) {
  const auto read = settings_of(path);
  REQUIRE(read.has_value());
  return *read;
}

std::string lines_of(const std::string& path, LineForm form = LineForm::readable) {
  std::ostringstream out;
  REQUIRE(export_lines(path, form, out).has_value());
  return out.str();
}

core::Result<std::int64_t> import_text(const std::string& text, const std::string& path) {
  std::istringstream lines(text);
  return import_lines(lines, "lines", path);
}

}  // namespace

TEST_CASE("settings: how a tape was redacted goes along in its lines, and comes back") {
  const support::TempDir dir;
  const auto path = tape(dir, "a.tape", "email", "some key");
  CHECK(settings(path).values.size() == 3);
  for (const auto form : {LineForm::readable, LineForm::exact}) {
    const std::string lines = lines_of(path, form);
    CHECK_THAT(lines, Catch::StartsWith(R"({"settings":{"pseudonym_key":")" +
                                        core::hex(std::string("some key"))));
    const auto copy = dir.file(form == LineForm::exact ? "b.tape" : "c.tape");
    REQUIRE(import_text(lines, copy).value() == 1);
    CHECK(settings(copy) == settings(path));
    CHECK(lines_of(copy, form) == lines);
    std::ofstream(dir.file("a.jsonl")) << lines;
    CHECK(settings(dir.file("a.jsonl")) == settings(path));
  }
}

TEST_CASE("settings: a tape with the default rules alone says nothing in its lines") {
  const support::TempDir dir;
  const auto path = TapeBuilder().call("GetItem", get("a")).write(dir, "a.tape");
  {
    auto store = Store::record(path);
    REQUIRE(keep_rules(**store, RedactionRules(), "", false).has_value());
    REQUIRE((*store)->close().has_value());
  }
  CHECK(settings(path) == TapeSettings());
  CHECK_THAT(lines_of(path), Catch::StartsWith(R"({"operation")"));
}

TEST_CASE("settings: a line that says something else is refused, and nothing is made") {
  const support::TempDir dir;
  const std::string line = lines_of(TapeBuilder().call("GetItem", get("a")).write(dir, "a.tape"));
  const std::pair<std::string, std::string> mistakes[] = {
      {R"({"settings":{"redactoin":{}}})", "lines, line 1: settings.redactoin is no setting"},
      {R"({"settings":{"redaction":"x"}})", "settings.redaction is \"x\", not an object"},
      {R"({"settings":{"redaction":{"rules":[{"attribute":"a..b","action":"mask"}],"allow":[]}}})",
       "settings.redaction: "},
      {R"({"settings":{"redaction":{"rules":[{"attribute":"a","action":"pseudonym"}],"allow":[]}}})",
       "settings.pseudonym_key_check is missing"},
      {R"({"settings":{"pseudonym_key":"00ff","pseudonym_key_check":"0123456789abcdef","redaction":)"
       R"({"rules":[{"attribute":"a","action":"pseudonym"}],"allow":[]}}})",
       "settings.pseudonym_key is not the key"},
      {R"({"settings":{},"operation":"GetItem"})", "stands alone in its line"}};
  for (const auto& [settings_line, complaint] : mistakes) {
    const auto made = import_text(settings_line + "\n" + line, dir.file("b.tape"));
    REQUIRE_FALSE(made.has_value());
    CHECK_THAT(made.error().message, Catch::Contains(complaint));
    CHECK_FALSE(std::ifstream(dir.file("b.tape")).good());
  }
}

TEST_CASE("settings: compact keeps them") {
  const support::TempDir dir;
  const auto path = tape(dir, "a.tape", "email", "some key");
  const auto before = settings(path);
  REQUIRE(compact(path, {}, path).has_value());
  CHECK(settings(path) == before);
}

TEST_CASE("settings: merge takes those that changed, and says what cannot be merged") {
  const support::TempDir dir;
  const auto plain = TapeBuilder().call("GetItem", get("a")).write(dir, "plain.tape");
  const auto email = tape(dir, "email.tape", "email", "key 1");
  const auto phone = tape(dir, "phone.tape", "phone", "key 1");
  const auto other_key = tape(dir, "other.tape", "email", "key 2");
  const auto merged = [&](const std::string& base, const std::string& ours,
                          const std::string& theirs) {
    return merge({base, ours, theirs}, dir.file("merged.tape"));
  };
  REQUIRE(merged(plain, plain, email).has_value());
  CHECK(settings(dir.file("merged.tape")) == settings(email));
  REQUIRE(merged(phone, email, phone).has_value());
  CHECK(settings(dir.file("merged.tape")) == settings(email));
  REQUIRE(merged("", email, email).has_value());
  CHECK(settings(dir.file("merged.tape")) == settings(email));
  CHECK_THAT(merged(plain, email, phone).error().message,
             Catch::Contains("different redaction rules"));
  CHECK_THAT(merged("", email, other_key).error().message,
             Catch::Contains("the pseudonyms of ours and of theirs have different keys"));
}

}  // namespace dynatape::cassettes
