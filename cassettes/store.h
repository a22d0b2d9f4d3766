#pragma once

// The one owner of a cassette's file: appends recordings in transactions, reads them back, and
// leaves a single file behind. It knows nothing of HTTP, of matching or of secrets. Safe to call
// from any thread. docs/cassette-format.md describes the file.
//
// Invariants: while a recorder has the file, it alone has it; what append() has committed survives
// a kill of the process; after close() the file needs no other beside it.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cassettes/match_rules.h"
#include "cassettes/recording.h"
#include "cassettes/sqlite.h"
#include "core/result.h"

namespace dynatape::cassettes {

/// Where an attempt stands on the tape, and what finds it.
struct Place {
  Fingerprint key;
  std::int64_t call = 0;
  std::int64_t id = 0;

  auto operator<=>(const Place&) const = default;
};

/// What an attempt asked: a recording without its answer.
struct Question {
  std::int64_t id = 0;
  std::int64_t call = 0;
  std::string operation;
  core::TimePoint started;
  core::Request request;
};

/// An attempt while it is read: the views live until the next one is.
class Passage {
 public:
  explicit Passage(const Statement& row) : row_(row) {}

  [[nodiscard]] std::int64_t id() const { return row_.integer(0); }
  [[nodiscard]] std::string_view operation() const { return row_.bytes(1); }
  [[nodiscard]] std::string_view request() const { return row_.bytes(2); }
  [[nodiscard]] int status() const { return static_cast<int>(row_.integer(3)); }
  [[nodiscard]] std::string_view answer() const { return row_.bytes(4); }
  [[nodiscard]] core::TimePoint started() const {
    return core::TimePoint(core::Duration(row_.integer(5)));
  }

 private:
  const Statement& row_;
};

class Store {
 public:
  /// For reading only. A cassette whose recorder was killed is first put in order, which needs
  /// write permission.
  [[nodiscard]] static core::Result<std::unique_ptr<Store>> open(const std::string& path);
  /// What becomes of a log that a killed recorder left and that is damaged before its end.
  enum class Damage {
    refuse,   ///< nothing is opened, and both files stay as they are
    cut_off,  ///< what is behind the damage is lost
  };
  /// For appending; makes the file where there is none.
  [[nodiscard]] static core::Result<std::unique_ptr<Store>> record(const std::string& path,
                                                                   Damage damage = Damage::refuse);

  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  /// Closes a recorder's file as close() does, as far as that goes.
  ~Store();

  [[nodiscard]] const std::string& path() const { return path_; }

  /// In one transaction, all or none. Committed when it returns.
  [[nodiscard]] core::Result<void> append(std::span<const Recording* const> recordings);

  [[nodiscard]] core::Result<Recording> read(std::int64_t id);
  /// Only the answer of read(id).
  [[nodiscard]] core::Result<core::Response> response(std::int64_t id);
  /// How long the answer of read(id) took.
  [[nodiscard]] core::Result<core::Duration> took(std::int64_t id);
  /// Every attempt, sorted. Keys are made anew, from the requests, where there are rules or the
  /// cassette has those of another version.
  [[nodiscard]] core::Result<std::vector<Place>> places(const MatchRules& rules = {});
  [[nodiscard]] core::Result<std::int64_t> last_id();
  [[nodiscard]] core::Result<std::int64_t> count();
  /// What the tape says about itself under `name`; "" where it says nothing.
  [[nodiscard]] core::Result<std::string> setting(std::string_view name);
  [[nodiscard]] core::Result<void> set(std::string_view name, std::string_view value);

  /// From here on, what is read is as `lens` makes it, the keys included. For a store that is not
  /// in use yet; `lens` must be safe to call from any thread.
  void look_through(std::function<void(Recording&)> lens) { lens_ = std::move(lens); }

  /// Whether a secret was replaced anywhere.
  [[nodiscard]] core::Result<bool> has_redactions();

  /// Up to `limit` recordings with an id above `after`, in order. Empty at the end.
  [[nodiscard]] core::Result<std::vector<Recording>> page(std::int64_t after, std::int64_t limit);
  /// The same without their answers, which are not read; of one operation where one is named.
  [[nodiscard]] core::Result<std::vector<Question>> questions(
      std::int64_t after, std::int64_t limit,
      std::optional<std::string_view> operation = std::nullopt);

  /// Calls `visit` with every attempt in order, of one operation where one is named, and copies
  /// nothing. `visit` must not use the store.
  [[nodiscard]] core::Result<void> each(const std::function<void(const Passage&)>& visit,
                                        std::optional<std::string_view> operation = std::nullopt);

  /// Of a recorder: makes reading fast, at the cost of every later append.
  [[nodiscard]] core::Result<void> add_indexes();

  /// The bytes of a kept index, which an edited or deleted recording removes. `visit` says whether
  /// it wants the next part.
  [[nodiscard]] core::Result<void> each_index_part(
      const std::function<bool(std::string_view)>& visit);
  /// Of a recorder only: replaces the kept index, part by part, or not at all.
  [[nodiscard]] core::Result<void> begin_index();
  [[nodiscard]] core::Result<void> keep_index_part(std::int64_t number, std::string_view bytes);
  [[nodiscard]] core::Result<void> end_index(bool whole);
  [[nodiscard]] core::Result<void> drop_index();
  /// Makes every stored key anew, by the rules of kKeyVersion, in one transaction. How many there
  /// are.
  [[nodiscard]] core::Result<std::size_t> rekey();
  /// Of the rules that the stored keys were made by.
  [[nodiscard]] core::Result<std::int64_t> key_version();

  /// Folds the log into the file, durably, and lets others have it. Only reading is possible
  /// afterwards.
  [[nodiscard]] core::Result<void> close();

 private:
  /// Prepared once.
  struct Statements {
    Statement begin;
    Statement commit;
    Statement insert;
    Statement read;
    Statement response;
  };

  Store(std::string path, Connection connection, Statements statements, bool recording);
  [[nodiscard]] static core::Result<std::unique_ptr<Store>> make(std::string path,
                                                                 Connection connection,
                                                                 bool recording);
  [[nodiscard]] static core::Result<void> run(Statement& statement);
  [[nodiscard]] core::Result<void> insert(const Recording& recording);
  [[nodiscard]] core::Result<std::int64_t> integer(std::string_view sql);
  [[nodiscard]] core::Result<std::vector<Place>> stored_places();
  [[nodiscard]] core::Result<std::vector<Place>> rekeyed_places(const MatchRules& rules);

  const std::string path_;
  std::function<void(Recording&)> lens_;
  std::mutex mutex_;  ///< guards everything below
  Connection connection_;
  Statements statements_;
  bool recording_;
};

}  // namespace dynatape::cassettes
