#include "core/loop.h"

#include <catch2/catch.hpp>
#include <thread>

#include "tests/support/manual_loop.h"

namespace dynatape::core {
namespace {

using namespace std::chrono_literals;
using support::ManualLoop;

Task<void> note_after(Loop& loop, Duration delay, std::string name, std::string& log) {
  co_await loop.sleep(delay);
  log += name;
}

Task<int> answer_from_another_thread(Loop& loop) {
  struct Elsewhere {
    Loop& loop;
    std::thread thread;
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
      thread = std::thread([this, handle] { loop.resume(handle); });
    }
    int await_resume() {
      thread.join();
      return 7;
    }
  };
  co_return co_await Elsewhere{loop, {}};
}

}  // namespace

TEST_CASE("loop: sleepers wake in order of time, and only once their time has come") {
  ManualLoop loop;
  std::string log;
  start(note_after(loop, 20ms, "late ", log));
  start(note_after(loop, 10ms, "early ", log));
  start(note_after(loop, 0ms, "at once ", log));
  CHECK(log == "at once ");
  loop.advance(10ms);
  CHECK(log == "at once early ");
  loop.advance(9ms);
  CHECK(loop.sleeping() == 1);
  loop.advance(1ms);
  CHECK(log == "at once early late ");
  CHECK(loop.elapsed() == 20ms);
}

TEST_CASE("loop: a task may be resumed by another thread") {
  ManualLoop loop;
  CHECK(loop.run(answer_from_another_thread(loop)) == 7);
}

}  // namespace dynatape::core
