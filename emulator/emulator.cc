#include "emulator/emulator.h"

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
  auto answer = found->run(
      operations::Context{*database, context.account, context.region, context.now,
                          state_->options.behaviour, context.endpoint, state_->options.table_delay,
                          state_->options.max_collection_bytes},
      *json);
  if (!answer) return refuse(answer.error());
  return {200, std::move(*answer)};
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
