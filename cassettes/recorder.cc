#include "cassettes/recorder.h"

#include <utility>

namespace dynatape::cassettes {

/// Suspends an append until its batch is committed. The first of a batch leads it: its loop resumes
/// it behind everything that is ready in this turn, and then it commits what has gathered and
/// resumes the others.
struct Recorder::Enqueue {
  Recorder& recorder;
  Pending& pending;
  std::string_view invocation;

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    pending.waiter = handle;
    core::Loop& loop = *pending.loop;
    // Another thread may resume a follower at once, so its frame is not touched from here on.
    if (recorder.enqueue(pending, invocation)) loop.resume(handle);
  }
  void await_resume() const noexcept {}
};

core::Result<std::unique_ptr<Recorder>> Recorder::make(std::shared_ptr<Store> store) {
  const auto last_id = store->last_id();
  if (!last_id) return std::unexpected(last_id.error());
  return std::unique_ptr<Recorder>(new Recorder(std::move(store), *last_id));
}

core::Task<core::Result<std::int64_t>> Recorder::append(Recording recording,
                                                        std::string_view invocation,
                                                        core::Loop& loop) {
  if (const auto failed = failure()) co_return std::unexpected(*failed);
  Pending pending{.recording = std::move(recording), .loop = &loop};
  co_await Enqueue{*this, pending, invocation};
  if (pending.leads) commit(pending);
  if (pending.error) co_return std::unexpected(*pending.error);
  co_return pending.recording.id;
}

bool Recorder::enqueue(Pending& pending, std::string_view invocation) {
  const std::lock_guard lock(mutex_);
  Recording& recording = pending.recording;
  recording.id = ++last_id_;
  recording.call = calls_.find(invocation, recording.key).value_or(recording.id);
  calls_.remember(invocation, recording.key, recording.call);
  pending.leads = batch_.empty();
  batch_.push_back(&pending);
  return pending.leads;
}

void Recorder::commit(const Pending& own) {
  std::vector<Pending*> batch;
  {
    const std::lock_guard lock(mutex_);
    batch.swap(batch_);
  }
  std::vector<const Recording*> recordings;
  recordings.reserve(batch.size());
  for (const Pending* pending : batch) recordings.push_back(&pending->recording);
  std::optional<core::Error> error = failure();
  if (!error) {
    if (const auto done = store_->append(recordings); !done) error = done.error();
  }
  {
    const std::lock_guard lock(mutex_);
    if (error && !failure_) failure_ = error;
    if (!error) recorded_ += batch.size();
  }
  for (Pending* pending : batch) {
    pending->error = error;
    if (pending != &own) pending->loop->resume(pending->waiter);
  }
}

std::optional<core::Error> Recorder::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

std::size_t Recorder::recorded() const {
  const std::lock_guard lock(mutex_);
  return recorded_;
}

}  // namespace dynatape::cassettes
