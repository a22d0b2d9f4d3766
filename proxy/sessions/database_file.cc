#include "proxy/sessions/database_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "emulator/storage/database.h"
#include "emulator/storage/databases.h"
#include "proxy/sessions/database_lines.h"

namespace dynatape::sessions {
namespace {

using core::failure;
using core::Result;
using nlohmann::ordered_json;
using storage::DatabaseName;

constexpr std::string_view kUsualRegion = "us-east-1";

/// The region of a line {"region": NAME}.
std::optional<std::string> region_in(std::string_view line) {
  // Most lines are items; they are not read twice.
  if (line.find("\"region\"") > 16) return std::nullopt;
  const auto json = ordered_json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || json.size() != 1 || !json.contains("region")) return std::nullopt;
  const auto* const region = json.at("region").get_ptr<const std::string*>();
  return region && !region->empty() ? std::optional(*region) : std::nullopt;
}

}  // namespace

Result<void> read_database(emulator::Emulator& emulator, std::string_view text,
                           const std::string& file, core::TimePoint now) {
  DatabaseName name{std::string(kFileAccount), std::string(kUsualRegion)};
  std::size_t first = 1;  // the number of the first line of what follows
  while (!text.empty()) {
    // Up to the next line that names a region.
    std::size_t end = 0;
    std::size_t lines = 0;
    std::optional<std::string> next;
    std::size_t after = 0;
    while (end < text.size() && !next) {
      const auto line_end = std::min(text.find('\n', end), text.size());
      next = region_in(text.substr(end, line_end - end));
      after = std::min(line_end + 1, text.size());
      if (!next) end = after;
      ++lines;
    }
    if (end > 0) {
      auto done = read_lines(emulator, name, now, text.substr(0, end), first);
      if (!done) return failure("'" + file + "', " + done.error().message);
    }
    if (next) name.region = *next;
    first += lines;
    text.remove_prefix(next ? after : end);
  }
  return {};
}

Result<void> load_database(emulator::Emulator& emulator, const std::string& file,
                           core::TimePoint now) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    return failure("cannot read the database '" + file + "': " + std::strerror(errno) +
                   "; `dynatape db build FILE -- COMMAND` makes one");
  }
  std::ostringstream text;
  text << in.rdbuf();
  if (in.bad()) return failure("cannot read the database '" + file + "'");
  return read_database(emulator, text.view(), file, now);
}

Result<std::string> write_database(emulator::Emulator& emulator, core::TimePoint now) {
  std::string text;
  for (const DatabaseName& name : emulator.databases().names()) {
    if (name.account != kFileAccount) continue;
    const auto database = emulator.databases().find(name);
    if (!database) continue;
    const auto lines = lines_of(*database, name, now);
    if (!lines) return std::unexpected(lines.error());
    if (lines->empty()) continue;
    // The first may be the usual region's without saying so.
    if (!text.empty() || name.region != kUsualRegion) {
      text += ordered_json{{"region", name.region}}.dump() + "\n";
    }
    text += *lines;
  }
  return text;
}

Result<void> may_store(const std::string& file, bool replace) {
  std::error_code ignored;
  if (replace || !std::filesystem::exists(file, ignored)) return {};
  return failure("'" + file + "' is there already; --replace puts the new one in its place");
}

Result<void> store_database(const std::string& text, const std::string& file, bool replace) {
  if (auto may = may_store(file, replace); !may) return may;
  const std::string beside = file + ".new";
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  std::error_code error;
  if (out) std::filesystem::rename(beside, file, error);
  if (out && !error) return {};
  const std::string why = error ? error.message() : std::strerror(errno);
  std::filesystem::remove(beside, error);
  return failure("cannot write the database '" + file + "': " + why);
}

}  // namespace dynatape::sessions
