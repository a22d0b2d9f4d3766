#include "emulator/operations/operations.h"
#include "emulator/operations/parameters.h"
#include "emulator/operations/request.h"
#include "emulator/operations/table_stream.h"
#include "emulator/wire/writer.h"

namespace dynatape::operations {
namespace {

struct ShardFilter {
  std::optional<std::string> type;
  std::optional<std::string> shard;
};

struct DescribeStreamInput {
  std::optional<std::string> arn;
  std::optional<std::int32_t> limit;
  std::optional<std::string> start;
  std::optional<ShardFilter> filter;
};

constexpr std::int32_t kMaxShards = 100;
constexpr wire::Constraint kShardId = {.min = 28, .max = 65};

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::ShardFilter> {
  using T = operations::ShardFilter;
  static constexpr std::string_view kName = "ShardFilter";
  static constexpr auto kMembers =
      std::tuple{member("Type", &T::type, {.one_of = {"[CHILD_SHARDS]"}}),
                 member("ShardId", &T::shard, operations::kShardId)};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct dynatape::wire::Shape<dynatape::operations::DescribeStreamInput> {
  using T = operations::DescribeStreamInput;
  static constexpr std::string_view kName = "DescribeStreamInput";
  static constexpr auto kMembers =
      std::tuple{member("StreamArn", &T::arn, {.required = true, .min = 37, .max = 1024}),
                 member("Limit", &T::limit, {.min = 1, .max = operations::kMaxShards}),
                 member("ExclusiveStartShardId", &T::start, operations::kShardId),
                 member("ShardFilter", &T::filter)};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {
namespace {

void append_shard(std::string& out, const storage::Shard& shard,
                  const std::optional<std::string>& parent) {
  wire::ObjectWriter writer(out);
  if (parent) writer.string("ParentShardId", *parent);
  {
    wire::ObjectWriter range(writer.name("SequenceNumberRange"));
    if (shard.last) range.string("EndingSequenceNumber", sequence_text(*shard.last));
    range.string("StartingSequenceNumber", sequence_text(shard.first));
  }
  writer.string("ShardId", shard_id(shard));
}

struct ShardPage {
  std::string list;
  std::string last;  ///< the last shard's id, if more follow
};

/// The shards asked for. Each but the first that is left is the child of the one before it.
ShardPage shards_of(const Context& context, const DescribeStreamInput& input,
                    const storage::Stream& stream) {
  ShardPage page;
  std::optional<std::string> parent;
  std::string last;
  bool started = !input.start;
  std::int32_t count = 0;
  for (const storage::Shard& shard : stream.content().shards) {
    if (shard.gone(context.now)) continue;
    const std::string id = shard_id(shard);
    const bool wanted =
        started && (!input.filter || !input.filter->shard || parent == input.filter->shard);
    if (wanted && count == input.limit.value_or(kMaxShards)) {
      page.last = last;
      break;
    }
    if (wanted) {
      if (count++ > 0) page.list += ',';
      append_shard(page.list, shard, parent);
      last = id;
    }
    started = started || id == input.start;
    parent = id;
  }
  return page;
}

std::string_view status_of(const Context& context, const storage::Stream& stream) {
  if (stream.content().closed) {
    return context.now < stream.content().disabled ? "DISABLING" : "DISABLED";
  }
  return context.now < stream.definition().enabled ? "ENABLING" : "ENABLED";
}

void append_key(std::string& out, const model::KeySchema& key) {
  std::string list;
  for (const auto* part : {&key.hash, &key.range}) {
    for (const model::AttributeDefinition& attribute : *part) {
      if (!list.empty()) list += ',';
      wire::ObjectWriter writer(list);
      writer.string("AttributeName", attribute.name);
      writer.string("KeyType", part == &key.hash ? "HASH" : "RANGE");
    }
  }
  out += "[" + list + "]";
}

std::string answer_of(const Context& context, const DescribeStreamInput& input,
                      const storage::Stream& stream) {
  const storage::StreamDefinition& definition = stream.definition();
  const ShardPage page = shards_of(context, input, stream);
  const auto created =
      std::chrono::duration_cast<std::chrono::milliseconds>(definition.created.time_since_epoch());
  std::string answer;
  {
    wire::ObjectWriter outer(answer);
    wire::ObjectWriter writer(outer.name("StreamDescription"));
    writer.decimal("CreationRequestDateTime", static_cast<double>(created.count()) / 1000);
    append_key(writer.name("KeySchema"), definition.key);
    if (!page.last.empty()) writer.string("LastEvaluatedShardId", page.last);
    writer.name("Shards") += "[" + page.list + "]";
    writer.string("StreamArn", stream_arn(context, definition));
    writer.string("StreamLabel", definition.specification.label);
    writer.string("StreamStatus", status_of(context, stream));
    writer.string("StreamViewType", view_name(definition.specification.view));
    writer.string("TableName", definition.table);
  }
  return answer;
}

}  // namespace

Answer describe_stream(const Context& context, const wire::Json& body) {
  const auto input = read<DescribeStreamInput>(body);
  if (!input) return std::unexpected(input.error());
  if (auto good = check(*input); !good) return std::unexpected(good.error());
  const storage::Snapshot snapshot = context.database.snapshot();
  const auto stream = find_stream(context, snapshot, *input->arn);
  if (!stream) return std::unexpected(stream.error());
  return answer_of(context, *input, **stream);
}

}  // namespace dynatape::operations
