#include "cassettes/import.h"

#include "cassettes/lines.h"
#include "cassettes/new_tape.h"

namespace dynatape::cassettes {

core::Result<std::int64_t> import_lines(std::istream& lines, const std::string& name,
                                        const std::string& path) {
  auto tape = NewTape::begin(path, NewTape::Existing::keep);
  if (!tape) return std::unexpected(tape.error());
  std::int64_t count = 0;
  TapeSettings settings;
  const auto read = read_lines(
      lines, name,
      [&](const Recording& recording) {
        ++count;
        return tape->append(recording);
      },
      LineReader::Answers::required, &settings);
  if (!read) return std::unexpected(read.error());
  if (auto kept = tape->keep(settings); !kept) return std::unexpected(kept.error());
  if (auto done = tape->finish(); !done) return std::unexpected(done.error());
  return count;
}

}  // namespace dynatape::cassettes
