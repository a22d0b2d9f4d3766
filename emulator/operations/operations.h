#pragma once

// Every operation that the emulator implements, in one table. An operation takes the parsed body
// and answers the body of its response, or the error.

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "emulator/model/service_error.h"
#include "emulator/operations/context.h"
#include "emulator/wire/json.h"

namespace dynatape::operations {

using Answer = model::Outcome<std::string>;

Answer batch_execute_statement(const Context& context, const wire::Json& body);
Answer batch_get_item(const Context& context, const wire::Json& body);
Answer batch_write_item(const Context& context, const wire::Json& body);
Answer create_table(const Context& context, const wire::Json& body);
Answer delete_item(const Context& context, const wire::Json& body);
Answer delete_table(const Context& context, const wire::Json& body);
Answer describe_continuous_backups(const Context& context, const wire::Json& body);
Answer describe_endpoints(const Context& context, const wire::Json& body);
Answer describe_limits(const Context& context, const wire::Json& body);
Answer describe_stream(const Context& context, const wire::Json& body);
Answer describe_table(const Context& context, const wire::Json& body);
Answer describe_time_to_live(const Context& context, const wire::Json& body);
Answer execute_statement(const Context& context, const wire::Json& body);
Answer execute_transaction(const Context& context, const wire::Json& body);
Answer get_item(const Context& context, const wire::Json& body);
Answer get_records(const Context& context, const wire::Json& body);
Answer get_shard_iterator(const Context& context, const wire::Json& body);
Answer list_streams(const Context& context, const wire::Json& body);
Answer list_tables(const Context& context, const wire::Json& body);
Answer list_tags_of_resource(const Context& context, const wire::Json& body);
Answer put_item(const Context& context, const wire::Json& body);
Answer query(const Context& context, const wire::Json& body);
Answer scan(const Context& context, const wire::Json& body);
Answer tag_resource(const Context& context, const wire::Json& body);
Answer transact_get_items(const Context& context, const wire::Json& body);
Answer transact_write_items(const Context& context, const wire::Json& body);
Answer untag_resource(const Context& context, const wire::Json& body);
Answer update_continuous_backups(const Context& context, const wire::Json& body);
Answer update_item(const Context& context, const wire::Json& body);
Answer update_table(const Context& context, const wire::Json& body);
Answer update_time_to_live(const Context& context, const wire::Json& body);

struct Operation {
  std::string_view name;
  Answer (*run)(const Context&, const wire::Json&);
};

/// Sorted by name.
inline constexpr std::array kOperations = {
    Operation{"BatchExecuteStatement", batch_execute_statement},
    Operation{"BatchGetItem", batch_get_item},
    Operation{"BatchWriteItem", batch_write_item},
    Operation{"CreateTable", create_table},
    Operation{"DeleteItem", delete_item},
    Operation{"DeleteTable", delete_table},
    Operation{"DescribeContinuousBackups", describe_continuous_backups},
    Operation{"DescribeEndpoints", describe_endpoints},
    Operation{"DescribeLimits", describe_limits},
    Operation{"DescribeStream", describe_stream},
    Operation{"DescribeTable", describe_table},
    Operation{"DescribeTimeToLive", describe_time_to_live},
    Operation{"ExecuteStatement", execute_statement},
    Operation{"ExecuteTransaction", execute_transaction},
    Operation{"GetItem", get_item},
    Operation{"GetRecords", get_records},
    Operation{"GetShardIterator", get_shard_iterator},
    Operation{"ListStreams", list_streams},
    Operation{"ListTables", list_tables},
    Operation{"ListTagsOfResource", list_tags_of_resource},
    Operation{"PutItem", put_item},
    Operation{"Query", query},
    Operation{"Scan", scan},
    Operation{"TagResource", tag_resource},
    Operation{"TransactGetItems", transact_get_items},
    Operation{"TransactWriteItems", transact_write_items},
    Operation{"UntagResource", untag_resource},
    Operation{"UpdateContinuousBackups", update_continuous_backups},
    Operation{"UpdateItem", update_item},
    Operation{"UpdateTable", update_table},
    Operation{"UpdateTimeToLive", update_time_to_live},
};
static_assert(std::ranges::is_sorted(kOperations, {}, &Operation::name));

/// nullptr where it is not implemented.
[[nodiscard]] inline const Operation* find(std::string_view name) {
  const auto* const found = std::ranges::lower_bound(kOperations, name, {}, &Operation::name);
  return found != kOperations.end() && found->name == name ? found : nullptr;
}

}  // namespace dynatape::operations
