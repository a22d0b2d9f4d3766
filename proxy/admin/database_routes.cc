// The emulator's databases: listed, forked, reset, looked into, written out and read in.

#include "emulator/emulator.h"
#include "emulator/storage/database.h"
#include "emulator/storage/databases.h"
#include "proxy/admin/describe.h"
#include "proxy/admin/handlers.h"
#include "proxy/sessions/database_lines.h"

namespace dynatape::admin {
namespace {

using storage::DatabaseName;

constexpr const char* kUsualRegion = "us-east-1";

std::string no_emulator(const sessions::Session& session) {
  return "session '" + session.name() + "' has no databases: its upstream is '" +
         session.settings().upstream + "'";
}

/// The one that is asked for by `account` and `region`. In a session of one account that is meant.
DatabaseName name_in(const Asked& asked) {
  const std::string region = asked.parameter("region");
  const std::string& own = asked.session->settings().account;
  return {own.empty() ? asked.parameter("account") : own, region.empty() ? kUsualRegion : region};
}

std::string no_database(const DatabaseName& name) {
  return "there is no database of account '" + name.account + "' in region '" + name.region + "'";
}

ordered_json json_of(const DatabaseName& name, const storage::Database& database) {
  ordered_json tables = ordered_json::array();
  const storage::Snapshot snapshot = database.snapshot();
  for (auto table = snapshot.tables().first(); table.valid(); table.next()) {
    tables.push_back({{"name", table->definition().name},
                      {"items", table->rows().tree.size()},
                      {"bytes", table->rows().size_bytes}});
  }
  return {{"account", name.account}, {"region", name.region}, {"tables", std::move(tables)}};
}

ordered_json list_of(storage::Databases& databases) {
  ordered_json list = ordered_json::array();
  for (const DatabaseName& name : databases.names()) {
    if (const auto database = databases.find(name)) list.push_back(json_of(name, *database));
  }
  return {{"databases", std::move(list)}};
}

}  // namespace

Answering list_databases(Services&, Asked asked) {
  auto* const emulator = asked.session->emulator();
  if (!emulator) co_return answer_of(refusal(409, no_emulator(*asked.session)));
  co_return answer_of(json_answer(200, list_of(emulator->databases())));
}

Answering fork_databases(Services& services, Asked asked) {
  const auto from = services.sessions.find(asked.body.at("from").get<std::string>());
  if (!from) co_return answer_of(refusal(404, "there is no session of the name in 'from'"));
  for (const auto& session : {from, asked.session}) {
    if (!session->emulator()) co_return answer_of(refusal(409, no_emulator(*session)));
  }
  if (from == asked.session) {
    co_return answer_of(refusal(400, "'from' is the session itself"));
  }
  auto& databases = asked.session->emulator()->databases();
  databases.adopt(from->emulator()->databases());
  co_return answer_of(json_answer(200, list_of(databases)));
}

Answering delete_databases(Services&, Asked asked) {
  auto* const emulator = asked.session->emulator();
  if (!emulator) co_return answer_of(refusal(409, no_emulator(*asked.session)));
  if (asked.parameter("account").empty() && asked.parameter("region").empty()) {
    emulator->databases().clear();
  } else {
    const DatabaseName name = name_in(asked);
    if (!emulator->databases().find(name)) {
      co_return answer_of(refusal(404, no_database(name)));
    }
    emulator->databases().erase(name);
  }
  co_return answer_of(json_answer(200, list_of(emulator->databases())));
}

Answering get_items(Services&, Asked asked) {
  auto* const emulator = asked.session->emulator();
  if (!emulator) co_return answer_of(refusal(409, no_emulator(*asked.session)));
  const DatabaseName name = name_in(asked);
  if (!emulator->databases().find(name)) co_return answer_of(refusal(404, no_database(name)));
  ordered_json scan = {{"TableName", asked.parameter("table")}, {"Limit", 100}};
  const std::string limit = asked.parameter("limit");
  if (!limit.empty()) scan["Limit"] = std::strtol(limit.c_str(), nullptr, 10);
  if (const auto after = asked.parameter("after"); !after.empty()) {
    scan["ExclusiveStartKey"] = ordered_json::parse(after, nullptr, false);
  }
  const auto answer = emulator->handle("Scan", scan.dump(),
                                       {name.account, name.region, asked.session->clock().now()});
  auto json = ordered_json::parse(answer.body);
  if (answer.status != 200) {
    co_return answer_of(refusal(400, json.value("message", json.value("Message", ""))));
  }
  co_return answer_of(json_answer(200, json));
}

Answering export_database(Services&, Asked asked) {
  auto* const emulator = asked.session->emulator();
  if (!emulator) co_return answer_of(refusal(409, no_emulator(*asked.session)));
  const DatabaseName name = name_in(asked);
  const auto database = emulator->databases().find(name);
  if (!database) co_return answer_of(refusal(404, no_database(name)));
  const auto lines = sessions::lines_of(*database, name, asked.session->clock().now());
  if (!lines) co_return answer_of(refusal(500, lines.error().message));
  co_return answer_of(core::Response{200, {{"Content-Type", "application/x-ndjson"}}, *lines});
}

Answering import_database(Services&, Asked asked) {
  auto* const emulator = asked.session->emulator();
  if (!emulator) co_return answer_of(refusal(409, no_emulator(*asked.session)));
  const DatabaseName name = name_in(asked);
  const auto done =
      sessions::read_lines(*emulator, name, asked.session->clock().now(), asked.request.body);
  if (!done) co_return answer_of(refusal(400, done.error().message));
  const auto database = emulator->databases().get(name.account, name.region);
  co_return answer_of(json_answer(200, json_of(name, *database)));
}

}  // namespace dynatape::admin
