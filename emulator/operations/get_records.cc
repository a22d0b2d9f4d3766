#include <array>

#include "emulator/operations/operations.h"
#include "emulator/operations/parameters.h"
#include "emulator/operations/request.h"
#include "emulator/operations/shard_iterator.h"
#include "emulator/operations/table_stream.h"
#include "emulator/wire/writer.h"

namespace dynatape::operations {
namespace {

struct GetRecordsInput {
  std::optional<std::string> iterator;
  std::optional<std::int32_t> limit;
};

constexpr std::int32_t kMaxRecords = 1000;
constexpr std::size_t kMaxBytes = std::size_t{1024} * 1024;
constexpr std::chrono::minutes kIteratorLifetime{15};

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::GetRecordsInput> {
  using T = operations::GetRecordsInput;
  static constexpr std::string_view kName = "GetRecordsInput";
  static constexpr auto kMembers =
      std::tuple{member("ShardIterator", &T::iterator, {.required = true, .min = 1, .max = 2048}),
                 member("Limit", &T::limit, {.min = 1, .max = operations::kMaxRecords})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {
namespace {

using Kind = storage::StreamRecord::Kind;
using model::StreamView;

/// 32 hexadecimal digits, the same for the same record at any time.
std::string event_id(std::string_view stream, std::uint64_t sequence) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::uint64_t state = sequence;
  for (const char c : stream) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  std::string id;
  for (int half = 0; half < 2; ++half) {
    std::uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    z ^= z >> 31;
    for (int shift = 60; shift >= 0; shift -= 4) id += kHex[z >> shift & 0xf];
  }
  return id;
}

/// One record as GetRecords shows it, and what it weighs.
class RecordWriter {
 public:
  RecordWriter(const Context& context, const storage::Stream& stream)
      : context_(context),
        stream_(stream),
        view_(stream.definition().specification.view),
        shows_new_(view_ == StreamView::new_image || view_ == StreamView::new_and_old_images),
        shows_old_(view_ == StreamView::old_image || view_ == StreamView::new_and_old_images) {}

  [[nodiscard]] std::size_t size_bytes(const storage::StreamRecord::Content& record) const {
    std::size_t size = 0;
    for_keys(record, [&](const std::string& name, const model::ValueView& value) {
      size += name.size() + value.size_bytes();
    });
    if (shows_new_ && record.after) size += record.after->size_bytes();
    if (shows_old_ && record.before) size += record.before->size_bytes();
    return size;
  }

  void append(std::string& out, const storage::StreamRecord::Content& record) const {
    constexpr std::array<std::string_view, 3> kNames = {"INSERT", "MODIFY", "REMOVE"};
    wire::ObjectWriter writer(out);
    writer.string("awsRegion", context_.region);
    append_change(writer.name("dynamodb"), record);
    writer.string("eventID", event_id(stream_.key(), record.sequence));
    writer.string("eventName", kNames[static_cast<std::size_t>(record.kind)]);
    writer.string("eventSource", "aws:dynamodb");
    writer.string("eventVersion", "1.1");
    if (!record.expired) return;
    wire::ObjectWriter identity(writer.name("userIdentity"));
    identity.string("PrincipalId", "dynamodb.amazonaws.com");
    identity.string("Type", "Service");
  }

 private:
  void append_change(std::string& out, const storage::StreamRecord::Content& record) const {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(record.time.time_since_epoch());
    wire::ObjectWriter writer(out);
    writer.decimal("ApproximateCreationDateTime", static_cast<double>(seconds.count()));
    {
      wire::ObjectWriter keys(writer.name("Keys"));
      for_keys(record, [&](const std::string& name, const model::ValueView& value) {
        wire::append(keys.name(name), value);
      });
    }
    if (shows_new_ && record.after) wire::append(writer.name("NewImage"), record.after->item());
    if (shows_old_ && record.before) wire::append(writer.name("OldImage"), record.before->item());
    writer.string("SequenceNumber", sequence_text(record.sequence));
    writer.integer("SizeBytes", static_cast<std::int64_t>(size_bytes(record)));
    writer.string("StreamViewType", view_name(view_));
  }

  template <class F>
  void for_keys(const storage::StreamRecord::Content& record, F each) const {
    const model::ItemView item = (record.after ? record.after : record.before)->item();
    const model::KeySchema& key = stream_.definition().key;
    for (const auto* part : {&key.hash, &key.range}) {
      for (const model::AttributeDefinition& attribute : *part) {
        if (const auto value = item.find(attribute.name)) each(attribute.name, *value);
      }
    }
  }

  const Context& context_;
  const storage::Stream& stream_;
  StreamView view_;
  bool shows_new_;
  bool shows_old_;
};

/// Reads from `iterator` on, which is left where the next call goes on; the records' JSON.
std::string read_records(const Context& context, const storage::Stream& stream,
                         const storage::Shard& shard, std::int32_t limit, ShardIterator& iterator) {
  const RecordWriter writer(context, stream);
  std::string list;
  std::size_t bytes = 0;
  std::int32_t count = 0;
  auto record =
      stream.content().records.lower_bound(storage::StreamRecord::key_of(iterator.position));
  for (; record.valid() && count < limit; record.next()) {
    const storage::StreamRecord::Content& content = record->content();
    if (!shard.contains(content.sequence)) break;
    bytes += writer.size_bytes(content);
    if (count > 0 && bytes > kMaxBytes) return list;
    if (count++ > 0) list += ',';
    writer.append(list, content);
    iterator.position = content.sequence + 1;
  }
  return list;
}

model::Outcome<ShardIterator> iterator_of(const Context& context, const GetRecordsInput& input) {
  auto iterator = ShardIterator::parse(*input.iterator);
  if (!iterator) return model::invalid("Invalid ShardIterator");
  if (context.now - iterator->issued > kIteratorLifetime) {
    return model::fail(model::ErrorType::expired_iterator,
                       "The shard iterator has expired and can no longer be used to retrieve "
                       "stream records");
  }
  return std::move(*iterator);
}

}  // namespace

Answer get_records(const Context& context, const wire::Json& body) {
  const auto input = read<GetRecordsInput>(body);
  if (!input) return std::unexpected(input.error());
  if (auto good = check(*input); !good) return std::unexpected(good.error());
  auto iterator = iterator_of(context, *input);
  if (!iterator) return std::unexpected(iterator.error());
  const storage::Snapshot snapshot = context.database.snapshot();
  const auto stream = find_stream(context, snapshot, iterator->stream_arn);
  if (!stream) return std::unexpected(stream.error());
  const storage::Shard* const shard = find_shard(context, **stream, iterator->shard);
  const bool trimmed = shard == nullptr || (shard->contains(iterator->position) &&
                                            iterator->position < (*stream)->horizon(context.now));
  if (trimmed) {
    return model::fail(model::ErrorType::trimmed_data_access,
                       "The data you are trying to access has been trimmed");
  }
  const std::string records =
      read_records(context, **stream, *shard, input->limit.value_or(kMaxRecords), *iterator);
  iterator->issued = context.now;
  std::string answer;
  {
    wire::ObjectWriter writer(answer);
    if (shard->contains(iterator->position)) writer.string("NextShardIterator", iterator->text());
    writer.name("Records") += "[" + records + "]";
  }
  return answer;
}

}  // namespace dynatape::operations
