#include "emulator/storage/database.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace dynatape::storage {
namespace {

/// As many expired items as one call deletes in a few milliseconds.
constexpr std::size_t kSweptAtOnce = 1000;

}  // namespace

Snapshot Database::snapshot() const {
  const std::scoped_lock lock(publishing_);
  return Snapshot(root_);
}

std::unique_ptr<Database> Database::fork() const { return std::make_unique<Database>(snapshot()); }

void Database::reset(const Snapshot& to) {
  const std::scoped_lock lock(writing_);
  replace_root(to.root_);
  const std::scoped_lock publishing(publishing_);
  if (past_) past_.emplace();  // nobody's writes led from the one to the other
}

void Database::keep_past(bool keep) {
  const std::scoped_lock lock(publishing_);
  if (keep != past_.has_value()) past_ = keep ? std::optional<Past>(std::in_place) : std::nullopt;
}

std::optional<Snapshot> Database::earlier(model::TimePoint now, const Lag& lag) const {
  const std::scoped_lock lock(publishing_);
  const Root* const root = past_ ? past_->find(root_, now, lag) : nullptr;
  return root != nullptr ? std::optional<Snapshot>(*root) : std::nullopt;
}

bool Database::take_unless_changed(std::uint64_t version, Holder holder, const Claims& claims) {
  const std::scoped_lock lock(writing_);
  if (snapshot().version() != version) return false;
  locks_->take(holder, claims);
  return true;
}

/// Whether a sweep is due, which this caller then has to do.
bool Database::take_sweep(model::TimePoint now) {
  constexpr std::chrono::minutes kBetweenSweeps{1};
  model::TimePoint last = swept_.load(std::memory_order_relaxed);
  const bool fresh = last != model::TimePoint::min() && now >= last && now - last < kBetweenSweeps;
  return !fresh && swept_.compare_exchange_strong(last, now, std::memory_order_relaxed);
}

void Database::sweep(model::TimePoint now) {
  told_.store(now, std::memory_order_relaxed);
  if (!take_sweep(now)) return;
  // The next call goes on where this one stopped.
  if (!sweep_once(now)) swept_.store(model::TimePoint::min(), std::memory_order_relaxed);
}

bool Database::sweep_once(model::TimePoint now) {
  std::vector<std::string> expiring;
  std::vector<std::string> dropped;
  std::vector<std::string> streams;
  {
    const Snapshot before = snapshot();
    for (auto table = before.tables().first(); table.valid(); table.next()) {
      if (table->definition().lifecycle.gone(now)) dropped.emplace_back(table->key());
      if (table->has_expired(now)) expiring.emplace_back(table->key());
    }
    for (auto stream = before.streams().first(); stream.valid(); stream.next()) {
      if (stream->gone(now)) streams.emplace_back(stream->key());
    }
  }
  if (expiring.empty() && dropped.empty() && streams.empty()) return true;
  std::size_t left = kSweptAtOnce;
  transact([&](Transaction& transaction) {
    for (const std::string& name : expiring) {
      if (left == 0) break;
      TableWriter* const table = transaction.table(name);
      if (table != nullptr) left -= table->erase_expired(now, left);
    }
    for (const std::string& name : dropped) {
      const TableWriter* const table = transaction.table(name);
      const bool still = table != nullptr && table->definition().lifecycle.gone(now);
      if (still) transaction.drop_table(name);
    }
    for (const std::string& key : streams) transaction.erase_stream(key);
  });
  return left > 0;
}

void Database::publish(Transaction& transaction) {
  if (auto next = transaction.finish()) {
    replace_root(std::move(*next));
    transaction.settle();
  }
}

/// The old root is dropped outside the lock that readers take. At the latest time that anybody has
/// told, it was still there.
void Database::replace_root(Root next) {
  const std::scoped_lock lock(publishing_);
  if (past_) past_->add(root_, told_.load(std::memory_order_relaxed));
  std::swap(root_, next);
}

Transaction::Transaction(Root base)
    : version_(base.version),
      tables_(std::move(base.tables)),
      tokens_(std::move(base.tokens)),
      streams_(std::move(base.streams)) {}

Transaction::~Transaction() = default;

TableWriter* Transaction::table(std::string_view name) {
  if (const auto found = writers_.find(name); found != writers_.end()) return found->second.get();
  const TableState* state = tables_.find(name);
  if (state == nullptr) return nullptr;
  TableWriter* const writer =
      writers_.emplace(name, std::make_unique<TableWriter>(*state)).first->second.get();
  const auto& stream = writer->definition().stream;
  if (stream) writer->follow(stream_writer(name, stream->label));
  return writer;
}

StreamWriter* Transaction::stream_writer(std::string_view table, std::string_view label) {
  std::string key = Stream::key_of(table, label);
  if (const auto found = stream_writers_.find(key); found != stream_writers_.end()) {
    return found->second.get();
  }
  const Stream* const stream = streams_.find(key);
  if (stream == nullptr) return nullptr;
  auto writer = std::make_unique<StreamWriter>(*stream);
  return stream_writers_.emplace(std::move(key), std::move(writer)).first->second.get();
}

void Transaction::open_stream(TableWriter& table, StreamDefinition definition) {
  const model::TimePoint now = definition.created;
  const std::string label = definition.specification.label;
  const std::string key = Stream::key_of(definition.table, label);
  stream_writers_.erase(key);
  streams_.put(Ref<Stream>::adopt(
      new Stream({.definition = std::make_shared<const StreamDefinition>(std::move(definition)),
                  .shards = {Shard{.opened = now}}})));
  table.follow(stream_writer(table.definition().name, label));
}

void Transaction::close_stream(TableWriter& table, std::string_view label, model::TimePoint now,
                               model::TimePoint disabled) {
  if (StreamWriter* const stream = stream_writer(table.definition().name, label)) {
    stream->close(now, disabled);
  }
  table.follow(nullptr);
}

TableWriter& Transaction::create_table(model::Table definition) {
  std::vector<Rows> indexes(definition.indexes.size());
  auto shared = std::make_shared<const model::Table>(std::move(definition));
  tables_.put(Ref<TableState>::adopt(new TableState(shared, Rows(), std::move(indexes))));
  return *table(shared->name);
}

void Transaction::drop_table(std::string_view name) {
  if (const auto found = writers_.find(name); found != writers_.end()) writers_.erase(found);
  tables_.erase(name);
}

bool Transaction::fill_table(std::string_view name, const TableState& from) {
  const TableState* const to = tables_.find(name);
  if (to == nullptr || writers_.contains(name)) return false;
  const model::Table& definition = to->definition();
  const model::Table& source = from.definition();
  // The item collections of a table weigh what its local indexes hold.
  const auto locals = [](const model::Table& table) {
    return std::ranges::count(table.indexes, model::IndexKind::local, &model::SecondaryIndex::kind);
  };
  if (definition.key != source.key || locals(definition) != locals(source)) return false;
  std::vector<Rows> indexes;
  for (const model::SecondaryIndex& index : definition.indexes) {
    const model::SecondaryIndex* const same = source.find_index(index.name);
    if (same == nullptr || same->key != index.key || same->projection != index.projection) {
      return false;
    }
    indexes.push_back(*from.index(index.name));
  }
  tables_.put(Ref<TableState>::adopt(new TableState(
      to->shared_definition(), from.rows(), std::move(indexes), Rows(), from.collections())));
  return true;
}

const IdempotencyToken* Transaction::token(std::string_view token, model::TimePoint now) const {
  const IdempotencyToken* found = tokens_.find(token);
  return found != nullptr && found->live(now) ? found : nullptr;
}

void Transaction::remember(std::string_view token, std::string_view fingerprint,
                           model::TimePoint now) {
  tokens_.put(IdempotencyToken::make(token, fingerprint, now));
  // Each new token looks at the two after it, around the end; so those that are over never come to
  // outnumber the live ones, and no call pays for a sweep.
  for (int i = 0; i < 2; ++i) {
    auto neighbour = tokens_.lower_bound(token);
    neighbour.next();
    if (!neighbour.valid()) neighbour = tokens_.first();
    if (!neighbour->live(now)) tokens_.erase(std::string(neighbour->key()));
  }
}

std::optional<Root> Transaction::finish() {
  for (const auto& [name, writer] : writers_) {
    if (writer->changed()) tables_.put(writer->finish());
  }
  for (const auto& [key, writer] : stream_writers_) {
    if (writer->changed()) streams_.put(writer->finish());
  }
  if (!tables_.changed() && !tokens_.changed() && !streams_.changed()) return std::nullopt;
  return Root{tables_.finish(), tokens_.finish(), streams_.finish(), version_ + 1};
}

void Transaction::settle() {
  // The tables' states first: they hold the trees that the writers began from.
  tables_.settle();
  tokens_.settle();
  streams_.settle();
  for (const auto& [name, writer] : writers_) writer->settle();
  for (const auto& [key, writer] : stream_writers_) writer->settle();
}

}  // namespace dynatape::storage
