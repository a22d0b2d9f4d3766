#include "proxy/git_setup.h"

#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "proxy/child_process.h"
#include "proxy/exit_status.h"

namespace dynatape::proxy {
namespace {

constexpr const char* kAttributes = ".gitattributes";

/// For the shell that git starts.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

core::Result<void> git_config(const std::string& name, const std::string& value) {
  const auto child = start_child({"git", "config", name, value}, inherited_environment());
  if (!child) return std::unexpected(child.error());
  int status = 0;
  if (waitpid(*child, &status, 0) == *child && exit_status(status) == 0) return {};
  return core::failure("git config " + name + " failed; run this inside a git repository");
}

/// True if the line was not there.
core::Result<bool> add_attributes(const std::string& line) {
  std::ostringstream text;
  if (std::ifstream file(kAttributes, std::ios::binary); file) text << file.rdbuf();
  const std::string before = text.str();
  if (("\n" + before + "\n").contains("\n" + line + "\n")) return false;
  std::ofstream file(kAttributes, std::ios::binary | std::ios::app);
  if (!before.empty() && !before.ends_with('\n')) file << '\n';
  file << line << '\n';
  if (!file.flush()) return core::failure(std::string("cannot write '") + kAttributes + "'");
  return true;
}

}  // namespace

int set_up_git(const std::string& pattern) {
  if (pattern.empty() || pattern.find_first_of(" \t\r\n\"") != std::string::npos) {
    return refuse({"PATTERN: '" + pattern + "' is not a pattern without blanks, such as *.tape"});
  }
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return refuse({"cannot tell where this program is: " + error.message()});
  const std::string command = quoted(program.string()) + " cassette ";
  const std::pair<const char*, std::string> settings[] = {
      {"diff.dynatape.textconv", command + "export --review"},
      {"merge.dynatape.name", "cassettes, call by call"},
      {"merge.dynatape.driver", command + "merge --base %O --ours %A --theirs %B"},
  };
  for (const auto& [name, value] : settings) {
    if (const auto set = git_config(name, value); !set) return refuse(set.error());
  }
  const std::string line = pattern + " diff=dynatape merge=dynatape -text";
  const auto added = add_attributes(line);
  if (!added) return refuse(added.error());
  say(std::string(kAttributes) + (*added ? ": added `" : ": already has `") + line +
      "`; commit it. Every clone needs this command once");
  return kDone;
}

}  // namespace dynatape::proxy
