#include "interceptors/table_settings.h"

#include <algorithm>

namespace dynatape::interceptors {
namespace {

using core::Result;

/// As the file names them; in the order of Subject.
constexpr std::string_view kSubjectNames[] = {"billing", "recovery", "restored", "tags",
                                              "time_to_live"};

std::size_t index_of(TableSettings::Subject subject) { return static_cast<std::size_t>(subject); }

}  // namespace

Result<std::shared_ptr<TableSettings>> TableSettings::open(std::shared_ptr<PolyfillFile> file) {
  const bool may_hold_some = file->outlives_process();
  const auto settings = std::shared_ptr<TableSettings>(new TableSettings(std::move(file)));
  if (!may_hold_some) return settings;
  if (auto loaded = settings->load(); !loaded) return std::unexpected(loaded.error());
  return settings;
}

Result<void> TableSettings::load() {
  const std::lock_guard lock(mutex_);  // before the file's, as set() does
  return each_row(*file_, "SELECT subject, table_id, document FROM setting", {},
                  [&](const cassettes::Statement& row) {
                    keep(row);
                    return Result<void>();
                  });
}

void TableSettings::keep(const cassettes::Statement& row) {
  const auto subject = static_cast<std::size_t>(std::ranges::find(kSubjectNames, row.bytes(0)) -
                                                std::begin(kSubjectNames));
  auto document = ordered_json::parse(row.bytes(2), nullptr, /*allow_exceptions=*/false);
  if (subject >= kSubjects || document.is_discarded()) return;  // of nobody's concern here
  documents_[subject].insert_or_assign(std::string(row.bytes(1)), std::move(document));
  counts_[subject] = documents_[subject].size();
}

ordered_json TableSettings::get(Subject subject, const std::string& table_id) const {
  const std::lock_guard lock(mutex_);
  const Documents& documents = documents_[index_of(subject)];
  const auto found = documents.find(table_id);
  return found == documents.end() ? ordered_json() : found->second;
}

Result<void> TableSettings::set(Subject subject, const std::string& table_id,
                                ordered_json document) {
  const std::lock_guard lock(mutex_);
  const std::string_view name = kSubjectNames[index_of(subject)];
  auto stored = document.is_null()
                    ? execute(*file_, "DELETE FROM setting WHERE subject = ?1 AND table_id = ?2",
                              {name, table_id})
                    : execute(*file_, "INSERT OR REPLACE INTO setting VALUES (?1, ?2, ?3)",
                              {name, table_id, document.dump()});
  if (!stored) return stored;
  Documents& documents = documents_[index_of(subject)];
  if (document.is_null()) {
    documents.erase(table_id);
  } else {
    documents.insert_or_assign(table_id, std::move(document));
  }
  counts_[index_of(subject)] = documents.size();
  return {};
}

Result<void> TableSettings::forget(const std::string& table_id) {
  const std::lock_guard lock(mutex_);
  const auto known = [&](const Documents& documents) { return documents.contains(table_id); };
  if (std::ranges::none_of(documents_, known)) return {};
  auto gone = execute(*file_, "DELETE FROM setting WHERE table_id = ?1", {table_id});
  if (!gone) return gone;
  for (std::size_t subject = 0; subject < kSubjects; ++subject) {
    documents_[subject].erase(table_id);
    counts_[subject] = documents_[subject].size();
  }
  return {};
}

std::map<std::string, ordered_json> TableSettings::all(Subject subject) const {
  const std::lock_guard lock(mutex_);
  return documents_[index_of(subject)];
}

}  // namespace dynatape::interceptors
