#include <algorithm>

#include "emulator/operations/operations.h"
#include "emulator/operations/parameters.h"
#include "emulator/operations/request.h"
#include "emulator/operations/shard_iterator.h"
#include "emulator/operations/table_stream.h"
#include "emulator/wire/writer.h"

namespace dynatape::operations {
namespace {

struct GetShardIteratorInput {
  std::optional<std::string> arn;
  std::optional<std::string> shard;
  std::optional<std::string> type;
  std::optional<std::string> sequence;
};

constexpr wire::EnumSet kIteratorType = {
    "[AFTER_SEQUENCE_NUMBER, LATEST, AT_SEQUENCE_NUMBER, TRIM_HORIZON]"};

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::GetShardIteratorInput> {
  using T = operations::GetShardIteratorInput;
  static constexpr std::string_view kName = "GetShardIteratorInput";
  static constexpr auto kMembers =
      std::tuple{member("StreamArn", &T::arn, {.required = true, .min = 37, .max = 1024}),
                 member("ShardId", &T::shard, {.required = true, .min = 28, .max = 65}),
                 member("ShardIteratorType", &T::type,
                        {.required = true, .one_of = operations::kIteratorType}),
                 member("SequenceNumber", &T::sequence, {.min = 21, .max = 40})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {
namespace {

/// The sequence number that the iterator begins at.
model::Outcome<std::uint64_t> position_of(const Context& context,
                                          const GetShardIteratorInput& input,
                                          const storage::Stream& stream,
                                          const storage::Shard& shard) {
  const std::uint64_t horizon = stream.horizon(context.now);
  if (*input.type == "TRIM_HORIZON") return std::max(shard.first, horizon);
  if (*input.type == "LATEST") return shard.last ? *shard.last + 1 : stream.content().next_sequence;
  if (!input.sequence) {
    return model::invalid("SequenceNumber is required for ShardIteratorType " + *input.type);
  }
  const auto sequence = parse_sequence(*input.sequence);
  if (!sequence || !shard.contains(*sequence)) {
    return model::invalid("Invalid SequenceNumber: " + *input.sequence);
  }
  if (*sequence < horizon) {
    return model::fail(model::ErrorType::trimmed_data_access,
                       "The data you are trying to access has been trimmed");
  }
  return *input.type == "AT_SEQUENCE_NUMBER" ? *sequence : *sequence + 1;
}

}  // namespace

Answer get_shard_iterator(const Context& context, const wire::Json& body) {
  const auto input = read<GetShardIteratorInput>(body);
  if (!input) return std::unexpected(input.error());
  if (auto good = check(*input); !good) return std::unexpected(good.error());
  const storage::Snapshot snapshot = context.database.snapshot();
  const auto stream = find_stream(context, snapshot, *input->arn);
  if (!stream) return std::unexpected(stream.error());
  const storage::Shard* const shard = find_shard(context, **stream, *input->shard);
  if (shard == nullptr) {
    return model::fail(model::ErrorType::resource_not_found,
                       "Requested resource not found: Shard: " + *input->shard + " not found");
  }
  const auto position = position_of(context, *input, **stream, *shard);
  if (!position) return std::unexpected(position.error());
  std::string answer;
  wire::ObjectWriter(answer).string(
      "ShardIterator", ShardIterator{*input->arn, *input->shard, *position, context.now}.text());
  return answer;
}

}  // namespace dynatape::operations
