#include "emulator/operations/operations.h"
#include "emulator/operations/parameters.h"
#include "emulator/operations/request.h"
#include "emulator/operations/table_stream.h"
#include "emulator/wire/writer.h"

namespace dynatape::operations {
namespace {

struct ListStreamsInput {
  std::optional<TableName> table_name;
  std::optional<std::int32_t> limit;
  std::optional<std::string> start;
};

constexpr std::int32_t kMaxStreams = 100;

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::ListStreamsInput> {
  using T = operations::ListStreamsInput;
  static constexpr std::string_view kName = "ListStreamsInput";
  static constexpr auto kMembers = std::tuple{
      member("TableName", &T::table_name, {.min = 3, .max = 255, .pattern = Pattern::name}),
      member("Limit", &T::limit, {.min = 1, .max = operations::kMaxStreams}),
      member("ExclusiveStartStreamArn", &T::start, {.min = 37, .max = 1024})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {

/// By table, then by age, also those of tables that are no more. The start need not exist any more.
Answer list_streams(const Context& context, const wire::Json& body) {
  const auto input = read<ListStreamsInput>(body);
  if (!input) return std::unexpected(input.error());
  if (auto good = check(*input); !good) return std::unexpected(good.error());

  const storage::Snapshot snapshot = context.database.snapshot();
  std::string start;
  if (input->start) {
    const std::string_view sent = *input->start;
    const auto label = sent.rfind('/');
    start = storage::Stream::key_of(table_name(sent), sent.substr(label + 1));
  }
  const std::int32_t limit = input->limit.value_or(kMaxStreams);
  std::string list;
  std::string last;
  bool more = false;
  std::int32_t count = 0;
  for (auto stream = snapshot.streams().lower_bound(start); stream.valid(); stream.next()) {
    const storage::StreamDefinition& definition = stream->definition();
    const bool other = input->table_name && input->table_name->name() != definition.table;
    if (stream->key() == start || other || stream->gone(context.now)) continue;
    more = count == limit;
    if (more) break;
    if (count++ > 0) list += ',';
    last = stream_arn(context, definition);
    wire::ObjectWriter writer(list);
    writer.string("StreamArn", last);
    writer.string("StreamLabel", definition.specification.label);
    writer.string("TableName", definition.table);
  }
  std::string answer;
  {
    wire::ObjectWriter writer(answer);
    if (more) writer.string("LastEvaluatedStreamArn", last);
    writer.name("Streams") += "[" + list + "]";
  }
  return answer;
}

}  // namespace dynatape::operations
