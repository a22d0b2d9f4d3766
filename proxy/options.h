#pragma once

// What the command line asks for, as plain values with their defaults. Nothing here opens or checks
// anything outside the process.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cassettes/cassette.h"
#include "emulator/emulator.h"
#include "proxy/aws/signature_check.h"
#include "proxy/cassette_commands.h"
#include "proxy/db_commands.h"
#include "proxy/sessions/session_clock.h"
#include "proxy/verify.h"

namespace dynatape::proxy {

struct ListenAddress {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8000;  ///< 0: any free port

  bool operator==(const ListenAddress&) const = default;
};

struct ProxyOptions {
  ListenAddress listen;
  std::string upstream = "emulator";  ///< "emulator" or an http:// URL
  emulator::Options emulator;
  std::string cassette;  ///< a path; empty: no cassette
  cassettes::Mode mode = cassettes::Mode::once;
  cassettes::ReplayOptions replay;
  std::vector<std::string>
      secrets;  ///< texts that must not reach a cassette, though no request shows them
  std::string pseudonym_key;          ///< the user's own; empty: a cassette keeps one
  std::string new_pseudonym_key;      ///< random bytes, for a cassette that keeps its own
  std::string rules;                  ///< a path; empty: no rules
  std::string profile;                ///< ready-made rules instead; empty: none
  std::optional<std::uint64_t> seed;  ///< overrides the rule file's
  sessions::ClockSetting clock;
  std::string database;             ///< a path: what the emulator begins with; empty: nothing
  std::string built_database;       ///< a path that receives the state once the child has succeeded
  bool replace = false;             ///< whether that path may be there already
  std::string backups;              ///< a path; empty: backups are kept in memory
  std::string ready_file;           ///< receives the URL once calls are answered; empty: none
  std::string admin_token;          ///< required of admin calls on an address that is not loopback
  bool access_log = false;          ///< one line per call on standard error
  bool strict = false;              ///< recordings that nobody asked for end a replay with status 3
  unsigned threads = 0;             ///< I/O threads; 0: one per core
  bool strict_auth = false;         ///< whether the emulator verifies signatures, ...
  std::vector<aws::Key> auth_keys;  ///< ... which are good if made with one of these

  bool operator==(const ProxyOptions&) const = default;
};

enum class CommandKind {
  serve,
  run,  ///< exec, record and replay: with a child process, or serving until told to stop
  cassette,
  database,
  verify,
  rules_check,
  rules_list,
  rules_profile,
};

struct Command {
  CommandKind kind = CommandKind::serve;
  ProxyOptions proxy;
  std::vector<std::string> child;  ///< program and arguments; empty: none
  std::string file;                ///< of the rules commands; of `rules profile` a name
  const CassetteCommand* cassette = nullptr;
  CassetteArguments arguments;  ///< of the cassette command
  const DatabaseCommand* database = nullptr;
  DatabaseArguments database_arguments;  ///< of the db command
  VerifyOptions verify;

  bool operator==(const Command&) const = default;
};

}  // namespace dynatape::proxy
