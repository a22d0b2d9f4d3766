// Any bytes as the body of a call. The first byte says of which: an operation then runs on a small
// database, and its answer or its refusal must be JSON. Or the body is an item, which must survive
// being stored and being written again.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "emulator/model/encoded_item.h"
#include "emulator/operations/operations.h"
#include "emulator/storage/database.h"
#include "emulator/wire/json.h"
#include "emulator/wire/value_reader.h"
#include "emulator/wire/writer.h"
#include "tests/fuzz/target.h"

namespace dynatape::operations {
namespace {

constexpr model::TimePoint kNow{std::chrono::seconds{1'790'000'000}};

void require(bool fact) {
  if (!fact) std::abort();
}

Context context_of(storage::Database& database, model::Behaviour behaviour) {
  return {.database = database,
          .account = "000000000000",
          .region = "us-east-1",
          .now = kNow,
          .behaviour = behaviour,
          .endpoint = "localhost:8000",
          .max_collection_bytes = std::uint64_t{10} << 30};
}

/// A table of every kind of index, with a stream and a few items.
storage::Snapshot prepared() {
  storage::Database database;
  const Context context = context_of(database, model::Behaviour::aws_2026_10);
  for (
      const auto& [operation, body] :
      std::initializer_list<std::pair<std::string_view, std::string_view>>{
          {"CreateTable",
           R"({"TableName":"tbl","BillingMode":"PAY_PER_REQUEST","StreamSpecification":{"StreamEnabled":true,)"
           R"("StreamViewType":"NEW_AND_OLD_IMAGES"},"AttributeDefinitions":[{"AttributeName":"a","AttributeType":"S"},)"
           R"({"AttributeName":"b","AttributeType":"N"},{"AttributeName":"c","AttributeType":"S"}],"KeySchema":)"
           R"([{"AttributeName":"a","KeyType":"HASH"},{"AttributeName":"b","KeyType":"RANGE"}],"LocalSecondaryIndexes":)"
           R"([{"IndexName":"lsi","KeySchema":[{"AttributeName":"a","KeyType":"HASH"},{"AttributeName":"c","KeyType":)"
           R"("RANGE"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}],"GlobalSecondaryIndexes":[{"IndexName":"gsi",)"
           R"("KeySchema":[{"AttributeName":"c","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}]})"},
          {"PutItem",
           R"({"TableName":"tbl","Item":{"a":{"S":"x"},"b":{"N":"1"},"c":{"S":"y"},"d":{"L":[{"N":"1"}]}}})"},
          {"PutItem",
           R"({"TableName":"tbl","Item":{"a":{"S":"x"},"b":{"N":"2"},"e":{"SS":["p","q"]},"f":{"BOOL":true}}})"}}) {
    require(find(operation)->run(context, *wire::Json::parse(body)).has_value());
  }
  return database.snapshot();
}

const storage::Snapshot& start() {
  static const storage::Snapshot kStart = prepared();
  return kStart;
}

void run_call(const Operation& operation, model::Behaviour behaviour, const wire::Json& body) {
  storage::Database database(start());
  const Answer answer = operation.run(context_of(database, behaviour), body);
  require(wire::Json::parse(answer ? *answer : model::error_body(answer.error())).has_value());
}

std::string json_of(const auto& item) {
  std::string text;
  wire::append(text, item);
  return text;
}

void store_and_read(const wire::Json& body) {
  wire::Decoding decoding;
  wire::Values values;
  if (!decode(decoding, body, values)) return require(!decoding.error.empty());
  if (values.problem.any()) return;
  const std::string encoded = model::encode(values.item);
  const model::ItemView view(encoded);
  require(view.decode() == values.item);
  std::size_t size = 0;
  for (const auto [name, value] : view.attributes()) size += name.size() + value.size_bytes();
  require(size == model::size_bytes(values.item));

  const std::string text = json_of(values.item);
  require(json_of(view) == text);
  const auto again = wire::Json::parse(text);
  require(again.has_value());
  wire::Values reread;
  require(decode(decoding, *again, reread) && !reread.problem.any());
  require(reread.item == values.item);
}

}  // namespace
}  // namespace dynatape::operations

void dynatape::fuzz::try_input(std::string_view input) {
  if (input.empty()) return;
  (void)operations::start();  // which parses, and so ends what was parsed before
  const auto choice = static_cast<unsigned char>(input.front());
  const auto body = wire::Json::parse(input.substr(1));
  if (!body) return;
  const auto behaviour =
      (choice & 0x80) != 0 ? model::Behaviour::aws_2026_05 : model::Behaviour::aws_2026_10;
  if (const std::size_t place = choice & 0x7fU; place < operations::kOperations.size()) {
    operations::run_call(operations::kOperations[place], behaviour, *body);
  } else {
    operations::store_and_read(*body);
  }
}
