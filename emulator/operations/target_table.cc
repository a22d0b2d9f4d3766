#include "emulator/operations/target_table.h"

namespace dynatape::operations {
namespace {

constexpr std::string_view kArnPrefix = "arn:";
constexpr std::string_view kArnTable = ":table/";

bool is_arn(std::string_view name) { return name.starts_with(kArnPrefix); }

model::ServiceError not_found() {
  return {model::ErrorType::resource_not_found, "Requested resource not found"};
}

/// The service may go on to serve a table that is being deleted, for a moment; this one does not.
bool usable(const model::Table& table, model::TimePoint now) {
  const model::Status status = table.lifecycle.at(now);
  return status == model::Status::active || status == model::Status::updating;
}

template <class From>
auto present(const Context& context, From& from, std::string_view name) {
  auto* const table = from.table(name);
  const bool gone = table != nullptr && table->definition().lifecycle.gone(context.now);
  return gone ? nullptr : table;
}

}  // namespace

std::string_view table_name(std::string_view sent) {
  const auto at = is_arn(sent) ? sent.find(kArnTable) : std::string_view::npos;
  if (at == std::string_view::npos) return sent;
  const std::string_view rest = sent.substr(at + kArnTable.size());
  return rest.substr(0, rest.find('/'));
}

bool decode(wire::Decoding& decoding, const wire::Json& json, TableName& out) {
  return wire::decode(decoding, json, out.sent);
}

void check_value(wire::Violations& violations, const TableName& table,
                 const wire::Constraint& constraint, const wire::Path& path) {
  constexpr std::int64_t kMaxArn = 1024;
  if (is_arn(table.sent)) {
    violations.check(table.sent, wire::Constraint{.max = kMaxArn}, path);
  } else {
    violations.check(table.sent, constraint, path);
  }
}

model::Outcome<const storage::TableState*> find_table(const Context& context,
                                                      const storage::Snapshot& from,
                                                      std::string_view name) {
  const storage::TableState* const table = from.table(name);
  if (table == nullptr || !usable(table->definition(), context.now)) {
    return std::unexpected(not_found());
  }
  return table;
}

model::Outcome<storage::TableWriter*> find_table(const Context& context, storage::Transaction& from,
                                                 std::string_view name) {
  storage::TableWriter* const table = from.table(name);
  if (table == nullptr || !usable(table->definition(), context.now)) {
    return std::unexpected(not_found());
  }
  table->set_time(context.now);
  return table;
}

const storage::TableState* present_table(const Context& context, const storage::Snapshot& from,
                                         std::string_view name) {
  return present(context, from, name);
}

storage::TableWriter* present_table(const Context& context, storage::Transaction& from,
                                    std::string_view name) {
  return present(context, from, name);
}

model::ServiceError table_not_found(std::string_view name) {
  return {model::ErrorType::resource_not_found,
          "Requested resource not found: Table: " + std::string(name) + " not found"};
}

std::string table_arn(const Context& context, std::string_view name) {
  std::string arn = "arn:aws:dynamodb:";
  arn += context.region;
  arn += ":000000000000:table/";
  arn += name;
  return arn;
}

}  // namespace dynatape::operations
