#include "emulator/storage/stream_writer.h"

#include <utility>

namespace dynatape::storage {
namespace {

using Kind = StreamRecord::Kind;
using model::StreamView;

}  // namespace

StreamWriter::StreamWriter(const Stream& base)
    : content_(base.content()), records_(std::exchange(content_.records, {})) {}

void StreamWriter::append(Ref<Record> before, Ref<Record> after, model::TimePoint now,
                          bool expired) {
  const bool same = before && after ? before->item() == after->item() : !before && !after;
  if (same) return;
  const Shard& open = content_.shards.back();
  if (now - open.opened >= kShardLifetime && content_.next_sequence > open.first) {
    close_shard(now);
    open_shard(now);
  }
  const Kind kind = !before ? Kind::insert : after ? Kind::modify : Kind::remove;
  if (kind == Kind::modify) {
    const StreamView view = content_.definition->specification.view;
    if (view == StreamView::old_image) {
      after = nullptr;
    } else if (view != StreamView::new_and_old_images) {
      before = nullptr;
    }
  }
  records_.put(StreamRecord::make(
      {content_.next_sequence++, kind, now, std::move(before), std::move(after), expired}));
  changed_ = true;
  trim(now);
}

void StreamWriter::close(model::TimePoint now, model::TimePoint disabled) {
  close_shard(now);
  content_.closed = now;
  content_.disabled = disabled;
  changed_ = true;
}

/// An empty shard takes a number for its end, so that no number belongs to two shards.
void StreamWriter::close_shard(model::TimePoint now) {
  Shard& open = content_.shards.back();
  if (content_.next_sequence == open.first) ++content_.next_sequence;
  open.last = content_.next_sequence - 1;
  open.closed = now;
}

void StreamWriter::open_shard(model::TimePoint now) {
  const Shard child{content_.shards.back().number + 1, content_.next_sequence, now};
  std::erase_if(content_.shards, [&](const Shard& shard) { return shard.gone(now); });
  content_.shards.push_back(child);
}

/// Two at a time: trimmed records never come to outnumber the others, and no write pays for a day.
void StreamWriter::trim(model::TimePoint now) {
  for (int i = 0; i < 2; ++i) {
    const auto oldest = records_.first();
    if (now - oldest->content().time < kStreamRetention) return;
    records_.erase(std::string(oldest->key()));
  }
}

Ref<Stream> StreamWriter::finish() {
  content_.records = records_.finish();
  return Ref<Stream>::adopt(new Stream(content_));
}

}  // namespace dynatape::storage
