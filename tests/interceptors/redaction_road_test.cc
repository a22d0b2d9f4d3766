#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "cassettes/redact_file.h"
#include "core/digest.h"
#include "tests/cassettes/encodings.h"
#include "tests/interceptors/studio.h"
#include "tests/support/temp_dir.h"

// Redaction at save, at match and at load, on the road a call takes.

namespace dynatape::interceptors {
namespace {

using cassettes::CassetteOptions;
using cassettes::Mode;
using cassettes::RedactionAction;
using cassettes::RedactionRule;
using cassettes::RedactionRules;

const std::string kBob = "bob@example.com";

RedactionRules pseudonyms_for(const std::string& attribute) {
  RedactionRule rule;
  rule.attribute = attribute;
  rule.action = RedactionAction::pseudonym;
  RedactionRules rules;
  rules.rules = {rule};
  return rules;
}

CassetteOptions tape(const std::string& path, Mode mode,
                     std::optional<RedactionRules> rules = std::nullopt, std::string own_key = "") {
  return {.path = path,
          .mode = mode,
          .redaction = std::move(rules),
          .pseudonym_key = std::move(own_key),
          .new_key = "0123456789abcdef"};
}

/// Every file that belongs to the tape, as bytes.
std::string bytes_of(const std::string& path) {
  std::ostringstream bytes;
  for (const char* part : {"", "-wal", "-journal", ".recording", ".recording-wal", ".redacting"}) {
    bytes << std::ifstream(path + part, std::ios::binary).rdbuf();
  }
  return bytes.str();
}

CallSpec get_user(const std::string& email) {
  return {"GetItem", R"({"TableName":"users","Key":{"email":{"S":")" + email + R"("}}})"};
}

/// Answers with the item that a GetItem asks for.
std::shared_ptr<ScriptedUpstream> echo() {
  auto upstream = std::make_shared<ScriptedUpstream>();
  upstream->script = [](const core::Request& request) -> core::Result<core::Reply> {
    const auto key = request.body.find(R"("email")");
    const std::string item =
        "{" + request.body.substr(key, request.body.find('}', key) - key) + "}}";
    return core::Reply{{200, {}, R"({"Item":)" + item + "}"}, core::Source::remote, {}};
  };
  return upstream;
}

std::string email_in(const core::Reply& reply) {
  const std::string& body = reply.response.body;
  const auto begin = body.find(R"("S":")") + 5;
  return body.substr(begin, body.find('"', begin) - begin);
}

}  // namespace

TEST_CASE("redaction: the client that records gets what is stored, the tape gets pseudonyms") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  {
    Studio studio(tape(path, Mode::all, pseudonyms_for("email")), echo());
    CHECK(email_in(studio.call(get_user(kBob))) == kBob);
    CHECK_FALSE(bytes_of(path).contains(kBob));
    CHECK(studio.close().redactions == 2);
  }
  CHECK_FALSE(bytes_of(path).contains(kBob));
  // The tape knows its rules.
  Studio studio(tape(path, Mode::none));
  const std::string pseudonym = email_in(studio.call(get_user(kBob)));
  CHECK_THAT(pseudonym, Catch::EndsWith("@example.invalid"));
  CHECK(studio.close().missed == 0);
  // What it answered finds the call, too.
  Studio again(tape(path, Mode::none));
  CHECK(email_in(again.call(get_user(pseudonym))) == pseudonym);
  CHECK(again.call(get_user("eve@example.com")).response.status == 400);
  CHECK(again.close().missed == 1);
}

TEST_CASE("redaction: the user's own key is not on the tape, and replay asks for it") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  Studio(tape(path, Mode::all, pseudonyms_for("email"), "my own key"), echo()).call(get_user(kBob));
  CHECK_FALSE(bytes_of(path).contains("my own key"));
  CHECK_FALSE(bytes_of(path).contains(core::hex("my own key")));
  Studio right(tape(path, Mode::none, std::nullopt, "my own key"));
  CHECK(right.call(get_user(kBob)).response.status == 200);
  const auto none = cassettes::Cassette::open(tape(path, Mode::none));
  REQUIRE_FALSE(none.has_value());
  CHECK_THAT(none.error().message, Catch::Contains("set DYNATAPE_PSEUDONYM_KEY"));
  const auto wrong = cassettes::Cassette::open(tape(path, Mode::none, std::nullopt, "another"));
  REQUIRE_FALSE(wrong.has_value());
  CHECK_THAT(wrong.error().message, Catch::Contains("is not the key"));
}

TEST_CASE("redaction: recording again gives the same pseudonyms") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  const auto record_and_ask = [&](std::string new_key) {
    auto options = tape(path, Mode::all, pseudonyms_for("email"));
    options.new_key = std::move(new_key);
    {
      Studio studio(std::move(options), echo());
      studio.call(get_user(kBob));
      studio.close();
    }
    Studio replay(tape(path, Mode::none));
    return email_in(replay.call(get_user(kBob)));
  };
  const std::string first = record_and_ask("1111111111111111");
  CHECK(record_and_ask("2222222222222222") == first);
  std::filesystem::remove(path);
  CHECK(record_and_ask("2222222222222222") != first);
}

TEST_CASE("redaction: a tape made before a rule is redacted when it is read, in memory") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  {
    Studio studio(tape(path, Mode::all), echo());
    studio.call(get_user(kBob));
    studio.close();
  }
  CHECK(bytes_of(path).contains(kBob));
  {
    Studio studio(tape(path, Mode::none, pseudonyms_for("email")));
    const auto reply = studio.call(get_user(kBob));
    CHECK(reply.response.status == 200);
    CHECK_THAT(email_in(reply), Catch::EndsWith("@example.invalid"));
    CHECK(bytes_of(path).contains(kBob));
  }
  // What would be recorded beside it would be redacted, and the rest not.
  const auto both =
      cassettes::Cassette::open(tape(path, Mode::new_episodes, pseudonyms_for("email")));
  REQUIRE_FALSE(both.has_value());
  CHECK_THAT(both.error().message, Catch::Contains("cassette redact"));
}

TEST_CASE("redaction: a tape is redacted in place, and nothing of the old texts is left in it") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  {
    Studio studio(tape(path, Mode::all), echo());
    for (int i = 0; i < 300; ++i) studio.call(get_user(std::to_string(i) + kBob));
    studio.close();
  }
  const auto done = cassettes::redact_file(
      {.path = path, .rules = pseudonyms_for("email"), .new_key = "0123456789abcdef"});
  REQUIRE(done.has_value());
  CHECK(done->recordings == 300);
  CHECK(done->changed == 300);
  CHECK(done->replaced == 600);
  CHECK_FALSE(bytes_of(path).contains("bob@"));
  CHECK_FALSE(std::filesystem::exists(path + ".redacting"));
  {
    Studio studio(tape(path, Mode::none));
    for (int i = 0; i < 300; ++i) {
      CHECK(studio.call(get_user(std::to_string(i) + kBob)).response.status == 200);
    }
    CHECK(studio.close().unused == 0);
  }
  const auto again = cassettes::redact_file({.path = path, .rules = pseudonyms_for("email")});
  REQUIRE(again.has_value());
  CHECK(again->replaced == 0);
  CHECK_FALSE(cassettes::redact_file({.path = dir.file("none.tape")}).has_value());
}

TEST_CASE("redaction: a tape that somebody records to is not redacted, and stays") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  Studio studio(tape(path, Mode::all), echo());
  studio.call(get_user(kBob));
  const auto done =
      cassettes::redact_file({.path = path, .rules = pseudonyms_for("email"), .new_key = "k"});
  REQUIRE_FALSE(done.has_value());
  CHECK_THAT(done.error().message, Catch::Contains("another process is recording it"));
  studio.call(get_user(kBob));
  CHECK(studio.close().recorded == 2);
}

TEST_CASE("gate: a request that looks like a credential is not carried out, and the rest goes on") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  const std::string secret = "kWcrlUX5JEDGM/LtmEENI+aVmYvHNif5zB9d0qTz";
  const CallSpec put{"PutItem",
                     R"({"TableName":"t","Item":{"secret_key":{"S":")" + secret + R"("}}})"};
  Studio studio(path, Mode::all);
  const auto refused = studio.call(put);
  CHECK(refused.response.status == 400);
  CHECK_THAT(refused.response.body, Catch::Contains("RecordingFailedException") &&
                                        Catch::Contains("Item.secret_key.S") &&
                                        Catch::Contains("aws-secret-key"));
  CHECK(studio.upstream->calls == 0);
  CHECK(studio.call(get_item("t", "1")).response.status == 200);
  // An answer can only be kept back.
  studio.upstream->script = [&](const core::Request&) -> core::Result<core::Reply> {
    return core::Reply{
        {200, {}, R"({"Item":{"secret_key":{"S":")" + secret + "\"}}}"}, core::Source::remote, {}};
  };
  CHECK_THAT(studio.call(get_item("t", "2")).response.body, Catch::Contains("carried out, but"));
  const auto summary = studio.close();
  CHECK(summary.gated == 2);
  CHECK(summary.gated_calls.size() == 2);
  CHECK(summary.recorded == 1);
  CHECK_FALSE(bytes_of(path).contains(secret));

  RedactionRules rules;
  rules.allowed = {{"aws-secret-key", "Item.secret_key.S"}};
  Studio allowing(tape(dir.file("b.tape"), Mode::all, rules));
  CHECK(allowing.call(put).response.status == 200);
  CHECK(allowing.close().recorded == 1);
}

TEST_CASE("gate: what was kept back keeps an old tape in its place") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  const CallSpec put{"PutItem",
                     R"({"TableName":"t","Item":{"password":{"S":"Tr0ub4dorAnd3xKq91zW"}}})"};
  {
    Studio studio(path, Mode::all);
    studio.call(get_item("t", "1"));
    studio.close();
  }
  Studio studio(path, Mode::all);
  studio.call(get_item("t", "2"));
  studio.call(put);
  const auto closed = studio.cassette->close();
  REQUIRE_FALSE(closed.has_value());
  CHECK_THAT(closed.error().message, Catch::Contains("misses calls that were not stored: 1"));
  Studio old(path, Mode::none);
  CHECK(old.call(get_item("t", "1")).response.status == 200);
}

TEST_CASE("redaction: planted secrets reach no file, whatever they are disguised as") {
  using namespace cassettes;
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const auto letters = [&](std::size_t count, std::string_view from) {
    std::string text;
    for (; count > 0; --count) text += from[random() % from.size()];
    return text;
  };
  constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  constexpr std::string_view kWord =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const std::string own = letters(40, kWord);
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  std::vector<std::string> planted;
  Studio studio(CassetteOptions{.path = path, .mode = Mode::all, .secrets = {own}});
  std::string answer;
  studio.upstream->script = [&](const core::Request&) -> core::Result<core::Reply> {
    return core::Reply{{200, {}, answer}, core::Source::remote, {}};
  };
  const auto disguised = [&](std::string text) {
    for (auto layers = random() % 3; layers > 0; --layers) {
      switch (random() % 7) {
        case 0:
          text = "x: " + text;
          break;
        case 1:
          text = base64("key " + text);
          break;
        case 2:
          text = base64(gzip(text));
          break;
        case 3:
          text = base64(deflated("d: " + text));
          break;
        case 4:
          text = in_query("a b: " + text);
          break;
        case 5:
          text = in_hex(text);
          break;
        default:
          text = encode_base64(text, true, false);
          break;
      }
    }
    return text;
  };
  for (int i = 0; i < 300; ++i) {
    const std::string kinds[] = {own, "AKIA" + letters(16, kBase32), "ghp_" + letters(36, kWord),
                                 "sk_live_" + letters(24, kWord)};
    // Behind a blank, so that no disguise makes it part of a longer word.
    const std::string secret = kinds[random() % std::size(kinds)];
    const std::string hidden = disguised(" " + secret);
    INFO(secret << " as " << hidden);
    const std::string item = R"({"Item":{"id":{"S":"1"},"a":{"S":")" + hidden + "\"}}}";
    answer = random() % 2 == 0 ? item : "{}";
    const auto reply =
        studio.call({"PutItem", random() % 2 == 0 ? item : R"({"Item":{"a":{"S":"x"}}})"});
    REQUIRE(reply.response.body == answer);
    planted.push_back(secret);
    planted.push_back(hidden);
  }
  CHECK(studio.close().recorded == 300);
  const std::string bytes = bytes_of(path);
  for (const std::string& one : planted) {
    INFO(one);
    CHECK_FALSE(bytes.contains(one));
  }
}

}  // namespace dynatape::interceptors
