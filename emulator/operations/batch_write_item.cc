#include <map>

#include "emulator/operations/batch.h"
#include "emulator/operations/claim.h"
#include "emulator/operations/collection_metrics.h"
#include "emulator/operations/consumed_tables.h"
#include "emulator/operations/item_key.h"
#include "emulator/operations/operations.h"
#include "emulator/operations/parameters.h"
#include "emulator/storage/key_codec.h"

namespace dynatape::operations {
namespace {

struct PutRequest {
  std::optional<wire::Values> item;
};

struct DeleteRequest {
  std::optional<wire::Values> key;
};

struct WriteRequest {
  std::optional<PutRequest> put;
  std::optional<DeleteRequest> erase;
};

using Requests = std::vector<WriteRequest>;

struct BatchWriteItemInput {
  std::optional<std::string> return_consumed_capacity;
  std::optional<std::string> return_item_collection_metrics;
  std::optional<wire::Named<Requests>> request_items;
};

constexpr std::size_t kMaxRequests = 25;

/// Found by the shape's check in the place of its own for maps: the service looks at the map only
/// when nothing else is wrong.
void check_value(wire::Violations&, const wire::Named<Requests>&, const wire::Constraint&,
                 const wire::Path&) {}

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::PutRequest> {
  using T = operations::PutRequest;
  static constexpr std::string_view kName = "PutRequest";
  static constexpr auto kMembers = std::tuple{member("Item", &T::item, {.required = true})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct dynatape::wire::Shape<dynatape::operations::DeleteRequest> {
  using T = operations::DeleteRequest;
  static constexpr std::string_view kName = "DeleteRequest";
  static constexpr auto kMembers = std::tuple{member("Key", &T::key, {.required = true})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct dynatape::wire::Shape<dynatape::operations::WriteRequest> {
  using T = operations::WriteRequest;
  static constexpr std::string_view kName = "WriteRequest";
  static constexpr auto kMembers =
      std::tuple{member("PutRequest", &T::put), member("DeleteRequest", &T::erase)};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct dynatape::wire::Shape<dynatape::operations::BatchWriteItemInput> {
  using T = operations::BatchWriteItemInput;
  static constexpr std::string_view kName = "BatchWriteItemInput";
  static constexpr auto kMembers =
      std::tuple{member("ReturnConsumedCapacity", &T::return_consumed_capacity,
                        {.one_of = operations::kReturnConsumedCapacity}),
                 member("ReturnItemCollectionMetrics", &T::return_item_collection_metrics,
                        {.one_of = operations::kReturnItemCollectionMetrics}),
                 member("RequestItems", &T::request_items, {.required = true})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {
namespace {

using model::Outcome;

/// An attribute map as the service's Java prints it: values by class and hash.
std::string print_attributes(const std::optional<wire::Values>& values) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text = "{";
  if (values) {
    for (const auto& [name, value] : values->item) {
      if (text.size() > 1) text += ", ";
      text += name + "=com.amazonaws.dynamodb.v20120810.AttributeValue@";
      std::uint64_t hash = storage::partition_hash(model::encode(model::Item{{name, value}}));
      for (int digit = 0; digit < 8; ++digit, hash >>= 4) text += kHex[hash & 0xf];
    }
  }
  return text + "}";
}

std::string print_request(const WriteRequest& request) {
  std::string text = "WriteRequest(putRequest=";
  text += request.put ? "PutRequest(item=" + print_attributes(request.put->item) +
                            ", workloadProfileName=null)"
                      : "null";
  text += ", deleteRequest=";
  text +=
      request.erase ? "DeleteRequest(key=" + print_attributes(request.erase->key) + ")" : "null";
  return text + ")";
}

std::string print_requests(const wire::Named<Requests>& tables) {
  std::string text = "{";
  for (const auto& [name, requests] : tables) {
    if (text.size() > 1) text += ", ";
    text += name + "=[";
    for (std::size_t i = 0; i < requests.size(); ++i) {
      text += (i > 0 ? ", " : "") + print_request(requests[i]);
    }
    text += "]";
  }
  return text + "}";
}

Outcome<void> check_tables(const wire::Named<Requests>& tables) {
  if (tables.empty()) {
    return model::invalid("The requestItems parameter is required for BatchWriteItem");
  }
  wire::Violations violations;
  check_table_keys(violations, tables, [&] { return print_requests(tables); });
  const bool lengths = std::ranges::all_of(tables, [](const auto& one) {
    return !one.second.empty() && one.second.size() <= kMaxRequests;
  });
  if (!lengths) {
    violations.add("Value '" + print_requests(tables) +
                   "' at 'requestItems' failed to satisfy constraint: Map value must satisfy "
                   "constraint: [Member must have length less than or equal to 25, Member must "
                   "have length greater than or equal to 1]");
  }
  if (violations.any()) return std::unexpected(violations.error());
  return {};
}

Outcome<void> check_request(const WriteRequest& request) {
  if (request.put.has_value() == request.erase.has_value()) {
    // The service mistakes a request for a value here.
    return model::invalid(
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
        "supported datatypes");
  }
  const wire::Values& values = request.put ? *request.put->item : *request.erase->key;
  // The older texts in every region, under both behaviours.
  if (auto good = check_values(values.problem, Layer::older); !good) return good;
  if (request.put && model::size_bytes(values.item) > kMaxItemBytes) {
    return model::invalid("Item size has exceeded the maximum allowed size");
  }
  return {};
}

Outcome<void> check_input(const BatchWriteItemInput& input) {
  if (auto good = check(input); !good) return good;
  if (auto good = check_tables(*input.request_items); !good) return good;
  std::size_t count = 0;
  for (const auto& [name, requests] : *input.request_items) count += requests.size();
  if (count > kMaxRequests) {
    return model::invalid("Too many items requested for the BatchWriteItem call");
  }
  for (const auto& [name, requests] : *input.request_items) {
    for (const WriteRequest& request : requests) {
      if (auto good = check_request(request); !good) return good;
    }
  }
  return {};
}

/// One request, ready to be carried out.
struct Write {
  const std::string* name;  ///< the table's, as sent
  const WriteRequest* request;
  storage::TableWriter* table;
  std::string row_key;
};

/// All or nothing: one bad key refuses the whole batch.
Outcome<std::vector<Write>> plan(const Context& context, storage::Transaction& transaction,
                                 const wire::Named<Requests>& tables) {
  std::vector<Write> writes;
  DistinctItems distinct;
  for (const auto& [name, requests] : tables) {
    const std::string_view bare = table_name(name);
    const auto table = find_table(context, transaction, bare);
    if (!table) return std::unexpected(table.error());
    const model::Table& definition = (*table)->definition();
    for (const WriteRequest& request : requests) {
      auto key = request.put
                     ? row_key_of_item(definition, request.put->item->item, KeyWords::schema_only)
                     : row_key_of_key(definition, request.erase->key->item);
      if (!key) return std::unexpected(key.error());
      if (!distinct.add(bare, *key)) {
        return model::invalid("Provided list of item keys contains duplicates");
      }
      writes.push_back({&name, &request, *table, std::move(*key)});
    }
  }
  return writes;
}

/// A request as it was sent.
void append_request(std::string& out, const WriteRequest& request) {
  wire::ObjectWriter writer(out);
  wire::ObjectWriter one(writer.name(request.put ? "PutRequest" : "DeleteRequest"));
  const wire::Values& values = request.put ? *request.put->item : *request.erase->key;
  wire::append(one.name(request.put ? "Item" : "Key"), values.item);
}

/// What a transaction under way holds is left unprocessed.
Answer carry_out(const Context& context, const std::vector<Write>& writes,
                 const BatchWriteItemInput& input) {
  ConsumedTables consumed;
  CollectionMetrics metrics;
  std::map<std::string_view, std::string> unprocessed;
  for (const Write& write : writes) {
    if (is_held(context, write.table->definition().name, write.row_key)) {
      std::string& list = unprocessed[*write.name];
      append_request(list += list.empty() ? "" : ",", *write.request);
      continue;
    }
    const storage::Change change =
        write.request->put ? write.table->put(write.row_key, write.request->put->item->item)
                           : write.table->erase(write.row_key);
    if (auto good = check_collection(context, change); !good) return std::unexpected(good.error());
    consumed.add(*write.name, consumed_by(change, write.table->definition()));
    if (input.return_item_collection_metrics == "SIZE") {
      metrics.add(*write.name, write.table->definition(), change);
    }
  }
  std::string body;
  {
    wire::ObjectWriter writer(body);
    consumed.append_to(writer, detail(input.return_consumed_capacity));
    metrics.append_to(writer);
    wire::ObjectWriter left(writer.name("UnprocessedItems"));
    for (const auto& [name, requests] : unprocessed) {
      left.name(name).append("[").append(requests) += ']';
    }
  }
  return body;
}

}  // namespace

Answer batch_write_item(const Context& context, const wire::Json& body) {
  const auto input = read<BatchWriteItemInput>(body);
  if (!input) return std::unexpected(input.error());
  if (auto good = check_input(*input); !good) return std::unexpected(good.error());
  return context.database.transact([&](storage::Transaction& transaction) -> Answer {
    const auto writes = plan(context, transaction, *input->request_items);
    if (!writes) return std::unexpected(writes.error());
    return carry_out(context, *writes, *input);
  });
}

}  // namespace dynatape::operations
