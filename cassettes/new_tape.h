#pragma once

// A cassette that a command makes: written beside its place, and put there when it is whole. Where
// it is not finished, nothing is left.

#include <memory>
#include <string>
#include <vector>

#include "cassettes/store.h"
#include "cassettes/tape_settings.h"

namespace dynatape::cassettes {

class NewTape {
 public:
  enum class Existing {
    keep,     ///< a file at the path is refused
    replace,  ///< and takes its place
  };
  [[nodiscard]] static core::Result<NewTape> begin(std::string path, Existing existing);
  NewTape(NewTape&&) = default;
  NewTape& operator=(NewTape&&) = delete;
  ~NewTape();

  [[nodiscard]] core::Result<void> keep(const TapeSettings& settings);
  /// Its id must rise.
  [[nodiscard]] core::Result<void> append(Recording recording);
  [[nodiscard]] core::Result<void> finish();

 private:
  NewTape(std::string path, std::string unfinished, std::unique_ptr<Store> store)
      : path_(std::move(path)), unfinished_(std::move(unfinished)), store_(std::move(store)) {}
  [[nodiscard]] core::Result<void> write();

  std::string path_;
  std::string unfinished_;
  std::unique_ptr<Store> store_;  ///< null once finished
  std::vector<Recording> waiting_;
};

}  // namespace dynatape::cassettes
