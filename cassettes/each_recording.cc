#include "cassettes/each_recording.h"

#include <fstream>

#include "cassettes/lines.h"
#include "cassettes/store.h"

namespace dynatape::cassettes {
namespace {

constexpr std::int64_t kPage = 256;  // recordings in memory at a time

core::Result<void> each_on_tape(const std::string& path, const VisitRecording& visit) {
  auto store = Store::open(path);
  if (!store) return std::unexpected(store.error());
  std::int64_t last = 0;
  for (auto page = (*store)->page(last, kPage);; page = (*store)->page(last, kPage)) {
    if (!page) return std::unexpected(page.error());
    if (page->empty()) return {};
    for (const Recording& recording : *page) {
      if (auto done = visit(recording); !done) return done;
    }
    last = page->back().id;
  }
}

}  // namespace

bool holds_lines(const std::string& path) {
  return std::ifstream(path, std::ios::binary).get() == '{';
}

core::Result<void> each_recording(const std::string& path, const VisitRecording& visit) {
  if (!holds_lines(path)) return each_on_tape(path, visit);
  std::ifstream file(path, std::ios::binary);
  return read_lines(file, path, visit);
}

core::Result<std::vector<Recording>> recordings_of(const std::string& path) {
  std::vector<Recording> recordings;
  auto done = each_recording(path, [&](const Recording& recording) -> core::Result<void> {
    recordings.push_back(recording);
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return recordings;
}

}  // namespace dynatape::cassettes
