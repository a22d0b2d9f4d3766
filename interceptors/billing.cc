#include "interceptors/billing.h"

#include <algorithm>
#include <set>

#include "core/headers.h"
#include "interceptors/backup_shapes.h"
#include "interceptors/throughput.h"

namespace dynatape::interceptors {
namespace {

constexpr auto kSubject = TableSettings::Subject::billing;

constexpr const char* kIndexes = "GlobalSecondaryIndexes";
constexpr const char* kIndexUpdates = "GlobalSecondaryIndexUpdates";
constexpr const char* kProtection = "DeletionProtectionEnabled";
/// Members that an upstream may not know, of a table and of an index.
constexpr std::string_view kTableMembers[] = {"BillingMode", "OnDemandThroughput", "WarmThroughput",
                                              "TableClass", kProtection};
constexpr std::string_view kIndexMembers[] = {"OnDemandThroughput", "WarmThroughput"};
/// What the file keeps: the members as asked for, "since" when on-demand began, and "indexes", by
/// name.
using Kept = ordered_json;

bool is_on_demand(const ordered_json& of) {
  return of.value("BillingMode", "") == "PAY_PER_REQUEST";
}

/// Calls `see` with each index that CreateTable makes or UpdateTable makes or changes.
template <class Json, class See>
void each_index(Json& asked, See see) {
  if (asked.contains(kIndexes) && asked[kIndexes].is_array()) {
    for (auto& index : asked[kIndexes]) see(index);
  }
  if (!asked.contains(kIndexUpdates) || !asked[kIndexUpdates].is_array()) return;
  for (auto& update : asked[kIndexUpdates]) {
    for (const char* const kind : {"Create", "Update"}) {
      if (update.is_object() && update.contains(kind)) see(update[kind]);
    }
  }
}

bool says(const std::string& message, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return message.contains(word); });
}

bool gives_capacity(ordered_json asked) {
  bool given = asked.contains("ProvisionedThroughput");
  each_index(asked, [&](const ordered_json& index) {
    given = given || index.contains("ProvisionedThroughput");
  });
  return given;
}

/// What an upstream says to the capacity that it has already.
constexpr std::string_view kNoChange = "will not change";

/// The members of those that an upstream may not know.
std::set<std::string_view> doubtful_members(ordered_json asked) {
  std::set<std::string_view> found;
  for (const std::string_view member : kTableMembers) {
    if (asked.contains(member)) found.insert(member);
  }
  each_index(asked, [&](const ordered_json& index) {
    for (const std::string_view member : kIndexMembers) {
      if (index.contains(member)) found.insert(member);
    }
  });
  return found;
}

std::string left_out_of(const ordered_json& asked) {
  std::string text;
  for (const std::string_view member : doubtful_members(asked)) {
    text.append(text.empty() ? "" : ", ").append(member);
  }
  return text;
}

/// Whether a refusal comes of not knowing a member that was asked for: it names one as unknown, or
/// misses the capacity that an on-demand table has not, or finds nothing to change. An upstream
/// that knows billing modes says none of that.
bool comes_of_not_knowing(const core::Response& refused, const ordered_json& asked) {
  const auto doubtful = doubtful_members(asked);
  const std::string name = exception_name(refused);
  const bool of_parameters = name.contains("Validation") || name.contains("Serialization");
  if (doubtful.empty() || refused.status / 100 != 4 || !of_parameters) return false;
  const std::string message = core::lower_case(exception_message(refused));
  if (message.starts_with("at least one of")) return true;
  if (message.contains(kNoChange)) return asked.value("BillingMode", "") == "PROVISIONED";
  const bool names_one = std::ranges::any_of(doubtful, [&](std::string_view member) {
    return message.contains(core::lower_case(member));
  });
  if (names_one) {
    return says(message,
                {"unknown", "unsupported", "not supported", "not implement", "unrecognized"});
  }
  return is_on_demand(asked) && !gives_capacity(asked) &&
         says(message, {"provisionedthroughput", "provisioned throughput", "readcapacityunits"}) &&
         says(message, {"no provisioned", "null", "required", "must be", "missing"});
}

bool is_unchanged(const Answer& answer) {
  return answer && core::lower_case(exception_message(answer->response)).contains(kNoChange);
}

void leave_out(ordered_json& asked, std::span<const std::string_view> members) {
  for (const std::string_view member : members) asked.erase(std::string(member));
}

/// The same without the members that the upstream may not know. A new table, or one that becomes
/// on-demand, gets some capacity.
ordered_json plainer(ordered_json asked, bool is_new) {
  const bool on_demand = is_on_demand(asked);
  // What a new on-demand table can do.
  const ordered_json capacity = {{"ReadCapacityUnits", kOnDemandStart[place(Access::read)]},
                                 {"WriteCapacityUnits", kOnDemandStart[place(Access::write)]}};
  leave_out(asked, kTableMembers);
  if (is_new && on_demand && !asked.contains("ProvisionedThroughput")) {
    asked["ProvisionedThroughput"] = capacity;
  }
  each_index(asked, [&](ordered_json& index) {
    leave_out(index, kIndexMembers);
    if (on_demand && !index.contains("ProvisionedThroughput") && index.contains("KeySchema")) {
      index["ProvisionedThroughput"] = capacity;
    }
  });
  return asked;
}

/// Whether UpdateTable changes anything that way.
bool changes_something(const ordered_json& asked) {
  return std::ranges::any_of(asked.items(), [](const auto& member) {
    return member.key() != "TableName" && member.key() != "AttributeDefinitions" &&
           member.key() != "ProvisionedThroughput";
  });
}

const ordered_json* index_called(const ordered_json& table, const ordered_json& index) {
  if (!table.contains(kIndexes)) return nullptr;
  const auto name = index.value("IndexName", ordered_json());
  for (const ordered_json& told : table.at(kIndexes)) {
    if (told.value("IndexName", ordered_json()) == name) return &told;
  }
  return nullptr;
}

void keep(const ordered_json& asked, const ordered_json& told, const char* member,
          const char* told_as, ordered_json& kept) {
  if (asked.contains(member) && !told.contains(told_as)) kept[member] = asked.at(member);
}

/// What is to be kept once the upstream has answered with `told`.
Kept after(Kept kept, const ordered_json& asked, const ordered_json& told, core::TimePoint now) {
  if (is_on_demand(asked) && !told.contains("BillingModeSummary")) {
    kept["BillingMode"] = "PAY_PER_REQUEST";
    kept["since"] = seconds(now);
  } else if (asked.value("BillingMode", "") == "PROVISIONED" && kept.contains("BillingMode")) {
    kept["BillingMode"] = "PROVISIONED";
  }
  keep(asked, told, "TableClass", "TableClassSummary", kept);
  keep(asked, told, kProtection, kProtection, kept);
  keep(asked, told, "OnDemandThroughput", "OnDemandThroughput", kept);
  keep(asked, told, "WarmThroughput", "WarmThroughput", kept);
  each_index(asked, [&](const ordered_json& index) {
    const ordered_json* const there = index_called(told, index);
    const auto name = index.value("IndexName", "");
    if (!there) return;
    ordered_json own = kept.contains("indexes")
                           ? kept["indexes"].value(name, ordered_json::object())
                           : ordered_json::object();
    keep(index, *there, "OnDemandThroughput", "OnDemandThroughput", own);
    keep(index, *there, "WarmThroughput", "WarmThroughput", own);
    if (!own.empty()) kept["indexes"][name] = std::move(own);
  });
  return kept;
}

void no_capacity(ordered_json& of) {
  if (!of.contains("ProvisionedThroughput")) return;
  of["ProvisionedThroughput"]["ReadCapacityUnits"] = 0;
  of["ProvisionedThroughput"]["WriteCapacityUnits"] = 0;
}

void tell_throughput(const ordered_json& kept, ordered_json& of) {
  if (kept.contains("OnDemandThroughput") && !of.contains("OnDemandThroughput")) {
    of["OnDemandThroughput"] = kept.at("OnDemandThroughput");
  }
  if (kept.contains("WarmThroughput") && !of.contains("WarmThroughput")) {
    of["WarmThroughput"] = kept.at("WarmThroughput");
    of["WarmThroughput"]["Status"] = "ACTIVE";
  }
}

void tell(const Kept& kept, ordered_json& table) {
  if (kept.contains("BillingMode") && !table.contains("BillingModeSummary")) {
    table["BillingModeSummary"] = {{"BillingMode", kept.at("BillingMode")},
                                   {"LastUpdateToPayPerRequestDateTime", kept.at("since")}};
    if (is_on_demand(kept)) {
      no_capacity(table);
      if (table.contains(kIndexes)) std::ranges::for_each(table[kIndexes], no_capacity);
    }
  }
  if (kept.contains("TableClass") && !table.contains("TableClassSummary")) {
    table["TableClassSummary"] = {{"TableClass", kept.at("TableClass")}};
  }
  if (kept.contains(kProtection) && !table.contains(kProtection)) {
    table[kProtection] = kept.at(kProtection);
  }
  tell_throughput(kept, table);
  if (!kept.contains("indexes") || !table.contains(kIndexes)) return;
  for (ordered_json& index : table[kIndexes]) {
    const auto own = kept.at("indexes").find(index.value("IndexName", ""));
    if (own != kept.at("indexes").end()) tell_throughput(*own, index);
  }
}

/// What the upstream says to the call without what it does not know. A table that it cannot change
/// so is told as it is, if it is one that was on-demand here.
core::Task<Answer> send_plainer(const PolyfillContext& context, core::Exchange& exchange,
                                std::string operation, ordered_json asked, SendBody send) {
  const ordered_json less = plainer(asked, operation == "CreateTable");
  if (operation == "CreateTable" || changes_something(less)) co_return co_await send(less);
  auto refused = less.contains("ProvisionedThroughput") ? co_await send(less) : Answer();
  if (less.contains("ProvisionedThroughput") && !is_unchanged(refused)) co_return refused;
  auto table = co_await describe_table(exchange, *context.upstream, asked.value("TableName", ""));
  if (!table) co_return table.error();
  const Kept kept = context.settings->get(kSubject, table_id(*table));
  const bool was_on_demand = kept.is_object() && is_on_demand(kept);
  if (less.contains("ProvisionedThroughput") && !was_on_demand) co_return refused;
  co_return success({{"TableDescription", *std::move(table)}});
}

}  // namespace

void tell_billing(const TableSettings& settings, ordered_json& table) {
  if (!settings.has(kSubject)) return;
  const Kept kept = settings.get(kSubject, table_id(table));
  if (kept.is_object()) tell(kept, table);
}

core::Task<Attempt<void>> may_delete(const PolyfillContext& context, core::Exchange& exchange,
                                     std::string table) {
  const auto told = co_await describe_table(exchange, *context.upstream, table);
  if (!told || told->contains(kProtection)) co_return Attempt<void>();  // the upstream answers
  const Kept kept = context.settings->get(kSubject, table_id(*told));
  if (!kept.is_object() || kept.value(kProtection, ordered_json()) != true) {
    co_return Attempt<void>();
  }
  co_return refusal(exchange, "ValidationException",
                    "Resource cannot be deleted as it is currently protected against deletion. "
                    "Disable deletion protection first.");
}

core::Task<Answer> change_table(const PolyfillContext& context, core::Exchange& exchange,
                                std::string operation, ordered_json asked, SendBody send) {
  auto reply = co_await send(asked);
  if (!reply || context.snapshots) co_return reply;
  if (comes_of_not_knowing(reply->response, asked)) {
    auto again = co_await send_plainer(context, exchange, operation, asked, send);
    if (!again || again->response.status != 200) co_return reply;
    exchange.note("polyfills", "the upstream was not asked for " + left_out_of(asked));
    reply = std::move(again);
  }
  if (!reply || reply->response.status != 200) co_return reply;
  auto body = ordered_json::parse(reply->response.body, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object() || !body.contains("TableDescription")) co_return reply;
  ordered_json& table = body["TableDescription"];
  const std::string id = table_id(table);
  const Kept before = context.settings->get(kSubject, id);
  Kept kept =
      after(before.is_object() ? before : Kept::object(), asked, table, exchange.clock().now());
  if (kept.empty()) co_return reply;
  if (kept != before) {
    if (auto stored = context.settings->set(kSubject, id, kept); !stored) {
      co_return std::unexpected(stored.error());
    }
  }
  tell(kept, table);
  reply->response.body = success(body).response.body;
  co_return reply;
}

}  // namespace dynatape::interceptors
