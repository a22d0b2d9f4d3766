// The part of a session that stops its traffic: to change its cassette, to begin again, to end.

#include <utility>

#include "emulator/storage/databases.h"
#include "interceptors/expiry.h"
#include "proxy/sessions/holds.h"
#include "proxy/sessions/session.h"

namespace dynatape::sessions {
namespace {

using core::Result;
using namespace std::chrono_literals;

constexpr core::Duration kPoll = 1ms;      // between two looks whether calls have ended
constexpr core::Duration kPatience = 10s;  // for the calls under way

}  // namespace

core::Task<Result<void>> Session::pause(core::Loop& loop) {
  {
    const std::lock_guard lock(mutex_);
    if (paused_ || closed()) {
      co_return core::failure("session '" + name() + "' is closed or being changed");
    }
    paused_ = true;
    polyfills_.expiry->hold_back(true);
    retire_pipeline();
  }
  if (Holds* const held = holds()) held->release();
  if (co_await calls_end(loop)) co_return Result<void>();
  const std::lock_guard lock(mutex_);
  paused_ = false;
  put_pipeline();
  co_return core::failure("calls of session '" + name() +
                          "' are still under way; nothing was changed");
}

core::Task<bool> Session::calls_end(core::Loop& loop) const {
  for (core::Duration waited{}; has_calls(); waited += kPoll) {
    if (waited >= kPatience) co_return false;
    co_await loop.sleep(kPoll);
  }
  co_return true;
}

core::Task<Result<void>> Session::change_cassette(core::Loop& loop, std::string path,
                                                  cassettes::Mode mode) {
  if (auto paused = co_await pause(loop); !paused) co_return paused;
  const CassetteInUse before = cassette();
  Result<void> outcome;
  if (before.cassette) outcome = before.cassette->close();
  auto opened = open_cassette(std::move(path), mode);
  const std::lock_guard lock(mutex_);
  if (before.cassette) add(before.cassette->summary(), past_tapes_);
  why_none_ = std::nullopt;
  if (!opened) {
    why_none_ = opened.error().message;
    outcome = std::unexpected(opened.error());
  }
  cassette_ = opened ? std::move(*opened) : CassetteInUse{};
  paused_ = false;
  put_pipeline();
  co_return outcome;
}

core::Task<Result<void>> Session::reset(core::Loop& loop) {
  if (auto paused = co_await pause(loop); !paused) co_return paused;
  Result<void> outcome;
  CassetteInUse tape = cassette();
  if (tape.cassette && !tape.cassette->records()) {
    outcome = tape.cassette->close();
    auto again = open_cassette(tape.path, cassettes::Mode::none);
    if (again) {
      again->mode = tape.mode;
      tape = std::move(*again);
    } else {
      outcome = std::unexpected(again.error());
    }
  }
  if (auto* const databases = emulator()) databases->databases().adopt(prepared_);
  clock_.restart(settings_.clock);
  auto polyfills = make_polyfills();
  if (!polyfills) outcome = std::unexpected(polyfills.error());
  const std::lock_guard lock(mutex_);
  if (polyfills) polyfills_ = *std::move(polyfills);
  put_rules(settings_.rules, running(first_rules_));
  retired_rules_.clear();
  past_faults_.clear();
  past_lost_.clear();
  past_halts_.clear();
  failures_.clear();
  past_tapes_ = {};
  calls_ = 0;
  cassette_ = std::move(tape);
  paused_ = false;
  put_pipeline();
  co_return outcome;
}

core::Task<Result<void>> Session::close(core::Loop& loop) {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    polyfills_.expiry->hold_back(true);
    retire_pipeline();
  }
  if (Holds* const held = holds()) held->release();
  if (co_await calls_end(loop)) co_return close_now();
  co_return core::failure("session '" + name() + "' takes no more calls, but some are still " +
                          "under way; close it again when they have ended");
}

}  // namespace dynatape::sessions
