#include "emulator/operations/partiql_input.h"

#include <cstdint>
#include <utility>

#include "emulator/operations/target_table.h"
#include "emulator/wire/writer.h"

namespace dynatape::operations {
namespace {

namespace partiql = expression::partiql;

/// FNV-1a over `text`, started by `state`.
std::uint64_t digest(std::string_view text, std::uint64_t state) {
  constexpr std::uint64_t kPrime = 0x100000001b3;
  for (const char c : text) state = (state ^ static_cast<unsigned char>(c)) * kPrime;
  return state;
}

/// Refused although the table may be read by its other keys, and before the rest is judged.
model::Outcome<void> check_index_key(const Context& context, const partiql::Node& statement) {
  const auto source = partiql::source_of(statement);
  if (!source || !source->index) return {};
  const storage::Snapshot snapshot = context.database.snapshot();
  const auto table = find_table(context, snapshot, source->table);
  const model::SecondaryIndex* index =
      table ? (*table)->definition().find_index(*source->index) : nullptr;
  if (index == nullptr || (index->key.hash.size() == 1 && index->key.range.size() <= 1)) return {};
  return model::invalid(
      "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or "
      "multi-attribute RANGE keys.");
}

}  // namespace

model::Outcome<void> check_parameters(const StatementInput& input) {
  if (!input.parameters) return {};
  for (const wire::OneValue& parameter : *input.parameters) {
    if (parameter.problem.any()) return model::invalid(parameter.problem.older);
  }
  return {};
}

model::Outcome<partiql::Statement> compile(const Context& context, StatementInput& input) {
  const auto parsed = partiql::parse(*input.statement);
  if (!parsed) return std::unexpected(parsed.error());
  if (auto good = check_index_key(context, *parsed); !good) {
    return std::unexpected(std::move(good.error()));
  }
  std::vector<model::AttributeValue> parameters;
  if (input.parameters) {
    parameters.reserve(input.parameters->size());
    for (wire::OneValue& each : *input.parameters) parameters.push_back(std::move(each.value));
  }
  return partiql::compile(*parsed, parameters);
}

const std::string& table_of(const partiql::Statement& statement) {
  struct {
    const std::string& operator()(const partiql::Select& select) const { return select.from.table; }
    const std::string& operator()(const partiql::InsertStatement& insert) const {
      return insert.table;
    }
    const std::string& operator()(const partiql::UpdateStatement& update) const {
      return update.target.table;
    }
    const std::string& operator()(const partiql::DeleteStatement& erase) const {
      return erase.target.table;
    }
    const std::string& operator()(const partiql::ExistsStatement& exists) const {
      return exists.select.from.table;
    }
  } name;
  return std::visit(name, statement);
}

std::string fingerprint(const StatementInput& input) {
  std::string text = std::to_string(input.statement->size()) + ":" + *input.statement;
  if (input.parameters) {
    for (const wire::OneValue& each : *input.parameters) wire::append(text, each.value);
  }
  constexpr std::uint64_t kStart = 0xcbf29ce484222325;
  std::string out;
  for (const std::uint64_t half : {digest(text, kStart), digest(text, ~kStart)}) {
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(half >> shift);
  }
  return out;
}

}  // namespace dynatape::operations
