#include "emulator/operations/batch.h"

namespace dynatape::operations {

bool is_table_key(std::string_view key) {
  constexpr std::size_t kMin = 3;
  constexpr std::size_t kMax = 255;
  constexpr std::size_t kMaxArn = 1024;
  constexpr std::string_view kCharacters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
  if (key.starts_with("arn:")) return key.size() <= kMaxArn;
  return key.size() >= kMin && key.size() <= kMax &&
         key.find_first_not_of(kCharacters) == std::string_view::npos;
}

}  // namespace dynatape::operations
