#include "tests/support/child.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <utility>

namespace dynatape::support {

std::string in_child(const std::function<std::string()>& work) {
  const Child child([&work](int pipe) {
    const std::string text = work();
    static_cast<void>(!::write(pipe, text.data(), text.size()));
    ::_exit(0);
  });
  std::string all;
  for (std::string some = child.read(4096); !some.empty(); some = child.read(4096)) all += some;
  return all;
}

Child::Child(const std::function<void(int)>& work) {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("no process");
  if (pid_ == 0) {
    ::close(ends[0]);
    try {
      work(ends[1]);
    } catch (...) {
      static constexpr std::string_view kThrew = "it threw";
      static_cast<void>(!::write(ends[1], kThrew.data(), kThrew.size()));
    }
    ::_exit(1);
  }
  ::close(ends[1]);
  pipe_ = ends[0];
}

Child::~Child() {
  kill();
  ::close(pipe_);
}

std::string Child::read(std::size_t bytes) const {
  std::string text(bytes, '\0');
  std::size_t got = 0;
  while (got < bytes) {
    const auto n = ::read(pipe_, text.data() + got, bytes - got);
    if (n <= 0) break;
    got += static_cast<std::size_t>(n);
  }
  text.resize(got);
  return text;
}

void Child::kill() {
  const pid_t pid = std::exchange(pid_, 0);
  if (pid <= 0) return;
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
}

}  // namespace dynatape::support
