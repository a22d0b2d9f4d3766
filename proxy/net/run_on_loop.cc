#include "proxy/net/run_on_loop.h"

#include "proxy/net/io_loop.h"

namespace dynatape::net {
namespace {

core::Task<void> run_and_stop(const std::function<core::Task<void>(core::Loop&)>& work,
                              IoLoop& loop) {
  co_await work(loop);
  loop.stop();  // kept connections would wait for ever
}

}  // namespace

void run_on_loop(const std::function<core::Task<void>(core::Loop&)>& work) {
  IoLoop loop;
  core::start(run_and_stop(work, loop));
  loop.run();
}

}  // namespace dynatape::net
