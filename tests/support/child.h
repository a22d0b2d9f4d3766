#pragma once

// A piece of a test in a process of its own: to kill it, to limit it, to let it be nobody.

#include <sys/types.h>

#include <functional>
#include <string>

namespace dynatape::support {

/// Runs `work` in a forked process; what it returned.
[[nodiscard]] std::string in_child(const std::function<std::string()>& work);

/// A forked process that writes to a pipe until it is killed.
class Child {
 public:
  /// `work` gets the pipe's file descriptor and is not expected to return.
  explicit Child(const std::function<void(int)>& work);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  /// Up to `bytes` of what it wrote; fewer at its end.
  [[nodiscard]] std::string read(std::size_t bytes) const;
  void kill();

 private:
  pid_t pid_ = 0;
  int pipe_ = -1;
};

}  // namespace dynatape::support
