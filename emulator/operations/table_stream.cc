#include "emulator/operations/table_stream.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "emulator/operations/target_table.h"

namespace dynatape::operations {
namespace {

constexpr std::string_view kArnStream = "/stream/";
constexpr std::size_t kSequenceDigits = 21;

}  // namespace

void follow_stream(const Context& context, storage::Transaction& transaction,
                   storage::TableWriter& table,
                   const std::optional<model::StreamSpecification>& before) {
  const model::Table& definition = table.definition();
  if (before == definition.stream) return;
  if (before) transaction.close_stream(table, before->label, context.now, context.settled());
  if (definition.stream) {
    transaction.open_stream(table, {definition.name, *definition.stream, definition.key,
                                    context.now, context.settled()});
  }
}

std::string stream_arn(const Context& context, const storage::StreamDefinition& stream) {
  return table_arn(context, stream.table).append(kArnStream).append(stream.specification.label);
}

model::Outcome<const storage::Stream*> find_stream(const Context& context,
                                                   const storage::Snapshot& from,
                                                   const std::string& arn) {
  const auto at = arn.find(kArnStream);
  const storage::Stream* stream = nullptr;
  if (at != std::string::npos) {
    stream = from.stream(table_name(arn), std::string_view(arn).substr(at + kArnStream.size()));
  }
  if (stream == nullptr || stream->gone(context.now) ||
      arn != stream_arn(context, stream->definition())) {
    return model::fail(model::ErrorType::resource_not_found,
                       "Requested resource not found: Stream: " + arn + " not found");
  }
  return stream;
}

const storage::Shard* find_shard(const Context& context, const storage::Stream& stream,
                                 std::string_view id) {
  for (const storage::Shard& shard : stream.content().shards) {
    if (!shard.gone(context.now) && shard_id(shard) == id) return &shard;
  }
  return nullptr;
}

std::string shard_id(const storage::Shard& shard) {
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(shard.opened.time_since_epoch());
  const auto mixed = static_cast<std::uint32_t>(shard.number * 0x9e3779b97f4a7c15 >> 32);
  std::array<char, 64> text;
  std::snprintf(text.data(), text.size(), "shardId-%020lld-%08x",
                static_cast<long long>(milliseconds.count()), mixed);
  return text.data();
}

std::string sequence_text(std::uint64_t sequence) {
  const std::string digits = std::to_string(sequence);
  return "1" + std::string(kSequenceDigits - 1 - digits.size(), '0') + digits;
}

std::optional<std::uint64_t> parse_sequence(std::string_view text) {
  if (text.size() != kSequenceDigits || text[0] != '1') return std::nullopt;
  std::uint64_t sequence = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + 1, end, sequence);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return sequence;
}

std::string_view view_name(model::StreamView view) {
  constexpr std::array<std::string_view, 4> kViews = {"KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE",
                                                      "NEW_AND_OLD_IMAGES"};
  return kViews[static_cast<std::size_t>(view)];
}

}  // namespace dynatape::operations
