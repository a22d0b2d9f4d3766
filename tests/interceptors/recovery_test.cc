#include "interceptors/recovery.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "polyfill_lab.h"

namespace dynatape::interceptors {
namespace {

using namespace std::chrono_literals;

/// Moments of one owner, "me", by the order in which they were taken, from 1.
struct Moments {
  class Numbered final : public core::Snapshot {
   public:
    explicit Numbered(int given) : number(given) {}
    [[nodiscard]] core::Upstream& reader() const override { std::abort(); }
    int number;
  };

  auto take() {
    return [this] { return std::make_shared<const Numbered>(++taken); };
  }
  void watch() { recovery.watch("me", clock, take()); }
  void remember() { recovery.remember("me", clock, take()); }
  /// 0 where none is remembered.
  int at(core::Duration time) {
    const auto moment = recovery.at("me", core::TimePoint(time));
    return moment ? dynamic_cast<const Numbered&>(*moment).number : 0;
  }

  Recovery recovery;
  core::FrozenClock clock{core::TimePoint(100s)};
  int taken = 0;
};

}  // namespace

TEST_CASE("recovery: a thousand writes of one second cost one moment") {
  class Moment final : public core::Snapshot {
    [[nodiscard]] core::Upstream& reader() const override { std::abort(); }
  };
  Recovery recovery;
  core::FrozenClock clock{kStart};
  std::vector<std::weak_ptr<const core::Snapshot>> taken;
  const auto take = [&] {
    auto moment = std::make_shared<const Moment>();
    taken.push_back(moment);
    return moment;
  };
  recovery.watch("me", clock, take);
  for (int second = 0; second < 3; ++second) {
    clock.advance(std::chrono::seconds(1));
    for (int i = 0; i < 1000; ++i) recovery.remember("me", clock, take);
  }
  const auto held = std::ranges::count_if(taken, [](const auto& one) { return !one.expired(); });
  CHECK(taken.size() == 3001);
  CHECK(held == 4);  // the first of all, and the last of each second
}

TEST_CASE("recovery: the last moment of each second is remembered, and the first of all") {
  Moments it;
  it.remember();
  CHECK(!it.recovery.watches());
  CHECK(it.taken == 0);
  it.watch();  // 1
  it.watch();
  CHECK(it.taken == 1);
  for (const auto step :
       {300ms, 300ms, 600ms, 10ms, 10000ms}) {  // 2 and 3 at 100, 4 and 5 at 101, 6
    it.clock.advance(step);
    it.remember();
  }
  CHECK(it.at(99s) == 0);
  CHECK(it.at(100s) == 1);
  CHECK(it.at(101s - 1us) == 3);
  CHECK(it.at(102s - 1us) == 5);
  CHECK(it.at(110s) == 5);
  CHECK(it.at(200s) == 6);
  CHECK(it.recovery.at("you", core::TimePoint(200s)) == nullptr);
  it.clock.advance(std::chrono::days(40));
  it.remember();
  CHECK(it.at(110s) == 0);  // out of the window
  CHECK(it.at(112s) == 6);  // what the window begins with
}

TEST_CASE("recovery: a clock that is set back overtakes the moments behind it") {
  Moments it;
  it.watch();                                    // 1, at 100
  for (const auto step : {10s, 10s, -5s, 1s}) {  // 2 at 110, 3 at 120, 4 at 115, 5 at 116
    it.clock.advance(step);
    it.remember();
  }
  CHECK(it.at(114s) == 2);
  CHECK(it.at(115s) == 4);
  CHECK(it.at(130s) == 5);
  it.clock.advance(-50s);
  it.remember();  // 6, at 66
  CHECK(it.at(65s) == 0);
  CHECK(it.at(130s) == 6);
}

}  // namespace dynatape::interceptors
