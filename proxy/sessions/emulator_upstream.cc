#include "proxy/sessions/emulator_upstream.h"

#include <memory>
#include <mutex>

#include "emulator/held_write.h"
#include "emulator/storage/database.h"
#include "emulator/storage/databases.h"
#include "emulator/storage/past.h"
#include "proxy/sessions/gates.h"

namespace dynatape::sessions {
namespace {

/// Of callers whose signature names none.
constexpr std::string_view kDefaultRegion = "us-east-1";

std::string_view region_of(const core::Exchange& exchange) {
  const std::string& region = exchange.call().identity().region;
  return region.empty() ? kDefaultRegion : std::string_view(region);
}

/// A database at one moment; made an emulator of its own when it is first read.
class DatabaseSnapshot final : public core::Snapshot {
 public:
  DatabaseSnapshot(storage::Snapshot content, std::string_view region)
      : content_(std::move(content)), region_(region) {}

  [[nodiscard]] const storage::Snapshot& content() const { return content_; }
  [[nodiscard]] core::Upstream& reader() const override {
    std::call_once(made_, [&] {
      reader_ = std::make_unique<EmulatorUpstream>(emulator::Options{}, std::string(kReader));
      reader_->emulator().databases().get(kReader, region_)->reset(content_);
    });
    return reader_->inside();
  }

 private:
  static constexpr std::string_view kReader = "reader";  // the account, whoever asks

  const storage::Snapshot content_;
  const std::string region_;
  mutable std::once_flag made_;
  mutable std::unique_ptr<EmulatorUpstream> reader_;
};

}  // namespace

core::Task<core::Result<core::Reply>> EmulatorUpstream::send(core::Exchange& exchange) {
  std::optional<Signers> signers;
  if (!keys_.empty()) signers = {keys_, exchange.clock().now(), exchange.signed_target()};
  if (auto refused = refused_at_gate(exchange.sent(), signers)) {
    co_return core::Reply{std::move(*refused), core::Source::emulator, {}};
  }
  std::unique_ptr<emulator::HeldWrite> held;
  if (exchange.demands().hold) held = hold(exchange);
  if (held) co_await holds_.wait(exchange, exchange.demands().hold->what);
  co_return answer(exchange, held ? held->holder() : 0);
}

emulator::CallContext EmulatorUpstream::context_of(const core::Exchange& exchange,
                                                   std::uint64_t holder) const {
  return {.account = account_of(exchange),
          .region = region_of(exchange),
          .now = exchange.clock().now(),
          .endpoint = exchange.request().headers.get("Host").value_or(""),
          .holder = holder};
}

core::Reply EmulatorUpstream::answer(core::Exchange& exchange, std::uint64_t holder) {
  auto answer = run(exchange, context_of(exchange, holder));
  core::Response response{answer.status, {}, std::move(answer.body)};
  response.headers.add("Content-Type", std::string(answer_content_type(exchange.request())));
  return {std::move(response), core::Source::emulator, {}};
}

std::string_view EmulatorUpstream::account_of(const core::Exchange& exchange) const {
  return account_.empty() ? std::string_view(exchange.call().identity().access_key) : account_;
}

std::shared_ptr<const core::Snapshot> EmulatorUpstream::take(const core::Exchange& exchange) {
  const auto database = emulator_.databases().get(account_of(exchange), region_of(exchange));
  return std::make_shared<DatabaseSnapshot>(database->snapshot(), region_of(exchange));
}

bool EmulatorUpstream::fill(const core::Exchange& exchange, std::string_view to,
                            const core::Snapshot& from, std::string_view source) {
  // Snapshots are taken from here only.
  const auto& snapshot = dynamic_cast<const DatabaseSnapshot&>(from);
  const storage::TableState* const table = snapshot.content().table(source);
  if (!table) return false;
  const auto database = emulator_.databases().get(account_of(exchange), region_of(exchange));
  return database->transact(
      [&](storage::Transaction& transaction) { return transaction.fill_table(to, *table); });
}

std::unique_ptr<emulator::HeldWrite> EmulatorUpstream::hold(core::Exchange& exchange) {
  auto held = emulator_.hold(exchange.call().name(), exchange.request().body, context_of(exchange));
  auto& honoured = exchange.demands().hold->honoured;
  if (!held) {
    honoured.no(held.error());
    return nullptr;
  }
  honoured.yes();
  return *std::move(held);
}

emulator::Answer EmulatorUpstream::run(core::Exchange& exchange,
                                       const emulator::CallContext& call) {
  const std::string_view operation = exchange.call().name();
  const std::string& body = exchange.request().body;
  if (auto& stale = exchange.demands().stale) {
    if (auto answer = read_earlier(stale->what, operation, body, call)) {
      stale->honoured.yes();
      return *std::move(answer);
    } else {
      stale->honoured.no(answer.error());
    }
  }
  return emulator_.handle(operation, body, call);
}

std::expected<emulator::Answer, std::string_view> EmulatorUpstream::read_earlier(
    const core::StaleRead& wanted, std::string_view operation, std::string_view body,
    const emulator::CallContext& call) {
  const bool global = !wanted.tables.empty() &&
                      emulator_.has_global_index(wanted.tables.front(), wanted.index, call);
  if (wanted.global_index_only && !global) return std::unexpected("the index is not global");
  return emulator_.read_earlier(operation, body, call, {wanted.age, wanted.writes, wanted.tables});
}

}  // namespace dynatape::sessions
