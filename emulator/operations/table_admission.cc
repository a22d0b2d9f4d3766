#include "emulator/operations/table_admission.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace dynatape::operations {
namespace {

using model::Outcome;
using model::SecondaryIndex;
using model::ServiceError;
using model::Status;
using model::Table;
using model::Work;

/// The quota of 2026; the text is of 2014, when it was 10.
constexpr int kMaxChangingTables = 500;

ServiceError in_use(std::string_view why) {
  return {model::ErrorType::resource_in_use,
          "Attempt to change a resource which is still in use: " + std::string(why)};
}

ServiceError being_created(const Table& table) {
  return in_use("Table is being created: " + table.name);
}

ServiceError being_deleted(const Table& table) {
  return in_use("Table is being deleted: " + table.name);
}

/// Why a change of one kind has to wait for a work of each kind.
struct Refusals {
  std::string_view throughput;
  std::string_view stream;
  std::string_view table_class;
  std::string_view index = {};  ///< begins what ends with " when an index is being created"
};
constexpr Refusals kNoThroughputChange = {
    "Table IOPS are currently being updated.",
    "Can't change table IOPS when stream status is being updated.",
    "Can't change table IOPS when a table class update is in progress.",  // inferred
    "Can't change table IOPS"};
constexpr Refusals kNoStreamChange = {
    "Can't enable or disable stream while table IOPS are being updated.",
    "A stream status change is currently in progress.",
    "Can't change stream status when a table class update is in progress.",
    "Can't change stream status"};
constexpr Refusals kNoTableClassChange = {
    "Can't update table class while table IOPS are being updated.",  // inferred
    "Can't update table class when stream status is being updated.",
    "Can't update table class when a table class update is in progress.",
    "Can't update table class"};  // inferred
constexpr Refusals kNoIndexChange = {
    "Can't create or delete indexes while table IOPS are being updated.",
    "Can't create or delete an index when stream status is being updated.",
    "Can't create or delete an index when a table class update is in progress."};

/// One table at one moment, asked what is going on in it.
class Admission {
 public:
  Admission(const Context& context, const Table& table) : now_(context.now), table_(table) {
    if (table.lifecycle.at(now_) == Status::updating) work_ = table.work;
    for (const SecondaryIndex& index : table.indexes) {
      if (allocating(index)) allocating_.push_back(index.name);
      if (index.lifecycle.at(now_) != Status::active) changing_.push_back(index.name);
      if (index.lifecycle.at(now_) == Status::creating) online_ = true;
    }
    for (const SecondaryIndex& index : table.dropped_indexes) {
      if (!index.lifecycle.gone(now_)) dropping_.push_back(index.name);
    }
    online_ = online_ || !dropping_.empty();
  }

  [[nodiscard]] Outcome<void> check(const Refusals& refusals) const {
    if (work_ != Work::none) return std::unexpected(in_use(refusal(refusals)));
    if (!allocating_.empty()) return index_in_the_way(refusals, "created", allocating_);
    if (!dropping_.empty()) return index_in_the_way(refusals, "deleted", dropping_);
    return {};
  }

  [[nodiscard]] Outcome<void> check_on_demand() const {
    constexpr std::string_view kCannot = "OnDemandThroughput cannot be updated while ";
    const auto refuse = [&](std::string_view why) {
      return std::unexpected(in_use(std::string(kCannot).append(why)));
    };
    if (work_ == Work::throughput) return refuse("BillingMode update is in progress");
    if (work_ == Work::stream) return refuse("stream status update is in progress");
    if (work_ == Work::table_class) {
      return refuse("TableClass update is in progress." + class_in_progress());
    }
    if (!dropping_.empty()) {
      return refuse("index deletion is in progress for indexes: " + list(dropping_));
    }
    if (!allocating_.empty()) {  // inferred
      return refuse("index creation is in progress for indexes: " + list(allocating_));
    }
    return {};
  }

  [[nodiscard]] Outcome<void> check_encryption() const {
    if (!encrypting()) return {};
    return std::unexpected(in_use("Server-Side Encryption is still being updated"));
  }

  [[nodiscard]] Outcome<void> check_index(const GlobalIndexUpdate& update) const {
    if (update.update) return check_index_update(*update.update->name);
    const std::string& name = update.create ? *update.create->name : *update.remove->name;
    if (holds(dropping_, name)) return std::unexpected(index_state("is being deleted.", name));
    if (work_ != Work::none) return std::unexpected(in_use(refusal(kNoIndexChange)));
    const SecondaryIndex* const index = table_.find_index(name);
    if (update.remove && index != nullptr && allocating(*index)) {
      return std::unexpected(
          in_use("Index creation is in resource allocation phase. Retry deletion during "
                 "backfilling phase or when the index is active. Table: " +
                 table_.name + " Index: " + name));
    }
    const bool cancels = update.remove && index != nullptr && index->backfills_from &&
                         index->lifecycle.at(now_) == Status::creating;
    if (!online_ || cancels) return {};
    return model::fail(model::ErrorType::limit_exceeded,
                       "Subscriber limit exceeded: Only 1 online index can be created or deleted "
                       "simultaneously per table");
  }

  [[nodiscard]] Outcome<void> check_delete() const {
    const auto refuse = [](const std::string& why) { return std::unexpected(in_use(why)); };
    if (!changing_.empty() || !dropping_.empty()) {
      return refuse("Cannot delete table while indexes are being created, updated, or deleted.");
    }
    if (work_ == Work::stream) {
      return refuse("Cannot delete table while stream is being enabled/disabled.");
    }
    if (work_ != Work::none || encrypting()) {
      return refuse("Table: " + table_.name + " is in the process of being updated.");
    }
    return {};
  }

 private:
  using Names = std::vector<std::string>;

  static bool holds(const Names& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
  }
  static std::string list(const Names& names) {
    std::string text = "[";
    for (const std::string& name : names) text += (text.size() > 1 ? ", " : "") + name;
    return text + "]";
  }

  /// Its creation has not come to the items that are there; the table is updating until then.
  [[nodiscard]] bool allocating(const SecondaryIndex& index) const {
    return index.lifecycle.at(now_) == Status::creating && index.backfills_from &&
           now_ < *index.backfills_from;
  }
  [[nodiscard]] bool encrypting() const {
    return table_.encryption && now_ < table_.encryption->until;
  }

  [[nodiscard]] std::string class_in_progress() const {
    return std::string(" TableClassUpdateInProgress: ") +
           (table_.table_class == model::TableClass::standard_infrequent_access
                ? "STANDARD_INFREQUENT_ACCESS"
                : "STANDARD");
  }
  [[nodiscard]] std::string refusal(const Refusals& refusals) const {
    const std::string table = " Table: " + table_.name;
    if (work_ == Work::throughput) return std::string(refusals.throughput) + table;
    if (work_ == Work::table_class) {
      return std::string(refusals.table_class) + table + class_in_progress();
    }
    return std::string(refusals.stream) + table + " Stream: " + table_.latest_stream_label +
           " Operation: " + (table_.stream ? "ENABLE" : "DISABLE");
  }
  [[nodiscard]] std::unexpected<ServiceError> index_in_the_way(const Refusals& refusals,
                                                               std::string_view what,
                                                               const Names& names) const {
    return std::unexpected(in_use(std::string(refusals.index) + " when an index is being " +
                                  std::string(what) + ". Table: " + table_.name +
                                  " Indexes: " + list(names)));
  }

  /// Two blanks, as the service has them here.
  [[nodiscard]] ServiceError index_state(std::string_view state, const std::string& name) const {
    return in_use("Index " + std::string(state) + "  Table: " + table_.name + " Index: " + name);
  }
  [[nodiscard]] Outcome<void> check_index_update(const std::string& name) const {
    if (holds(dropping_, name)) return std::unexpected(index_state("is being deleted.", name));
    if (holds(allocating_, name)) {
      return std::unexpected(index_state("is being created but is not backfilling yet.", name));
    }
    const SecondaryIndex* const index = table_.find_index(name);
    if (index != nullptr && index->lifecycle.at(now_) == Status::updating) {
      return std::unexpected(index_state("is being updated.", name));
    }
    return {};
  }

  model::TimePoint now_;
  const Table& table_;
  Work work_ = Work::none;
  Names allocating_;
  Names changing_;  ///< not active, whatever it is
  Names dropping_;
  bool online_ = false;  ///< one is being made or dropped, which leaves no room for another
};

}  // namespace

ServiceError name_in_use(const Context& context, const Table& existing) {
  if (existing.lifecycle.at(context.now) == Status::creating) return being_created(existing);
  return {model::ErrorType::resource_in_use, "Table already exists: " + existing.name};
}

Outcome<void> check_may_update(const Context& context, const Table& table,
                               const UpdateTableInput& input) {
  const Status status = table.lifecycle.at(context.now);
  if (status == Status::creating) return std::unexpected(being_created(table));
  if (status == Status::deleting) return std::unexpected(being_deleted(table));
  const Admission admission(context, table);
  Outcome<void> good;
  for (const GlobalIndexUpdate& update : input.updates()) {
    if (good) good = admission.check_index(update);
  }
  if (good && (input.throughput || input.billing_mode)) good = admission.check(kNoThroughputChange);
  if (good && input.stream) good = admission.check(kNoStreamChange);
  if (good && input.table_class) good = admission.check(kNoTableClassChange);
  if (good && input.on_demand) good = admission.check_on_demand();
  if (good && input.encryption) good = admission.check_encryption();
  return good;
}

Outcome<void> check_may_delete(const Context& context, const Table& table) {
  const Status status = table.lifecycle.at(context.now);
  if (status == Status::creating) return std::unexpected(being_created(table));
  // Its documentation says that this is no error (2026), the service says it is.
  if (status == Status::deleting) return std::unexpected(being_deleted(table));
  return Admission(context, table).check_delete();
}

Outcome<void> check_may_tag(const Context& context, const Table& table) {
  const Status status = table.lifecycle.at(context.now);
  if (status == Status::creating) return std::unexpected(being_created(table));
  if (status == Status::deleting) return std::unexpected(being_deleted(table));
  return {};
}

Outcome<void> check_changing_tables(const Context& context) {
  if (context.table_delay.count() == 0) return {};
  const storage::Snapshot snapshot = context.database.snapshot();
  int changing = 0;
  for (auto table = snapshot.tables().first(); table.valid(); table.next()) {
    const model::Lifecycle& lifecycle = table->definition().lifecycle;
    const bool rests = lifecycle.at(context.now) == Status::active || lifecycle.gone(context.now);
    if (!rests) ++changing;
  }
  if (changing < kMaxChangingTables) return {};
  return model::fail(model::ErrorType::limit_exceeded,
                     "Subscriber limit exceeded: Only " + std::to_string(kMaxChangingTables) +
                         " tables can be created, updated, or deleted simultaneously");
}

}  // namespace dynatape::operations
