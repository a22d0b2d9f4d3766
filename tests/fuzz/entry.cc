// libFuzzer's entry: runs the target, and aborts if one input takes longer than any may.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "tests/fuzz/target.h"

namespace {

constexpr long kMaxMilliseconds = 100;  // of CPU time, so that a busy machine makes no hang

long thread_milliseconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * 1000 + time.tv_nsec / 1'000'000;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const long start = thread_milliseconds();
  dynatape::fuzz::try_input({reinterpret_cast<const char*>(data), size});
  if (const long spent = thread_milliseconds() - start; spent > kMaxMilliseconds) {
    std::fprintf(stderr, "an input took %ld ms, the limit is %ld\n", spent, kMaxMilliseconds);
    std::abort();
  }
  return 0;
}
