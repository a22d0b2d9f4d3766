#include "cassettes/merge.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <utility>

#include "cassettes/alignment.h"
#include "cassettes/each_recording.h"
#include "cassettes/new_tape.h"
#include "cassettes/review.h"

namespace dynatape::cassettes {
namespace {

/// All attempts of one call.
struct MergedCall {
  std::vector<Recording> attempts;
  std::string request;  ///< the skeleton of the first attempt's request
  std::string text;     ///< the skeletons of all
};
using Calls = std::vector<MergedCall>;
using Part = std::span<const MergedCall>;

core::Result<Calls> calls_of(const std::string& path) {
  std::error_code ignored;
  if (path.empty() || std::filesystem::file_size(path, ignored) == 0) return Calls();
  Calls calls;
  std::map<std::int64_t, std::size_t> places;  // by the id of the first attempt
  auto done = each_recording(path, [&](const Recording& recording) -> core::Result<void> {
    const auto [place, fresh] = places.try_emplace(recording.call, calls.size());
    if (fresh) calls.emplace_back();
    MergedCall& call = calls[place->second];
    call.attempts.push_back(recording);
    call.text += review_line(recording).skeleton();
    if (!fresh) return {};
    Recording question = recording;
    question.response = {};
    call.request = review_line(question).skeleton();
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return calls;
}

std::vector<std::string> texts_of(const Calls& calls) {
  std::vector<std::string> texts;
  texts.reserve(calls.size());
  for (const MergedCall& call : calls) texts.push_back(call.text);
  return texts;
}

bool same(Part a, Part b) {
  return std::ranges::equal(a, b, {}, &MergedCall::text, &MergedCall::text);
}

std::string label(const MergedCall& call, const char* whose) {
  const Recording& first = call.attempts.front();
  return std::string("#") + std::to_string(first.id) + " of " + whose + " (" +
         (first.operation.empty() ? first.request.method : first.operation) + ")";
}

class Merge {
 public:
  Merge(const Calls& base, const Calls& ours, const Calls& theirs)
      : base_(base), ours_(ours), theirs_(theirs) {}

  /// Goes from one call that all three have to the next.
  void run() {
    const auto base_texts = texts_of(base_);
    const auto with_ours = common_lines(base_texts, texts_of(ours_));
    const auto with_theirs = common_lines(base_texts, texts_of(theirs_));
    std::map<std::size_t, std::size_t> in_theirs(with_theirs.begin(), with_theirs.end());
    std::size_t b = 0;
    std::size_t o = 0;
    std::size_t t = 0;
    for (const auto& [in_base, in_ours] : with_ours) {
      const auto found = in_theirs.find(in_base);
      if (found == in_theirs.end()) continue;
      between(part(base_, b, in_base), part(ours_, o, in_ours), part(theirs_, t, found->second));
      keep(part(ours_, in_ours, in_ours + 1));
      b = in_base + 1;
      o = in_ours + 1;
      t = found->second + 1;
    }
    between(part(base_, b, base_.size()), part(ours_, o, ours_.size()),
            part(theirs_, t, theirs_.size()));
  }

  std::vector<const MergedCall*> kept;
  Merged result;

 private:
  static Part part(const Calls& calls, std::size_t begin, std::size_t end) {
    return Part(calls).subspan(begin, end - begin);
  }

  void keep(Part calls) {
    for (const MergedCall& call : calls) kept.push_back(&call);
  }
  void keep_theirs(Part calls) {
    keep(calls);
    result.from_theirs += calls.size();
  }

  void between(Part base, Part ours, Part theirs) {
    if (same(base, theirs) || same_recordings(ours, theirs)) return keep(ours);
    if (same(base, ours)) return keep_theirs(theirs);
    if (!base.empty()) {
      if (same(ours, theirs)) return keep(ours);
      return conflict(base, ours, theirs);
    }
    // Both added calls.
    for (const MergedCall& ours_call : ours) {
      for (const MergedCall& theirs_call : theirs) {
        if (ours_call.request != theirs_call.request || ours_call.text == theirs_call.text) {
          continue;
        }
        result.conflicts.push_back(label(ours_call, "ours") + " and " +
                                   label(theirs_call, "theirs") +
                                   " are one request with different answers");
      }
    }
    keep(ours);
    keep_theirs(theirs);
  }

  /// Down to the times: one recording that reached both sides.
  static bool same_recordings(Part ours, Part theirs) {
    return std::ranges::equal(ours, theirs, [](const MergedCall& a, const MergedCall& b) {
      return std::ranges::equal(a.attempts, b.attempts, [](const Recording& x, const Recording& y) {
        return x.key == y.key && x.started == y.started && x.took == y.took &&
               x.request == y.request && x.response == y.response;
      });
    });
  }

  void conflict(Part base, Part ours, Part theirs) {
    const auto side = [](Part calls, const char* whose) {
      if (calls.empty()) return std::string("it is gone from ") + whose;
      return label(calls.front(), whose) +
             (calls.size() > 1 ? " and " + std::to_string(calls.size() - 1) + " more" : "");
    };
    result.conflicts.push_back("both sides changed " + side(base, "the base") + ": " +
                               side(ours, "ours") + ", " + side(theirs, "theirs"));
  }

  const Calls& base_;
  const Calls& ours_;
  const Calls& theirs_;
};

core::Result<TapeSettings> settings_of_all(const MergeFiles& files) {
  const auto base = settings_of(files.base);
  const auto ours = settings_of(files.ours);
  const auto theirs = settings_of(files.theirs);
  for (const auto* settings : {&base, &ours, &theirs}) {
    if (!*settings) return std::unexpected(settings->error());
  }
  return merged_settings(*base, *ours, *theirs);
}

/// Attempts of one call stand together, and ids count from 1.
core::Result<void> write(const std::vector<const MergedCall*>& calls, const TapeSettings& settings,
                         const std::string& path) {
  auto tape = NewTape::begin(path, NewTape::Existing::replace);
  if (!tape) return std::unexpected(tape.error());
  if (auto kept = tape->keep(settings); !kept) return kept;
  std::int64_t id = 0;
  for (const MergedCall* call : calls) {
    const std::int64_t first = id + 1;
    for (Recording attempt : call->attempts) {
      attempt.id = ++id;
      attempt.call = first;
      attempt.arrival = static_cast<std::uint64_t>(id);
      if (auto done = tape->append(std::move(attempt)); !done) return done;
    }
  }
  return tape->finish();
}

}  // namespace

core::Result<Merged> merge(const MergeFiles& files, const std::string& path) {
  if (path == files.ours && holds_lines(path)) {
    return core::failure(path + " has lines; name the cassette to make with -o FILE");
  }
  const auto base = calls_of(files.base);
  if (!base) return std::unexpected(base.error());
  const auto ours = calls_of(files.ours);
  if (!ours) return std::unexpected(ours.error());
  const auto theirs = calls_of(files.theirs);
  if (!theirs) return std::unexpected(theirs.error());
  const auto settings = settings_of_all(files);
  if (!settings) return std::unexpected(settings.error());
  Merge merging(*base, *ours, *theirs);
  merging.run();
  merging.result.calls = merging.kept.size();
  if (!merging.result.conflicts.empty()) return std::move(merging.result);
  if (auto done = write(merging.kept, *settings, path); !done) return std::unexpected(done.error());
  return std::move(merging.result);
}

}  // namespace dynatape::cassettes
