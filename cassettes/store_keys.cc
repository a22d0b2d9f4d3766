// The part of a store that finds recordings: their keys, as they stand and made anew.

#include <algorithm>

#include "cassettes/store.h"
#include "cassettes/store_rows.h"

namespace dynatape::cassettes {
namespace {

constexpr std::int64_t kRekeyPage = 256;

}  // namespace

core::Result<std::vector<Place>> Store::places(const MatchRules& rules) {
  const auto version = key_version();
  if (!version) return std::unexpected(version.error());
  const bool current = *version == kKeyVersion && rules.empty() && !lens_;
  return current ? stored_places() : rekeyed_places(rules);
}

core::Result<std::int64_t> Store::key_version() {
  return integer("SELECT CAST(value AS INTEGER) FROM setting WHERE name = 'key_version'");
}

core::Result<std::size_t> Store::rekey() {
  const auto places = rekeyed_places({});
  if (!places) return std::unexpected(places.error());
  const std::lock_guard lock(mutex_);
  auto done = connection_.run("BEGIN");
  auto row = connection_.prepare("UPDATE interaction SET key = ?1 WHERE id = ?2");
  if (done && !row) done = std::unexpected(row.error());
  for (std::size_t i = 0; done && i < places->size(); ++i) {
    row->bind_blob(1, bytes_of((*places)[i].key));
    row->bind(2, (*places)[i].id);
    if (const auto step = row->step(); !step) done = std::unexpected(step.error());
    row->reset();
  }
  const std::string version = "UPDATE setting SET value = '" + std::to_string(kKeyVersion) +
                              "' WHERE name = 'key_version'; COMMIT";
  if (done) done = connection_.run(version.c_str());
  if (done) return places->size();
  [[maybe_unused]] const auto undone = connection_.run("ROLLBACK");
  return std::unexpected(done.error());
}

core::Result<std::vector<Place>> Store::stored_places() {
  const std::lock_guard lock(mutex_);
  auto rows = connection_.prepare("SELECT key, call, id FROM interaction ORDER BY key, call, id");
  if (!rows) return std::unexpected(rows.error());
  std::vector<Place> places;
  auto row = rows->step();
  for (; row && *row; row = rows->step()) {
    places.push_back({fingerprint_from(rows->bytes(0)), rows->integer(1), rows->integer(2)});
  }
  if (!row) return std::unexpected(row.error());
  return places;
}

core::Result<std::vector<Place>> Store::rekeyed_places(const MatchRules& rules) {
  std::vector<Place> places;
  for (auto some = questions(0, kRekeyPage);; some = questions(places.back().id, kRekeyPage)) {
    if (!some) return std::unexpected(some.error());
    if (some->empty()) break;
    for (const Question& question : *some) {
      const auto* operation = core::find_operation(question.operation);
      places.push_back(
          {fingerprint_of(question.request, operation, rules), question.call, question.id});
    }
  }
  std::ranges::sort(places);
  return places;
}

}  // namespace dynatape::cassettes
