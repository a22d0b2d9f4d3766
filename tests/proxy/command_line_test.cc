#include "proxy/command_line.h"

#include <catch2/catch.hpp>

namespace dynatape::proxy {
namespace {

std::expected<Command, EarlyExit> parse(std::vector<std::string> arguments) {
  return parse_command_line(arguments);
}

}  // namespace

TEST_CASE("command line: serve has the documented defaults") {
  const auto command = parse({"serve"});
  REQUIRE(command.has_value());
  CHECK(*command == Command{});
}

TEST_CASE("command line: every option reaches its place") {
  const auto command = parse({"serve",
                              "--listen",
                              "[::1]:9",
                              "--upstream",
                              "http://h:1",
                              "--cassette",
                              "c",
                              "--mode",
                              "new",
                              "--rules",
                              "r",
                              "--seed",
                              "18446744073709551615",
                              "--clock",
                              "frozen:1970-01-01T00:00:07Z",
                              "--ready-file",
                              "f",
                              "--admin-token",
                              "t",
                              "--access-log",
                              "--threads",
                              "3"});
  REQUIRE(command.has_value());
  ProxyOptions expected;
  expected.listen = {"::1", 9};
  expected.upstream = "http://h:1";
  expected.cassette = "c";
  expected.mode = cassettes::Mode::new_episodes;
  expected.rules = "r";
  expected.seed = 18446744073709551615U;
  expected.clock = {core::TimePoint(std::chrono::seconds(7)), 0};
  expected.ready_file = "f";
  expected.admin_token = "t";
  expected.access_log = true;
  expected.threads = 3;
  CHECK(command->proxy == expected);
}

TEST_CASE("command line: keys whose signatures are good are ID:SECRET, or ID:SECRET:TOKEN") {
  const auto command = parse({"serve", "--auth", "strict", "--auth-key", "AKIA:s3cr/t",
                              "--auth-key", "ASIA:other:token=="});
  REQUIRE(command.has_value());
  CHECK(command->proxy.strict_auth);
  CHECK(command->proxy.auth_keys ==
        std::vector<aws::Key>{{"AKIA", "s3cr/t"}, {"ASIA", "other", "token=="}});
  const auto refusal = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "serve");
    const auto parsed = parse(std::move(arguments));
    return parsed ? "" : parsed.error().text;
  };
  CHECK(refusal({"--auth", "on"}).find("off or strict") != std::string::npos);
  CHECK(refusal({"--auth-key", "AKIA:secret"}).find("--auth strict") != std::string::npos);
  const std::string malformed = refusal({"--auth", "strict", "--auth-key", "nothing"});
  CHECK(malformed.find("ID:SECRET") != std::string::npos);
  CHECK(malformed.find("nothing") == std::string::npos);
  CHECK(refusal({"--auth", "strict", "--upstream", "http://h:1"}).find("http://h:1") !=
        std::string::npos);
}

TEST_CASE("command line: the emulator's options reach it") {
  const auto command = parse({"serve", "--behaviour", "aws-2026-05", "--table-delay", "1.5s"});
  REQUIRE(command.has_value());
  CHECK(command->proxy.emulator ==
        emulator::Options{model::Behaviour::aws_2026_05, std::chrono::milliseconds(1500)});
}

TEST_CASE("command line: record and replay choose their mode, and a command its own free port") {
  const auto record = parse({"record", "a.tape", "--", "go", "test", "--", "-v"});
  REQUIRE(record.has_value());
  CHECK(record->proxy.mode == cassettes::Mode::all);
  CHECK(record->proxy.cassette == "a.tape");
  CHECK(record->proxy.listen.port == 0);
  CHECK(record->child == std::vector<std::string>{"go", "test", "--", "-v"});
  const auto replay = parse({"replay", "a.tape", "--listen", "127.0.0.1:7"});
  REQUIRE(replay.has_value());
  CHECK(replay->proxy.mode == cassettes::Mode::none);
  CHECK(replay->proxy.listen.port == 7);
  CHECK(replay->child.empty());
}

TEST_CASE("command line: bad input ends with status 2 and one line that names it") {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{}, "subcommand"},
      {{"sevre"}, "sevre"},
      {{"serve", "--port", "1"}, "--port"},
      {{"serve", "--listen", "8000"}, "'8000' is not ADDRESS:PORT"},
      {{"serve", "--listen", "127.0.0.1:65536"}, "'127.0.0.1:65536' is not ADDRESS:PORT"},
      {{"serve", "--mode", "never", "--cassette", "c"},
       "'never' is not one of once, new, all, none"},
      {{"serve", "--mode", "all"}, "needs --cassette"},
      {{"serve", "--seed", "-1"}, "'-1' is not a whole number"},
      {{"replay", "c", "--upstream", "http://h:1"}, "'http://h:1' would never be called"},
      {{"serve", "--cassette", "c", "--mode", "none", "--upstream", "emulator"},
       "'emulator' would never be called"},
      {{"serve", "--upstream", "http://h:1", "--behaviour", "aws-2026-05"},
       "--behaviour: is the emulator's, but the upstream is 'http://h:1'"},
      {{"serve", "--clock", "x0"}, "'x0' is not system, frozen, frozen:TIME"},
      {{"serve", "--clock", "frozen:yesterday"},
       "'frozen:yesterday' is not system, frozen, frozen:TIME"},
      {{"serve", "--threads", "many"}, "'many' is not a whole number"},
      {{"serve", "--behaviour", "aws"}, "'aws' is not aws-2026-10 or aws-2026-05"},
      {{"serve", "--upstream", "http://h:1", "--table-delay", "5s"},
       "--table-delay: is the emulator's"},
      {{"serve", "--table-delay", "5"}, "'5' is not a duration up to 24h"},
      {{"serve", "--", "true"}, "only exec, record, replay, db build and db fork start a command"},
      {{"exec"}, "no command given"},
      {{"exec", "--"}, "no command follows"},
      {{"record"}, "FILE is required"},
      {{"replay", "f", "--mode", "all"}, "--mode"},
      {{"cassette", "show", "f", "0"}, "'0' is not the number of a recording"},
      {{"cassette", "show", "f"}, "NUMBER is required"},
      {{"cassette", "import", "f"}, "--output is required"},
      {{"cassette", "export", "f", "--exact", "--har"}, "excludes"},
      {{"cassette", "merge", "--ours", "a"}, "--theirs is required"},
      {{"cassette", "compact", "f", "--drop", "x"}, "x"},
      {{"verify"}, "FILE is required"},
      {{"verify", "f", "--behaviour", "aws"}, "'aws' is not"},
      {{"rules", "check"}, "FILE is required"},
      {{"db", "build", "f"}, "no command given"},
      {{"db", "fork", "f"}, "FILE is required"},
      {{"db", "import", "f"}, "--output is required"},
      {{"serve", "--upstream", "http://h:1", "--database", "f"},
       "--database: is the emulator's, but the upstream is 'http://h:1'"},
  };
  for (const auto& [arguments, expected] : cases) {
    const auto result = parse(arguments);
    INFO(expected);
    REQUIRE_FALSE(result.has_value());
    INFO(result.error().text);
    CHECK(result.error().status == 2);
    CHECK(result.error().text.find(expected) != std::string::npos);
    CHECK(result.error().text.find('\n') == result.error().text.size() - 1);
  }
}

TEST_CASE("command line: commands of cassettes fill what they take") {
  const auto merge = parse({"cassette", "merge", "--base", "b", "--ours", "o", "--theirs", "t"});
  REQUIRE(merge.has_value());
  CHECK(merge->kind == CommandKind::cassette);
  CHECK(std::string(merge->cassette->name) == "merge");
  CHECK(merge->arguments.base == "b");
  CHECK(merge->arguments.ours == "o");
  CHECK(merge->arguments.theirs == "t");
  const auto verify = parse({"verify", "f", "--against", "http://h:1", "--prepare", "p", "--json"});
  REQUIRE(verify.has_value());
  CHECK(verify->kind == CommandKind::verify);
  CHECK(verify->verify == VerifyOptions{"f", "http://h:1", "p", {}, true});
}

TEST_CASE("command line: states of the emulator are built, forked and compared") {
  const auto build = parse({"db", "build", "--replace", "f", "--", "python3", "fill.py"});
  REQUIRE(build.has_value());
  CHECK(build->kind == CommandKind::run);
  CHECK(build->child == std::vector<std::string>{"python3", "fill.py"});
  CHECK((build->proxy.built_database == "f" && build->proxy.replace));
  CHECK((build->proxy.database.empty() && build->proxy.listen.port == 0));
  const auto fork = parse({"db", "fork", "a", "b"});
  REQUIRE(fork.has_value());
  CHECK((fork->proxy.database == "a" && fork->proxy.built_database == "b"));
  CHECK((fork->child.empty() && !fork->proxy.replace));
  const auto diff = parse({"db", "diff", "a", "b"});
  REQUIRE(diff.has_value());
  CHECK(diff->kind == CommandKind::database);
  CHECK(std::string(diff->database->name) == "diff");
  CHECK((diff->database_arguments.file == "a" && diff->database_arguments.other == "b"));
}

TEST_CASE("command line: help and version end well") {
  CHECK(parse({"--version"}).error() == EarlyExit{0, std::string("dynatape ") + version() + "\n"});
  const auto help = parse({"serve", "--help"}).error();
  CHECK(help.status == 0);
  CHECK(help.text.find("--ready-file") != std::string::npos);
}

}  // namespace dynatape::proxy
