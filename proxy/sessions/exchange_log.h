#pragma once

// The latest exchanges of all sessions, for whoever asks what happened, and for those who follow
// live. Bounded in number and in bytes. An exchange costs it a move of the request that is no
// longer needed; what a request says is only read when somebody asks. Safe to call from any thread.

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/exchange.h"
#include "core/wakeup.h"

namespace dynatape::sessions {

/// What is kept of one exchange.
struct LoggedExchange {
  std::uint64_t id = 0;
  std::string session;
  core::TimePoint started;
  core::Duration took{};
  core::Request request;
  int status = 0;
  core::Source source = core::Source::proxy;
  std::vector<core::Note> notes;
  std::vector<std::shared_ptr<const core::PlannedFault>> faults;
};

class ExchangeLog {
 public:
  using Entry = std::shared_ptr<const LoggedExchange>;

  static constexpr std::size_t kMostEntries = 1000;
  static constexpr std::size_t kMostBytes = std::size_t{16} << 20;  ///< of bodies

  void add(Entry entry);

  /// The kept ones, the latest first.
  [[nodiscard]] std::vector<Entry> recent() const;
  /// Forgets the exchanges of one session.
  void forget(std::string_view session);

  /// One who follows: gets what is added from now on, in order. Where it is slower than the calls,
  /// the oldest that wait for it are dropped and counted.
  class Follower {
   public:
    static constexpr std::size_t kMostWaiting = 4096;

    struct News {
      std::vector<Entry> entries;
      std::uint64_t dropped = 0;  ///< before these
    };
    /// What has come, as soon as something has; nothing after `patience`; nullopt once stopped.
    [[nodiscard]] core::Task<std::optional<News>> next(core::Loop& loop, core::Duration patience);
    /// Ends next() for good. From any thread.
    void stop();

   private:
    friend class ExchangeLog;
    void put(const Entry& entry);

    std::mutex mutex_;
    std::deque<Entry> waiting_;  ///< guarded by mutex_, as are the next three
    std::uint64_t dropped_ = 0;
    bool stopped_ = false;
    std::shared_ptr<core::Wakeup> wakeup_;  ///< of who waits in next()
  };
  /// It is forgotten when the last owner besides the log lets go of it.
  [[nodiscard]] std::shared_ptr<Follower> follow();

 private:
  mutable std::mutex mutex_;
  std::deque<Entry> entries_;  ///< guarded by mutex_, as are the next two
  std::size_t bytes_ = 0;
  std::vector<std::weak_ptr<Follower>> followers_;
};

}  // namespace dynatape::sessions
