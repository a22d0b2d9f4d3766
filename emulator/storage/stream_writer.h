#pragma once

// The write side of one stream inside a transaction: appends records, rolls shards, and lets go of
// what is older than a day.

#include "emulator/storage/stream.h"
#include "emulator/storage/tree_editor.h"

namespace dynatape::storage {

class StreamWriter {
 public:
  explicit StreamWriter(const Stream& base);
  StreamWriter(const StreamWriter&) = delete;
  StreamWriter& operator=(const StreamWriter&) = delete;

  /// Records that an item changed from `before` to `after`, either of which may be null; nothing
  /// where they are equal.
  void append(Ref<Record> before, Ref<Record> after, model::TimePoint now, bool expired);
  /// Ends the stream: no record follows. It is disabled from `disabled` on.
  void close(model::TimePoint now, model::TimePoint disabled);

  [[nodiscard]] bool changed() const { return changed_; }
  /// The stream as written; the writer takes no more writes after it.
  [[nodiscard]] Ref<Stream> finish();
  /// To be called once the stream this writer began from is no longer published; see TreeEditor.
  void settle() { records_.settle(); }

 private:
  void close_shard(model::TimePoint now);
  void open_shard(model::TimePoint now);
  void trim(model::TimePoint now);

  Stream::Content content_;
  TreeEditor<StreamRecord> records_;
  bool changed_ = false;
};

}  // namespace dynatape::storage
