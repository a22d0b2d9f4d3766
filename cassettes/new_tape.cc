#include "cassettes/new_tape.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "cassettes/file_header.h"
#include "cassettes/tape_index.h"

namespace dynatape::cassettes {
namespace {

constexpr std::size_t kBatch = 256;

std::unexpected<core::Error> failed(const std::string& path, const std::string& why) {
  return core::failure("cassette " + path + ": " + why);
}

}  // namespace

core::Result<NewTape> NewTape::begin(std::string path, Existing existing) {
  std::error_code ignored;
  const bool there = std::filesystem::exists(path, ignored);
  if (there && existing == Existing::keep) {
    return failed(path, "it exists; name a new file, or remove it");
  }
  // Of this process alone, so that two commands do not meet.
  std::string unfinished = path + ".new-" + std::to_string(::getpid());
  auto store = Store::record(unfinished);
  if (!store) return std::unexpected(store.error());
  return NewTape(std::move(path), std::move(unfinished), std::move(*store));
}

NewTape::~NewTape() {
  if (!store_) return;
  store_.reset();
  std::remove(unfinished_.c_str());
}

core::Result<void> NewTape::keep(const TapeSettings& settings) {
  return keep_settings(*store_, settings);
}

core::Result<void> NewTape::append(Recording recording) {
  waiting_.push_back(std::move(recording));
  return waiting_.size() < kBatch ? core::Result<void>() : write();
}

core::Result<void> NewTape::write() {
  std::vector<const Recording*> batch;
  batch.reserve(waiting_.size());
  for (const Recording& one : waiting_) batch.push_back(&one);
  auto done = store_->append(batch);
  waiting_.clear();
  return done;
}

core::Result<void> NewTape::finish() {
  if (auto done = write(); !done) return done;
  if (auto done = close_with_index(*store_); !done) return done;
  // SQLite would take such a log for the new tape's.
  for (const char* log : {"-wal", "-journal"}) {
    std::error_code ignored;
    if (!std::filesystem::exists(path_ + log, ignored)) continue;
    return failed(path_, "it was kept, because " + path_ + log + " shows a recorder at work");
  }
  if (std::rename(unfinished_.c_str(), path_.c_str()) != 0) {
    return failed(path_, std::string("it cannot be written: ") + std::strerror(errno));
  }
  store_.reset();
  return {};
}

}  // namespace dynatape::cassettes
