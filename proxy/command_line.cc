#include "proxy/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <utility>

#include "interceptors/duration_text.h"
#include "interceptors/profiles.h"
#include "interceptors/suggestion.h"
#include "proxy/replay_arguments.h"
#include "proxy/sessions/clock_text.h"

#ifndef DYNATAPE_VERSION
#error "the build defines DYNATAPE_VERSION"
#endif

namespace dynatape::proxy {
namespace {

constexpr std::pair<const char*, cassettes::Mode> kModes[] = {
    {"once", cassettes::Mode::once},
    {"new", cassettes::Mode::new_episodes},
    {"all", cassettes::Mode::all},
    {"none", cassettes::Mode::none},
};

[[noreturn]] void refuse(const std::string& option, const std::string& value,
                         const std::string& right) {
  throw CLI::ValidationError(option, "'" + value + "' is not " + right);
}

template <class T>
bool read_integer(std::string_view text, T& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

ListenAddress listen_address(const std::string& text) {
  constexpr auto* kRight = "ADDRESS:PORT, such as 127.0.0.1:8000 or [::1]:0";
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) refuse("--listen", text, kRight);
  ListenAddress address;
  address.host = text.substr(0, colon);
  if (address.host.starts_with('[') && address.host.ends_with(']')) {
    address.host = address.host.substr(1, address.host.size() - 2);
  }
  if (!read_integer(std::string_view(text).substr(colon + 1), address.port)) {
    refuse("--listen", text, kRight);
  }
  return address;
}

cassettes::Mode cassette_mode(const std::string& text) {
  const auto* row =
      std::ranges::find(kModes, text, [](const auto& mode) { return std::string(mode.first); });
  if (row == std::end(kModes)) refuse("--mode", text, "one of once, new, all, none");
  return row->second;
}

model::Behaviour behaviour(const std::string& text) {
  if (text == "aws-2026-10") return model::Behaviour::aws_2026_10;
  if (text == "aws-2026-05") return model::Behaviour::aws_2026_05;
  refuse("--behaviour", text, "aws-2026-10 or aws-2026-05");
}

void add_behaviour(CLI::App& app, emulator::Options& options) {
  app.add_option_function<std::string>(
         "--behaviour",
         [&options](const std::string& text) { options.behaviour = behaviour(text); },
         "Which dated behaviour of the service the emulator follows")
      ->type_name("aws-2026-10|aws-2026-05");
}

/// Neither a secret key nor a session token has a colon in it.
aws::Key auth_key(const std::string& text) {
  const auto first = text.find(':');
  const auto second = text.find(':', first == std::string::npos ? first : first + 1);
  aws::Key key{text.substr(0, first), ""};
  if (first != std::string::npos) key.secret = text.substr(first + 1, second - first - 1);
  if (second != std::string::npos) key.session_token = text.substr(second + 1);
  if (key.id.empty() || key.secret.empty()) {
    // The value is not repeated: it may be a secret.
    throw CLI::ValidationError("--auth-key", "the value is not ID:SECRET or ID:SECRET:TOKEN");
  }
  return key;
}

void add_auth_options(CLI::App& app, ProxyOptions& options) {
  app.add_option_function<std::string>(
         "--auth",
         [&options](const std::string& text) {
           if (text != "off" && text != "strict") refuse("--auth", text, "off or strict");
           options.strict_auth = text == "strict";
         },
         "strict: the emulator verifies each signature")
      ->type_name("off|strict");
  app.add_option_function<std::vector<std::string>>(
         "--auth-key",
         [&options](const std::vector<std::string>& texts) {
           for (const auto& text : texts) options.auth_keys.push_back(auth_key(text));
         },
         "A key whose signatures are good; by default the one in the environment")
      ->type_name("ID:SECRET[:TOKEN]")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

/// The options every command that serves has.
void add_proxy_options(CLI::App& app, ProxyOptions& options, bool with_cassette) {
  app.add_option_function<std::string>(
         "--listen", [&options](const std::string& text) { options.listen = listen_address(text); },
         "Address and port to serve on; port 0 is any free one")
      ->type_name("ADDRESS:PORT");
  app.add_option("--upstream", options.upstream,
                 "What answers behind the proxy: emulator, or an http:// URL")
      ->type_name("emulator|URL");
  if (with_cassette) {
    app.add_option("--cassette", options.cassette, "Cassette to record to and replay from")
        ->type_name("FILE");
    app.add_option_function<std::string>(
           "--mode", [&options](const std::string& text) { options.mode = cassette_mode(text); },
           "once: record if the file is absent, else replay; new: replay, and record what is new; "
           "all: record again; none: replay only")
        ->type_name("once|new|all|none");
  }
  add_behaviour(app, options.emulator);
  for (const ReplayArgument& argument : replay_arguments()) {
    app.add_option_function<std::vector<std::string>>(
           argument.name,
           [&options, &argument](const std::vector<std::string>& texts) {
             for (const std::string& text : texts) {
               if (!argument.set(options.replay, text)) refuse(argument.name, text, argument.right);
             }
           },
           argument.help)
        ->type_name(argument.type)
        ->allow_extra_args(false);
  }
  app.add_option_function<std::string>(
         "--table-delay",
         [&options](const std::string& text) {
           const auto delay = interceptors::parse_duration(text);
           if (!delay)
             refuse("--table-delay", text, "a duration up to 24h, such as 500ms, 5s or 0s");
           options.emulator.table_delay = *delay;
         },
         "How long the emulator's tables and indexes take to be created, updated and deleted")
      ->type_name("DURATION");
  add_auth_options(app, options);
  app.add_option("--rules", options.rules, "Rule file: faults and delays to inject")
      ->type_name("FILE");
  app.add_option_function<std::string>(
         "--profile",
         [&options](const std::string& text) {
           if (!interceptors::find_profile(text)) {
             refuse("--profile", text,
                    "a profile: " + interceptors::joined(interceptors::profile_names()));
           }
           options.profile = text;
         },
         "Ready-made rules instead of a file: `dynatape rules profile` lists them")
      ->type_name("NAME");
  app.add_option_function<std::string>(
         "--seed",
         [&options](const std::string& text) {
           if (!read_integer(text, options.seed.emplace())) {
             refuse("--seed", text, "a whole number from 0 to 18446744073709551615");
           }
         },
         "Seed of every random decision; overrides the rule file's")
      ->type_name("N");
  app.add_option_function<std::string>(
         "--clock",
         [&options](const std::string& text) {
           const auto clock = sessions::parse_clock(text);
           if (!clock) refuse("--clock", text, sessions::kClockForms);
           options.clock = *clock;
         },
         "What time it is: the system's; standing still, at TIME; or N times as fast")
      ->type_name("system|frozen[:TIME]|xN");
  app.add_option("--database", options.database,
                 "State of the emulator to begin with, as `dynatape db` makes it; never written to")
      ->type_name("FILE");
  app.add_option(
         "--backups", options.backups,
         "File that keeps backups of tables from run to run; else they end with the process")
      ->type_name("FILE");
  app.add_option("--ready-file", options.ready_file,
                 "File that receives the URL as soon as calls are answered")
      ->type_name("FILE");
  app.add_option("--admin-token", options.admin_token,
                 "Token that admin calls must carry on an address that is not loopback")
      ->type_name("TOKEN");
  app.add_flag("--strict", options.strict,
               "End with status 3 also where recorded calls were not asked for");
  app.add_flag("--access-log", options.access_log, "Print one line per call on standard error");
  app.add_option_function<std::string>(
         "--threads",
         [&options](const std::string& text) {
           if (!read_integer(text, options.threads) || options.threads > 256) {
             refuse("--threads", text, "a whole number from 0 to 256");
           }
         },
         "I/O threads; 0 is one per core")
      ->type_name("N");
}

/// The whole grammar; parsing fills `command_`.
class Grammar {
 public:
  Grammar() {
    app_.set_version_flag("--version", std::string("dynatape ") + version());
    app_.require_subcommand(1);
    add_serve();
    add_runs();
    add_cassette();
    add_database();
    add_verify();
    add_rules();
  }

  std::expected<Command, EarlyExit> parse(std::vector<std::string> arguments,
                                          std::vector<std::string> child, bool has_child) {
    try {
      refuse_unknown_command(arguments);
      std::ranges::reverse(arguments);  // CLI11 takes them from the back
      app_.parse(std::move(arguments));
      if (has_child) take_child(std::move(child));
      check();
      return command_;
    } catch (const CLI::CallForHelp&) {
      return std::unexpected(EarlyExit{0, deepest()->help()});
    } catch (const CLI::CallForVersion&) {
      return std::unexpected(EarlyExit{0, std::string("dynatape ") + version() + "\n"});
    } catch (const CLI::ParseError& error) {
      return std::unexpected(EarlyExit{
          2, "dynatape: " + std::string(error.what()) + "; see `" + usage_path() + " --help`\n"});
    }
  }

 private:
  void add_serve() {
    auto* serve = app_.add_subcommand("serve", "Serve until stopped");
    add_proxy_options(*serve, command_.proxy, true);
    serve->callback([this] { command_.kind = CommandKind::serve; });
  }

  void add_runs() {
    auto* exec =
        app_.add_subcommand("exec", "Run COMMAND against the proxy: exec [options] -- COMMAND…");
    add_proxy_options(*exec, command_.proxy, true);
    exec->callback([this] {
      command_.kind = CommandKind::run;
      needs_child_ = true;
    });
    add_run("record",
            "Record what COMMAND does, or what is served: record FILE [options] [-- COMMAND…]",
            cassettes::Mode::all);
    add_run(
        "replay",
        "Answer from the cassette alone, contacting nothing: replay FILE [options] [-- COMMAND…]",
        cassettes::Mode::none);
  }

  void add_run(const char* name, const char* help, cassettes::Mode mode) {
    auto* run = app_.add_subcommand(name, help);
    run->add_option("FILE", command_.proxy.cassette, "The cassette")->required();
    add_proxy_options(*run, command_.proxy, false);
    run->callback([this, mode] {
      command_.kind = CommandKind::run;
      command_.proxy.mode = mode;
    });
  }

  void add_cassette() {
    auto* cassette = app_.add_subcommand("cassette", "Look into cassettes, compare and mend them");
    cassette->require_subcommand(1);
    for (const CassetteCommand& row : cassette_commands()) {
      auto* app = cassette->add_subcommand(row.name, row.summary);
      row.declare(*app, command_.arguments);
      app->callback([this, &row] {
        command_.kind = CommandKind::cassette;
        command_.cassette = &row;
      });
    }
  }

  void add_database() {
    auto* database = app_.add_subcommand("db", "States of the emulator as files");
    database->require_subcommand(1);
    add_build(
        *database, "build",
        "Run COMMAND against an empty emulator and keep its state: db build FILE -- COMMAND…");
    auto* fork = add_build(
        *database, "fork",
        "The same, beginning with another state; without COMMAND a copy: db fork FROM FILE [-- "
        "COMMAND…]");
    fork->get_option("FROM")->required();
    for (const DatabaseCommand& row : database_commands()) {
      auto* app = database->add_subcommand(row.name, row.summary);
      row.declare(*app, command_.database_arguments);
      app->callback([this, &row] {
        command_.kind = CommandKind::database;
        command_.database = &row;
      });
    }
  }

  /// FROM comes first where it is required, so both commands declare it.
  CLI::App* add_build(CLI::App& parent, const char* name, const char* help) {
    auto* build = parent.add_subcommand(name, help);
    ProxyOptions& proxy = command_.proxy;
    const bool forks = std::string_view(name) == "fork";
    if (forks) build->add_option("FROM", proxy.database, "The state to begin with");
    build->add_option("FILE", proxy.built_database, "The state to make")->required();
    build->add_flag("--replace", proxy.replace, "Also where FILE is there already");
    add_behaviour(*build, proxy.emulator);
    build->callback([this, forks] {
      command_.kind = CommandKind::run;
      command_.proxy.listen.port = 0;
      needs_child_ = !forks;
    });
    return build;
  }

  void add_verify() {
    auto* verify = app_.add_subcommand(
        "verify", "Ask what a cassette asked again; status 1 if the answers have drifted");
    VerifyOptions& options = command_.verify;
    verify->add_option("FILE", options.file, "The cassette, or its lines")->required();
    verify
        ->add_option("--against", options.against, "What answers now: emulator, or an http:// URL")
        ->type_name("emulator|URL");
    verify
        ->add_option("--prepare", options.prepare,
                     "Lines to carry out first: the tables and items that the recording met")
        ->type_name("LINES");
    verify->add_flag("--json", options.json, "Print each difference as a line of JSON");
    add_behaviour(*verify, options.emulator);
    verify->callback([this] { command_.kind = CommandKind::verify; });
  }

  void add_rules() {
    auto* rules = app_.add_subcommand("rules", "Check rule files, list what they can say");
    rules->require_subcommand(1);
    add_file_command(*rules, "check", "Say what a rule file says", CommandKind::rules_check);
    rules
        ->add_subcommand("list", "What a rule can say: its members, every interceptor, its options")
        ->callback([this] { command_.kind = CommandKind::rules_list; });
    auto* profile = rules->add_subcommand("profile", "Print a ready-made rule file, or list them");
    profile->add_option("NAME", command_.file);
    profile->callback([this] { command_.kind = CommandKind::rules_profile; });
  }

  CLI::App* add_file_command(CLI::App& parent, const char* name, const char* help,
                             CommandKind kind) {
    auto* app = parent.add_subcommand(name, help);
    app->add_option("FILE", command_.file)->required();
    app->callback([this, kind] { command_.kind = kind; });
    return app;
  }

  /// CLI11 would only say that a subcommand is missing.
  void refuse_unknown_command(const std::vector<std::string>& arguments) {
    CLI::App* app = &app_;
    for (const auto& word : arguments) {
      const auto known = app->get_subcommands([](const CLI::App*) { return true; });
      if (known.empty() || word.starts_with('-')) return;
      const auto next = std::ranges::find(known, word, &CLI::App::get_name);
      if (next == known.end()) {
        std::string names;
        for (const auto* one : known) names += (names.empty() ? "" : ", ") + one->get_name();
        throw CLI::ValidationError("'" + word + "'", "no such command; there are " + names);
      }
      app = *next;
    }
  }

  void take_child(std::vector<std::string> child) {
    if (command_.kind != CommandKind::run) {
      throw CLI::ValidationError("--",
                                 "only exec, record, replay, db build and db fork start a command");
    }
    if (child.empty()) throw CLI::ValidationError("--", "no command follows it");
    command_.child = std::move(child);
  }

  void check() {
    if (needs_child_ && command_.child.empty()) {
      throw CLI::ValidationError(deepest()->get_name(), "no command given; write `" + usage_path() +
                                                            " [options] -- COMMAND…`");
    }
    // A started command is told the port, so any free one serves it best.
    if (!command_.child.empty() && !option_given("--listen")) command_.proxy.listen.port = 0;
    if (option_given("--auth-key") && !command_.proxy.strict_auth) {
      throw CLI::ValidationError("--auth-key", "needs --auth strict");
    }
    if (command_.proxy.strict_auth && command_.proxy.upstream != "emulator") {
      throw CLI::ValidationError("--auth", "strict is the emulator's; '" + command_.proxy.upstream +
                                               "' verifies signatures itself, or does not");
    }
    if (option_given("--profile") && option_given("--rules")) {
      throw CLI::ValidationError(
          "--profile", "stands instead of --rules; in the rule file, write \"profile\": \"" +
                           command_.proxy.profile + "\"");
    }
    if (option_given("--mode") && command_.proxy.cassette.empty()) {
      throw CLI::ValidationError("--mode", "needs --cassette FILE");
    }
    if (command_.proxy.strict && !command_.proxy.cassette.empty() &&
        command_.proxy.mode == cassettes::Mode::all) {
      throw CLI::ValidationError("--strict", "is for replays, but all calls are recorded again");
    }
    check_on_miss();
    check_upstream();
  }

  /// A call is only missed where it is not recorded, and answered by what was asked for.
  void check_on_miss() const {
    const auto& replay = command_.proxy.replay;
    if (replay.on_miss == cassettes::OnMiss::fail) return;
    const auto mode = command_.proxy.mode;
    if (mode == cassettes::Mode::all || mode == cassettes::Mode::new_episodes) {
      throw CLI::ValidationError("--on-miss", "no call is missed where what is new is recorded");
    }
    if (replay.on_miss == cassettes::OnMiss::upstream && !option_given("--upstream")) {
      throw CLI::ValidationError("--on-miss", "upstream needs --upstream, which to ask");
    }
    if (replay.on_miss == cassettes::OnMiss::emulate && !replay.ordered) {
      throw CLI::ValidationError("--on-miss",
                                 "emulate needs the recorded order, which --order any gives up");
    }
  }

  /// An option that would change nothing is a mistake.
  void check_upstream() const {
    if (!option_given("--upstream")) return;
    const std::string& upstream = command_.proxy.upstream;
    if (!command_.proxy.cassette.empty() && command_.proxy.mode == cassettes::Mode::none &&
        command_.proxy.replay.on_miss != cassettes::OnMiss::upstream) {
      throw CLI::ValidationError("--upstream", "'" + upstream +
                                                   "' would never be called: a cassette that only "
                                                   "replays has nothing behind it");
    }
    for (const char* const option : {"--behaviour", "--table-delay", "--database"}) {
      if (!option_given(option) || upstream == "emulator") continue;
      throw CLI::ValidationError(option,
                                 "is the emulator's, but the upstream is '" + upstream + "'");
    }
  }

  [[nodiscard]] bool option_given(const char* name) const {
    const auto* option = deepest()->get_option_no_throw(name);
    return option && option->count() > 0;
  }

  [[nodiscard]] const CLI::App* deepest() const {
    const CLI::App* app = &app_;
    while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
    return app;
  }

  [[nodiscard]] std::string usage_path() const {
    std::string path = "dynatape";
    for (const CLI::App* app = &app_; !app->get_subcommands().empty();) {
      app = app->get_subcommands().front();
      path += " " + app->get_name();
    }
    return path;
  }

  CLI::App app_{"A record-replay and fault-injection proxy for DynamoDB", "dynatape"};
  Command command_;
  bool needs_child_ = false;
};

}  // namespace

std::expected<Command, EarlyExit> parse_command_line(std::span<const std::string> arguments) {
  const auto dashes = std::ranges::find(arguments, "--");
  const bool has_child = dashes != arguments.end();
  std::vector<std::string> child;
  if (has_child) child.assign(dashes + 1, arguments.end());
  return Grammar().parse({arguments.begin(), dashes}, std::move(child), has_child);
}

const char* version() { return DYNATAPE_VERSION; }

}  // namespace dynatape::proxy
