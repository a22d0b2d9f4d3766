#include "emulator/emulator.h"

#include <atomic>

#include "emulator/held_write.h"
#include "emulator/operations/operations.h"
#include "emulator/storage/databases.h"
#include "emulator/wire/json.h"

namespace dynatape::emulator {
namespace {

using model::ErrorType;
using model::ServiceError;

Answer refuse(const ServiceError& error) {
  return {model::status(error.type), model::error_body(error)};
}

}  // namespace

struct Emulator::State {
  Options options;
  storage::Databases databases;

  std::atomic<storage::Holder> last_holder = 0;

  [[nodiscard]] Answer run(const operations::Operation& operation, const wire::Json& body,
                           const CallContext& call, storage::Database& database,
                           storage::Claims* claims = nullptr) const;
};

Emulator::Emulator(Options options) : state_(std::make_unique<State>(options)) {}
Emulator::~Emulator() = default;

storage::Databases& Emulator::databases() { return state_->databases; }

Answer Emulator::handle(std::string_view operation, std::string_view body,
                        const CallContext& context) {
  const operations::Operation* const found = operations::find(operation);
  if (found == nullptr) {
    return refuse({ErrorType::validation,
                   "Dynatape's emulator does not implement " + std::string(operation)});
  }
  const auto json = wire::Json::parse(body);
  if (!json) return refuse({ErrorType::serialization, ""});
  const auto database = state_->databases.get(context.account, context.region);
  database->sweep(context.now);
  return state_->run(*found, *json, context, *database);
}

Answer Emulator::State::run(const operations::Operation& operation, const wire::Json& body,
                            const CallContext& call, storage::Database& database,
                            storage::Claims* claims) const {
  auto answer =
      operation.run(operations::Context{database, call.account, call.region, call.now,
                                        options.behaviour, call.endpoint, options.table_delay,
                                        options.max_collection_bytes, call.holder, claims},
                    body);
  if (!answer) return refuse(answer.error());
  return {200, std::move(*answer)};
}

void Emulator::keep_past(bool keep) { state_->databases.keep_past(keep); }

std::expected<Answer, std::string_view> Emulator::read_earlier(std::string_view operation,
                                                               std::string_view body,
                                                               const CallContext& context,
                                                               const storage::Lag& lag) {
  constexpr std::string_view kSame = "nothing that it reads was written within the lag";
  const auto database = state_->databases.get(context.account, context.region);
  const auto earlier = database->earlier(context.now, lag);
  const auto json = wire::Json::parse(body);
  const operations::Operation* const found = operations::find(operation);
  if (!earlier || !json || found == nullptr) return std::unexpected(kSame);
  storage::Database then(*earlier);
  Answer answer = state_->run(*found, *json, context, then);
  const Answer now = state_->run(*found, *json, context, *database);
  if (answer.body == now.body || answer.status != now.status) return std::unexpected(kSame);
  return answer;
}

std::expected<std::unique_ptr<HeldWrite>, std::string_view> Emulator::hold(
    std::string_view operation, std::string_view body, const CallContext& context) {
  const operations::Operation* const found = operations::find(operation);
  const auto json = wire::Json::parse(body);
  if (found == nullptr || !json) return std::unexpected("the call is no write");
  const auto database = state_->databases.get(context.account, context.region);
  for (;;) {
    const storage::Snapshot snapshot = database->snapshot();
    storage::Database trial(snapshot, *database);
    storage::Claims claims;
    const Answer answer = state_->run(*found, *json, context, trial, &claims);
    if (answer.status != 200) return std::unexpected("the write did not pass its checks");
    // One that leaves all as it is conflicts like any other: a condition check, a deletion of
    // nothing.
    if (claims.items.empty()) return std::unexpected("there is nothing to hold");
    const storage::Holder holder = ++state_->last_holder;
    if (database->take_unless_changed(snapshot.version(), holder, claims)) {
      return std::make_unique<HeldWrite>(database, holder);
    }
  }
}

bool Emulator::has_global_index(std::string_view table, std::string_view index,
                                const CallContext& context) {
  const auto snapshot = state_->databases.get(context.account, context.region)->snapshot();
  const storage::TableState* const state = snapshot.table(table);
  const auto* const found = state != nullptr ? state->definition().find_index(index) : nullptr;
  return found != nullptr && found->kind == model::IndexKind::global;
}

bool Emulator::settle(TimePoint now) {
  bool done = true;
  for (const storage::DatabaseName& name : state_->databases.names()) {
    const auto database = state_->databases.get(name.account, name.region);
    done = database->sweep_once(now) && done;
  }
  return done;
}

}  // namespace dynatape::emulator
