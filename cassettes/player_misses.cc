// The part of a player that says why it has no answer, and which answers nobody asked for.

#include <algorithm>

#include "cassettes/loosening.h"
#include "cassettes/match_rules_text.h"
#include "cassettes/player.h"
#include "cassettes/shown.h"

namespace dynatape::cassettes {
namespace {

std::string label_of(const core::Request& request, const core::Operation* operation,
                     const TableKeys& keys) {
  const std::string label =
      operation ? call_label(operation, request.body, keys) : request.method + " " + request.target;
  return cut(label, MissReport::kValueBytes);
}

std::string number(std::int64_t id) { return "#" + std::to_string(id); }

NextStep record_more() { return {"--mode new records what the tape lacks", "--mode new"}; }

/// Which calls a --repeats is about: "GetItem", "GetItem:orders".
std::string repeated_call(const Missed& missed) {
  std::string calls(missed.operation->name);
  const Meaning meaning = meaning_of(missed.request, missed.operation);
  const Node* table = member(meaning.body, kTableName);
  return table ? calls + ":" + table->text : calls;
}

}  // namespace

std::string Player::label(const Missed& missed) {
  const auto keys = table_keys(*store_);
  return label_of(missed.request, missed.operation, keys ? *keys : TableKeys());
}

MissReport Player::explain(const Missed& missed, const Miss& miss) {
  MissReport report;
  report.reason = miss.reason;
  const auto keys = table_keys(*store_);
  if (!keys) {
    report.why = keys.error().message;
    return report;
  }
  report.call = label_of(missed.request, missed.operation, *keys);
  switch (miss.reason) {
    case MissReason::unknown:
      explain_unknown(missed, *keys, report);
      break;
    case MissReason::exhausted:
      explain_exhausted(missed, miss, report);
      if (missed.operation) {
        const std::string option = "--repeats " + repeated_call(missed) + "=last";
        report.next.push_back({option + " repeats its last answer", option});
      }
      break;
    case MissReason::out_of_order:
      explain_order(miss.conflict, *keys, report);
      break;
    case MissReason::contradiction:
      explain_unknown(missed, *keys, report);
      report.why = miss.contradiction;
      break;
    case MissReason::superseded:
      report.why = "an answer that was synthesised has changed what " + report.call + " is about";
      break;
  }
  if (miss.reason != MissReason::out_of_order) report.next.push_back(record_more());
  return report;
}

void Player::explain_unknown(const Missed& missed, const TableKeys& keys, MissReport& report) {
  const auto waiting = [this](std::int64_t id) { return is_waiting(id); };
  auto nearest = find_nearest(*store_, missed, rules_, waiting);
  const std::string subject = missed.operation ? std::string(missed.operation->name) : report.call;
  if (!nearest) {
    report.why = nearest.error().message;
    return;
  }
  if (!*nearest) {
    report.why = subject + " is not on the tape: it is empty";
    return;
  }
  const auto& [question, differences, distance] = **nearest;
  const auto* recorded = core::find_operation(question.operation);
  report.nearest = nearest_recording(question.id, label_of(question.request, recorded, keys),
                                     distance, differences);
  const std::string nearest_subject = recorded ? std::string(recorded->name) : report.nearest->call;
  report.why = "this " + subject + " is not on the tape; nearest is " + number(question.id) + ", " +
               nearest_subject + ": " + sentence(differences);
  if (recorded != missed.operation || report.reason != MissReason::unknown) return;
  const auto rule =
      loosening_for(meaning_of(missed.request, missed.operation, rules_),
                    meaning_of(question.request, recorded, rules_), differences, keys);
  if (!rule) return;
  const std::string rules = to_text(MatchRules({*rule}));
  report.next.push_back({"if that does not matter, --rules with " + rules, "", rules});
}

void Player::explain_exhausted(const Missed& missed, const Miss& miss, MissReport& report) {
  const std::string count = miss.recorded == 1 ? "once" : std::to_string(miss.recorded) + " times";
  const std::string subject = missed.operation ? std::string(missed.operation->name) : report.call;
  report.nearest = nearest_recording(miss.last_id, report.call, 0, {});
  report.why = "this " + subject + " was recorded " + count + ", last as " + number(miss.last_id) +
               ", and has been replayed " + count + ": this is one call more";
}

void Player::explain_order(const Conflict& conflict, const TableKeys& keys, MissReport& report) {
  const auto later = store_->read(conflict.later);
  const auto earlier = store_->read(conflict.earlier);
  for (const auto* recording : {&later, &earlier}) {
    if (*recording) continue;
    report.why = recording->error().message;
    return;
  }
  const auto label = [&](const Recording& recording) {
    return label_of(recording.request, core::find_operation(recording.operation), keys);
  };
  report.nearest = nearest_recording(later->id, label(*later), 0, {});
  report.why = number(later->id) + " " + label(*later) + " came before " + number(earlier->id) +
               " " + label(*earlier) + ", recorded the other way";
  if (later->started < earlier->started + earlier->took) {
    report.why += "; they overlapped when they were recorded, so the program does not order them";
  }
  report.next.push_back({"--order any gives up the recorded order", "--order any"});
}

/// Whether a recording is the answer of a call that has not come yet.
bool Player::is_waiting(std::int64_t id) const {
  const auto found = std::ranges::lower_bound(index_.answers, id);
  if (found == index_.answers.end() || *found != id) return false;
  const std::lock_guard lock(mutex_);
  return waits(static_cast<Ordinal>(found - index_.answers.begin()));
}

std::vector<Ordinal> Player::unused_calls() const {
  const std::lock_guard lock(mutex_);
  std::vector<Ordinal> calls;
  for (std::size_t k = 0; k < index_.keys.size(); ++k) {
    bool used = false;
    for (auto place = index_.first[k]; place < index_.first[k + 1]; ++place) {
      const Ordinal call = index_.sequence[place];
      const bool taken = order_.state(call) == CallOrder::State::taken;
      used = used || taken;
      if (!taken && !(used && polls(call))) calls.push_back(call);
    }
  }
  std::ranges::sort(calls);
  return calls;
}

std::vector<std::int64_t> Player::unused(std::size_t limit) const {
  std::vector<std::int64_t> ids;
  for (const Ordinal call : unused_calls()) {
    if (ids.size() == limit) break;
    ids.push_back(index_.answers[call]);
  }
  return ids;
}

std::size_t Player::unused_count() const { return unused_calls().size(); }

std::vector<std::string> Player::unused_labels(std::size_t limit) {
  std::vector<std::string> labels;
  const auto ids = unused(limit);
  if (ids.empty()) return labels;
  const auto keys = table_keys(*store_);
  for (const std::int64_t id : ids) {
    const auto recording = store_->read(id);
    if (!recording || !keys) {
      labels.push_back(number(id));
      continue;
    }
    labels.push_back(
        number(id) + " " +
        label_of(recording->request, core::find_operation(recording->operation), *keys));
  }
  return labels;
}

}  // namespace dynatape::cassettes
