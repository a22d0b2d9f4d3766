#pragma once

// A table's stream as the operations name, open, close and find it.

#include <optional>
#include <string>
#include <string_view>

#include "emulator/operations/context.h"
#include "emulator/storage/stream.h"

namespace dynatape::operations {

/// Opens and closes streams as `table`, which had the stream `before`, now says.
void follow_stream(const Context& context, storage::Transaction& transaction,
                   storage::TableWriter& table,
                   const std::optional<model::StreamSpecification>& before);

/// arn:aws:dynamodb:<region>:000000000000:table/<name>/stream/<label>
[[nodiscard]] std::string stream_arn(const Context& context,
                                     const storage::StreamDefinition& stream);

/// ResourceNotFoundException unless the ARN is that of a stream that can still be read.
[[nodiscard]] model::Outcome<const storage::Stream*> find_stream(const Context& context,
                                                                 const storage::Snapshot& from,
                                                                 const std::string& arn);
/// nullptr where there is no such shard, or none any more.
[[nodiscard]] const storage::Shard* find_shard(const Context& context,
                                               const storage::Stream& stream, std::string_view id);

/// shardId-00000001541626099285-f35f62ef
[[nodiscard]] std::string shard_id(const storage::Shard& shard);
/// As the service writes it: 21 digits.
[[nodiscard]] std::string sequence_text(std::uint64_t sequence);
[[nodiscard]] std::optional<std::uint64_t> parse_sequence(std::string_view text);

[[nodiscard]] std::string_view view_name(model::StreamView view);

}  // namespace dynatape::operations
