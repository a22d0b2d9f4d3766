#include "tests/model/step.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "tests/model/requests.h"

namespace dynatape::reference {
namespace {

using Kind = Step::Kind;

std::string differs(const std::string& what, const json& expected, const json& actual) {
  if (expected == actual) return {};
  return what + ":\n  expected " + expected.dump() + "\n  actual   " + actual.dump();
}

/// Where the two are one after the other: the first difference.
std::string first_of(std::string a, std::string b) { return a.empty() ? std::move(b) : a; }

std::string failed_with(const Answer& answer) {
  return answer.error.empty() ? std::string() : answer.error + " " + answer.body.dump();
}

// Making steps.

Key random_key(Random& random) {
  return {"p" + std::to_string(below(random, 3)), static_cast<std::int64_t>(below(random, 12)) - 4};
}

json random_item(Random& random, const Key& key, bool any_type) {
  json item = key.as_json();
  for (const char attribute : std::string("abcdegm")) {
    if (chance(random, 2)) continue;
    // A transaction tells a wrong index key in a way of its own, which other tests have.
    const bool indexed = attribute == 'a' || attribute == 'g';
    item[std::string(1, attribute)] = random_value(random, attribute, any_type || !indexed);
  }
  return item;
}

Write random_write(Random& random, Write::Kind kind, bool any_type, bool conditions) {
  Write write{kind, chance(random, 3) ? "two" : "one", random_key(random), {}, {}, {}};
  if (kind == Write::Kind::put) write.item = random_item(random, write.key, any_type);
  if (kind == Write::Kind::update) write.changes = random_changes(random);
  if (conditions && chance(random, 2)) write.condition = random_condition(random, "abcdeg");
  if (kind == Write::Kind::check) write.condition = random_condition(random, "abcdeg");
  return write;
}

void add_writes(Random& random, Step& step) {
  const bool batch = step.kind == Kind::batch_write;
  const bool reads = step.kind == Kind::batch_get || step.kind == Kind::transact_get;
  std::set<std::pair<std::string, Key>> distinct;
  for (std::size_t i = 1 + below(random, batch ? 25 : 5); i > 0; --i) {
    const auto kind = batch   ? static_cast<Write::Kind>(below(random, 2))
                      : reads ? Write::Kind::erase
                              : static_cast<Write::Kind>(below(random, 4));
    Write write = random_write(random, kind, batch && chance(random, 8), !batch && !reads);
    if (distinct.emplace(write.table, write.key).second) step.writes.push_back(std::move(write));
  }
}

void set_single_write(Random& random, Step& step) {
  const auto kind = static_cast<Write::Kind>(below(random, 3));
  step.writes.push_back(random_write(random, kind, true, true));
  const auto& changes = step.writes.front().changes;
  std::vector<std::string> returns = {"NONE", "ALL_OLD"};
  if (kind == Write::Kind::update) returns.emplace_back("ALL_NEW");
  if (kind == Write::Kind::update && std::ranges::all_of(changes, &Change::top_level)) {
    returns.insert(returns.end(), {"UPDATED_OLD", "UPDATED_NEW"});
  }
  step.returns = returns[below(random, returns.size())];
}

void set_read(Random& random, Step& step) {
  constexpr std::array kIndexes = {"", "local", "global"};
  constexpr std::array kComparators = {"", "=", "<", "<=", ">", ">=", "BETWEEN"};
  step.index = kIndexes[below(random, 3)];
  if (chance(random, 2)) step.limit = 1 + below(random, 5);
  // A filter sees what the index projects, and a query's none of its keys.
  if (step.index != "local" && chance(random, 2)) {
    step.filter = random_condition(random, step.index.empty() ? "abcdeg" : "b");
  }
  if (step.kind == Kind::scan) {
    if (chance(random, 2)) step.segments = 1 + below(random, 4);
    return;
  }
  step.partition = (step.index == "global" ? "g" : "p") + std::to_string(below(random, 3));
  step.comparator = kComparators[below(random, kComparators.size())];
  step.bound = static_cast<std::int64_t>(below(random, 14)) - 5;
  step.second_bound = step.bound + static_cast<std::int64_t>(below(random, 6));
  step.forward = chance(random, 2);
}

void set_statement(Random& random, Step& step) {
  Write write = random_write(random, Write::Kind::put, false, false);
  if (step.kind != Kind::insert_statement) {
    write.kind = Write::Kind::update;
    write.changes = {{Change::Kind::set, "c", random_value(random, 'c', true)}};
  }
  step.writes = {std::move(write)};
}

// Taking them.

json targeted(const Write& write, const json& item, bool with_removed) {
  json result = json::object();
  for (const Change& change : write.changes) {
    if (!with_removed && change.kind == Change::Kind::remove) continue;
    if (item.contains(change.attribute)) result[change.attribute] = item.at(change.attribute);
  }
  return result;
}

json returned(const Step& step, const json* before, const json* after) {
  const json none = json::object();
  const json& old_item = before != nullptr ? *before : none;
  const json& new_item = after != nullptr ? *after : none;
  if (step.returns == "ALL_OLD") return old_item;
  if (step.returns == "ALL_NEW") return new_item;
  if (step.returns == "UPDATED_OLD") return targeted(step.writes[0], old_item, true);
  if (step.returns == "UPDATED_NEW") return targeted(step.writes[0], new_item, false);
  return none;
}

/// The types of the errors of an Outcome.
constexpr std::array kErrors = {"", "ConditionalCheckFailedException", "ValidationException"};

std::string take_write(const Step& step, Side& side) {
  const Write& write = step.writes.front();
  const Answer answer = call(*side.actual, operation_of(write), single_write(write, step.returns));
  const Table& table = side.expected.tables.at(write.table);
  const json* found = table.find(write.key);
  const std::optional<json> before = found != nullptr ? std::optional(*found) : std::nullopt;
  const Outcome outcome = side.expected.write(write);
  const json expected_error = kErrors[static_cast<std::size_t>(outcome)];
  if (auto text = differs("error", expected_error, answer.error); !text.empty()) {
    return text + "\n  " + answer.body.dump();
  }
  if (outcome == Outcome::invalid) return {};
  if (outcome == Outcome::condition_failed) {
    return differs("the item of a failed condition", before.value_or(json()),
                   answer.body.value("Item", json()));
  }
  const json attributes = returned(step, before ? &*before : nullptr, table.find(write.key));
  return differs("Attributes", attributes, answer.body.value("Attributes", json::object()));
}

std::string take_batch(const Step& step, Side& side) {
  const Answer answer = call(*side.actual, "BatchWriteItem", batch_write(step));
  Database after = side.expected;
  bool good = true;
  for (const Write& write : step.writes) good = after.write(write) == Outcome::done && good;
  // Not even a bad item is told here: the batch takes what an index cannot hold for a refusal.
  const std::string expected = good ? "" : "ValidationException";
  if (auto text = differs("error", expected, answer.error); !text.empty()) {
    return text + "\n  " + answer.body.dump();
  }
  if (!good) return {};
  // The records of one batch come table by table, in the order of its requests.
  side.expected = std::move(after);
  return {};
}

std::string take_transaction(const Step& step, Side& side) {
  const Answer answer = call(*side.actual, "TransactWriteItems", transact_write(step));
  Database after = side.expected;
  constexpr std::array kCodes = {"None", "ConditionalCheckFailed", "ValidationError"};
  json codes = json::array();
  for (const Write& write : step.writes) {
    codes.push_back(kCodes[static_cast<std::size_t>(after.write(write))]);
  }
  const bool good = std::ranges::all_of(codes, [](const json& code) { return code == "None"; });
  const std::string expected = good ? "" : "TransactionCanceledException";
  if (auto text = differs("error", expected, answer.error); !text.empty()) {
    return text + "\n  " + answer.body.dump();
  }
  if (good) {
    side.expected = std::move(after);
    return {};
  }
  json actual = json::array();
  for (const json& reason : answer.body.at("CancellationReasons")) {
    actual.push_back(reason.at("Code"));
  }
  return differs("cancellation codes", codes, actual);
}

const json* find(const Side& side, const Write& write) {
  return side.expected.tables.at(write.table).find(write.key);
}

json or_null(const json* item) { return item != nullptr ? *item : json(); }

std::string take_get(const Step& step, Side& side) {
  const Write& write = step.writes.front();
  const Answer answer =
      call(*side.actual, "GetItem", {{"TableName", write.table}, {"Key", write.key.as_json()}});
  return first_of(failed_with(answer),
                  differs("item", or_null(find(side, write)), answer.body.value("Item", json())));
}

std::string take_transact_get(const Step& step, Side& side) {
  const Answer answer = call(*side.actual, "TransactGetItems", transact_get(step));
  if (!answer.error.empty()) return failed_with(answer);
  json expected = json::array();
  json actual = json::array();
  for (const Write& write : step.writes) expected.push_back(or_null(find(side, write)));
  for (const json& got : answer.body.at("Responses")) actual.push_back(got.value("Item", json()));
  return differs("items", expected, actual);
}

std::string take_batch_get(const Step& step, Side& side) {
  const Answer answer = call(*side.actual, "BatchGetItem", batch_get(step));
  if (!answer.error.empty()) return failed_with(answer);
  std::map<std::string, std::set<json>> expected;
  for (const Write& write : step.writes) {
    auto& items = expected[write.table];
    if (const json* item = find(side, write)) items.insert(*item);
  }
  return differs("items", json(expected),
                 json(answer.body.at("Responses").get<std::map<std::string, std::set<json>>>()));
}

/// The pages of a read, put together; `problem` where a page is not as it should be.
std::vector<json> read_pages(const Step& step, Side& side, std::string_view operation, json body,
                             std::string& problem) {
  std::vector<json> items;
  while (problem.empty()) {
    const Answer page = call(*side.actual, operation, body);
    problem = failed_with(page);
    if (!problem.empty()) break;
    for (const json& item : page.body.at("Items")) items.push_back(item);
    const auto scanned = page.body.at("ScannedCount").get<std::size_t>();
    if (page.body.at("Count") != page.body.at("Items").size()) problem = "Count is not of Items";
    const bool last = !page.body.contains("LastEvaluatedKey");
    if (step.limit > 0 && (last ? scanned > step.limit : scanned != step.limit)) {
      problem =
          "a page of " + std::to_string(scanned) + " with a limit of " + std::to_string(step.limit);
    }
    if (last) break;
    body["ExclusiveStartKey"] = page.body.at("LastEvaluatedKey");
  }
  return items;
}

bool in_range(const Step& step, std::int64_t value) {
  if (step.comparator.empty()) return true;
  if (step.comparator == "=") return value == step.bound;
  if (step.comparator == "<") return value < step.bound;
  if (step.comparator == "<=") return value <= step.bound;
  if (step.comparator == ">") return value > step.bound;
  if (step.comparator == ">=") return value >= step.bound;
  return value >= step.bound && value <= step.second_bound;
}

std::string take_query(const Step& step, Side& side) {
  const bool missing = step.index == "global" && !side.expected.has_global;
  if (missing) {
    return differs("error", "ValidationException", call(*side.actual, "Query", query(step)).error);
  }
  std::vector<json> expected;
  const char* partition = step.index == "global" ? "g" : "pk";
  const char* sort = step.index.empty() ? "sk" : "a";
  for (const json& row : side.expected.rows(step.index)) {
    const bool chosen = row.at(partition).at("S") == step.partition &&
                        in_range(step, std::stoll(row.at(sort).at("N").get<std::string>()));
    if (chosen && (!step.filter || step.filter->holds(row))) expected.push_back(row);
  }
  if (!step.forward) std::ranges::reverse(expected);
  std::string problem;
  const auto actual = read_pages(step, side, "Query", query(step), problem);
  return first_of(problem, differs("rows", expected, actual));
}

std::string take_scan(const Step& step, Side& side) {
  if (step.index == "global" && !side.expected.has_global) {
    return differs("error", "ValidationException", call(*side.actual, "Scan", scan(step, 0)).error);
  }
  std::vector<json> expected = side.expected.rows(step.index);
  std::erase_if(expected, [&](const json& row) { return step.filter && !step.filter->holds(row); });
  std::vector<json> actual;
  std::string problem;
  for (std::size_t segment = 0; segment < step.segments; ++segment) {
    const auto part = read_pages(step, side, "Scan", scan(step, segment), problem);
    actual.insert(actual.end(), part.begin(), part.end());
  }
  // Partitions come by a hash that the reference does not have.
  std::ranges::sort(expected);
  std::ranges::sort(actual);
  return first_of(problem, differs("rows", expected, actual));
}

std::string take_toggle(Side& side) {
  const Answer answer = call(*side.actual, "UpdateTable", toggle_index(side.expected.has_global));
  side.expected.has_global = !side.expected.has_global;
  return failed_with(answer);
}

std::string read_stream(Side& side) {
  const auto ask = [&](std::string_view operation, const json& body) {
    return call(*side.actual, operation, body).body;
  };
  const json arn = ask("DescribeTable", {{"TableName", "one"}}).at("Table").at("LatestStreamArn");
  const json stream = ask("DescribeStream", {{"StreamArn", arn}}).at("StreamDescription");
  std::vector<json> actual;
  for (const json& shard : stream.at("Shards")) {
    json iterator = ask("GetShardIterator", {{"StreamArn", arn},
                                             {"ShardId", shard.at("ShardId")},
                                             {"ShardIteratorType", "TRIM_HORIZON"}})
                        .at("ShardIterator");
    while (true) {
      const json page = ask("GetRecords", {{"ShardIterator", iterator}, {"Limit", 7}});
      if (page.at("Records").empty()) break;
      for (const json& record : page.at("Records")) {
        json told = {{"eventName", record.at("eventName")}};
        for (const char* part : {"Keys", "OldImage", "NewImage"}) {
          const json& change = record.at("dynamodb");
          if (change.contains(part)) told[part] = change.at(part);
        }
        actual.push_back(std::move(told));
      }
      iterator = page.at("NextShardIterator");
    }
  }
  return differs("stream", side.expected.tables.at("one").records, actual);
}

std::string take_statement(const Step& step, Side& side) {
  Write write = step.writes.front();
  const Answer answer = call(*side.actual, "ExecuteStatement", statement(step));
  const json* found = find(side, write);
  if (step.kind == Kind::select_statement) {
    json expected = json::array();
    if (found != nullptr) expected.push_back(*found);
    return first_of(failed_with(answer),
                    differs("items", expected, answer.body.value("Items", json())));
  }
  const bool insert = step.kind == Kind::insert_statement;
  std::string error;
  if ((found == nullptr) != insert) {
    error = insert ? "DuplicateItemException" : "ConditionalCheckFailedException";
  } else {
    error = kErrors[static_cast<std::size_t>(side.expected.write(write))];
  }
  return differs("error", error, answer.error);
}

}  // namespace

std::vector<Side> make_sides(const std::string& view) {
  std::vector<Side> sides(kSides);
  for (Side& side : sides) {
    side.actual = std::make_unique<storage::Database>();
    side.expected.view = view;
    (void)call(*side.actual, "CreateTable", create_table("one", view));
    (void)call(*side.actual, "CreateTable", create_table("two", ""));
  }
  return sides;
}

Step random_step(Random& random) {
  constexpr std::array kKinds = {Kind::write,       Kind::write,          Kind::write,
                                 Kind::write,       Kind::batch_write,    Kind::transact_write,
                                 Kind::get,         Kind::batch_get,      Kind::transact_get,
                                 Kind::query,       Kind::query,          Kind::query,
                                 Kind::scan,        Kind::scan,           Kind::insert_statement,
                                 Kind::fork,        Kind::toggle_index,   Kind::select_statement,
                                 Kind::read_stream, Kind::transact_write, Kind::update_statement};
  Step step{};
  step.kind = kKinds[below(random, kKinds.size())];
  step.side = below(random, kSides);
  step.segments = 1;
  switch (step.kind) {
    case Kind::write:
      set_single_write(random, step);
      break;
    case Kind::batch_write:
    case Kind::transact_write:
    case Kind::batch_get:
    case Kind::transact_get:
      add_writes(random, step);
      break;
    case Kind::get:
      step.writes.push_back(random_write(random, Write::Kind::erase, false, false));
      break;
    case Kind::query:
    case Kind::scan:
      set_read(random, step);
      break;
    case Kind::insert_statement:
    case Kind::select_statement:
    case Kind::update_statement:
      set_statement(random, step);
      break;
    case Kind::fork:
      step.other_side = (step.side + 1 + below(random, kSides - 1)) % kSides;
      break;
    case Kind::toggle_index:
    case Kind::read_stream:
      break;
  }
  return step;
}

std::string take(const Step& step, std::vector<Side>& sides) {
  Side& side = sides[step.side];
  switch (step.kind) {
    case Kind::write:
      return take_write(step, side);
    case Kind::batch_write:
      return take_batch(step, side);
    case Kind::transact_write:
      return take_transaction(step, side);
    case Kind::get:
      return take_get(step, side);
    case Kind::batch_get:
      return take_batch_get(step, side);
    case Kind::transact_get:
      return take_transact_get(step, side);
    case Kind::query:
      return take_query(step, side);
    case Kind::scan:
      return take_scan(step, side);
    case Kind::toggle_index:
      return take_toggle(side);
    case Kind::read_stream:
      return read_stream(side);
    case Kind::insert_statement:
    case Kind::select_statement:
    case Kind::update_statement:
      return take_statement(step, side);
    case Kind::fork:
      sides[step.other_side] = {side.actual->fork(), side.expected};
      return {};
  }
  return {};
}

std::string compare_all(Side& side) {
  Step all{};
  all.segments = 1;
  all.kind = Kind::scan;
  std::string problem = first_of(read_stream(side), take_scan(all, side));
  for (const char* index : {"local", "global"}) {
    all.index = index;
    problem = first_of(problem, take_scan(all, side));
  }
  return problem;
}

std::string describe(const Step& step) {
  const std::string on = "side " + std::to_string(step.side) + ": ";
  switch (step.kind) {
    case Kind::write:
      return on + std::string(operation_of(step.writes[0])) + " " +
             single_write(step.writes[0], step.returns).dump();
    case Kind::batch_write:
      return on + "BatchWriteItem " + batch_write(step).dump();
    case Kind::transact_write:
      return on + "TransactWriteItems " + transact_write(step).dump();
    case Kind::get:
    case Kind::batch_get:
      return on + "BatchGetItem " + batch_get(step).dump();
    case Kind::transact_get:
      return on + "TransactGetItems " + transact_get(step).dump();
    case Kind::query:
      return on + "Query " + query(step).dump();
    case Kind::scan:
      return on + "Scan " + scan(step, 0).dump();
    case Kind::toggle_index:
      return on + "UpdateTable: makes or drops the index \"global\"";
    case Kind::read_stream:
      return on + "GetRecords";
    case Kind::insert_statement:
    case Kind::select_statement:
    case Kind::update_statement:
      return on + "ExecuteStatement " + statement(step).dump();
    case Kind::fork:
      return on + "fork to side " + std::to_string(step.other_side);
  }
  return on;
}

}  // namespace dynatape::reference
