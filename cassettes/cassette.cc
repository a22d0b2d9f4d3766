#include "cassettes/cassette.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "cassettes/error_response.h"
#include "cassettes/file_header.h"
#include "cassettes/kept_match_rules.h"
#include "cassettes/recover.h"
#include "cassettes/swap.h"
#include "cassettes/tape_redaction.h"
#include "cassettes/volatile.h"

namespace dynatape::cassettes {
namespace {

/// The tape that is recorded while the old one is still in its place.
constexpr std::string_view kUnfinished = ".recording";
/// Between two looks at whether a waiting call may go on.
constexpr core::Duration kWaitStep = std::chrono::milliseconds(2);
/// However many other calls are answered, none waits for more than this times the patience.
constexpr int kMostPatience = 10;

std::unexpected<core::Error> failed(const std::string& path, const std::string& why) {
  return core::failure("cassette " + path + ": " + why);
}

/// A new tape may be begun at `path` beside the old one; fails where an earlier recording that was
/// killed left its answered calls there.
core::Result<void> check_unfinished(const std::string& path) {
  const auto state = inspect(path);
  if (!state) return std::unexpected(state.error());
  if (*state == FileState::absent) return {};
  auto left = Store::record(path);
  if (!left) return std::unexpected(left.error());
  if ((*left)->last_id() == 0) return {};
  return failed(
      path,
      "it is what a recording that was killed left; move it over the old cassette to keep "
      "it, or remove it");
}

/// Of a recorded time; none lasts longer than a day.
core::Duration scaled(core::Duration took, double factor) {
  constexpr core::Duration kLongest = std::chrono::hours(24);
  const double count = static_cast<double>(took.count()) * factor;
  return core::Duration(
      std::llround(std::clamp(count, 0.0, static_cast<double>(kLongest.count()))));
}

/// What the attempts of one call share: the id that SDKs send, else the idempotency token.
std::string_view attempt_of(const core::Exchange& exchange) {
  constexpr std::string_view kToken = "\"ClientRequestToken\":\"";
  const std::string_view id = exchange.call().invocation_id();
  const std::string_view name = exchange.call().name();
  if (!id.empty() || (name != "TransactWriteItems" && name != "ExecuteTransaction")) return id;
  const std::string_view body = exchange.request().body;
  const auto at = body.find(kToken);
  if (at == std::string_view::npos) return "";
  const std::string_view token = body.substr(at + kToken.size());
  return token.substr(0, token.find('"'));
}

/// The first table that a call names, where a rule asks for it: it costs a parsed body.
std::string_view table_of(const core::Exchange& exchange, const ReplayOptions& options) {
  const bool asked = std::ranges::any_of(
      options.repeats, [](const RepeatRule& rule) { return !rule.table.empty(); });
  if (!asked || exchange.call().tables().empty()) return "";
  return exchange.call().tables().front();
}

}  // namespace

core::Result<std::unique_ptr<Cassette>> Cassette::open(CassetteOptions options) {
  const auto state = inspect(options.path);
  if (!state) return std::unexpected(state.error());
  const bool exists = *state != FileState::absent;
  const Mode mode = options.mode;
  const bool replays =
      mode == Mode::none || mode == Mode::new_episodes || (mode == Mode::once && exists);
  const bool records =
      mode == Mode::all || mode == Mode::new_episodes || (mode == Mode::once && !exists);
  if (*state == FileState::unclosed && !records) {
    if (auto done = put_in_order(options.path); !done) return std::unexpected(done.error());
  }
  std::string recording_path = options.path;
  std::optional<Connection> held;
  if (mode == Mode::all && exists) {
    auto old = hold(options.path);
    if (!old) return std::unexpected(old.error());
    held = std::move(*old);
    recording_path += kUnfinished;
    if (auto free = check_unfinished(recording_path); !free) return std::unexpected(free.error());
  }
  auto cassette =
      std::unique_ptr<Cassette>(new Cassette(std::move(options), std::move(recording_path)));
  cassette->held_ = std::move(held);
  cassette->made_file_ = !exists || mode == Mode::all;
  if (auto opened = cassette->open_store(replays, records); !opened) {
    return std::unexpected(opened.error());
  }
  return cassette;
}

core::Result<void> Cassette::open_store(bool replays, bool records) {
  auto store = records ? Store::record(recording_path_) : Store::open(recording_path_);
  if (!store) return std::unexpected(store.error());
  store_ = std::move(*store);
  const auto redactor = make_redactor(*store_, options_, held_ ? &*held_ : nullptr,
                                      {.fresh = made_file_, .records = records});
  if (!redactor) return std::unexpected(redactor.error());
  redactor_ = std::make_unique<Redactor>(options_.secrets, redactor->stages);
  overlaid_ = redactor->overlay != nullptr;
  if (overlaid_) store_->look_through(lens_of(redactor->overlay));
  const auto kept = held_ ? kept_match_rules(*held_) : kept_match_rules(*store_);
  if (!kept) return std::unexpected(kept.error());
  match_ = joined(*kept, options_.match);
  if (held_ && !kept->empty()) {
    if (auto done = keep_match_rules(*store_, *kept); !done) return done;
  }
  if (replays) {
    auto player = Player::load(store_, options_.replay, match_);
    if (!player) return std::unexpected(player.error());
    player_ = std::move(*player);
    if (options_.standby && !player_->redacted() && !overlaid_) {
      standby_ = options_.standby.get();
      if (auto introduced = introduce(*store_, *standby_); !introduced) return introduced;
    }
  }
  if (records) {
    auto recorder = Recorder::make(store_);
    if (!recorder) return std::unexpected(recorder.error());
    recorder_ = std::move(*recorder);
  }
  return {};
}

Cassette::~Cassette() {
  if (store_ && store_->close()) remove_unused();
}

core::Task<core::Result<std::optional<Cassette::Answer>>> Cassette::replay(
    const core::Exchange& exchange) {
  const auto* operation = exchange.call().operation();
  const core::Request* request = &exchange.request();
  core::Request redacted;
  if (player_->redacted() || overlaid_) {
    RedactionReport ignored;
    redacted = redactor_->redacted(*request, redactor_->secrets(*request), ignored);
    request = &redacted;
  }
  const Shape shape = volatile_shape(*request, operation, exchange.started(), match_);
  const auto said = co_await ask({.key = shape.key,
                                  .attempt_of = attempt_of(exchange),
                                  .operation = operation,
                                  .table = table_of(exchange, options_.replay),
                                  .started = exchange.started(),
                                  .shape = &shape},
                                 exchange);
  const auto* match = std::get_if<Player::Match>(&said.taken);
  if (!match) {
    if (records()) co_return std::nullopt;
    const auto* miss = std::get_if<Player::Miss>(&said.taken);
    co_return missed(exchange, {*request, operation, exchange.started()},
                     miss ? *miss : Player::Miss());
  }
  if (!said.response) {
    const std::lock_guard lock(mutex_);
    ++counts_.refused;
    if (!counts_.failure) counts_.failure = said.response.error().message;
    co_return std::unexpected(said.response.error());
  }
  std::string note = "#" + std::to_string(match->id) + ", call " + std::to_string(match->turn) +
                     " of " + std::to_string(match->of);
  if (match->retry) note += ", again for a retry";
  if (match->repeated) note += ", repeated";
  const std::lock_guard lock(mutex_);
  ++counts_.replayed;
  co_return Answer{*said.response, std::move(note), said.takes};
}

/// What the tape says at once. Beside a standby one call at a time, so that it learns them in their
/// order.
Cassette::Said Cassette::say(const Player::Asked& asked, const core::Exchange& exchange,
                             bool last_chance) {
  std::unique_lock turn(turn_, std::defer_lock);
  if (standby_) {
    turn.lock();
    if (standby_->claims(exchange)) return {Player::Miss{.reason = MissReason::superseded}};
  }
  Said said{player_->take(asked, last_chance)};
  const auto* match = std::get_if<Player::Match>(&said.taken);
  if (!match) return said;
  said.response = player_->answer(*match);
  if (const double factor = options_.replay.time_factor; factor != 0) {
    const auto took = store_->took(match->id);
    if (took) said.takes = scaled(*took, factor);
    if (!took) said.response = std::unexpected(took.error());
  }
  const bool is_new = !match->retry && !match->repeated;
  if (standby_ && is_new && said.response) standby_->learn(exchange, *said.response);
  return said;
}

/// Calls that conflict come in their recorded order: one that is early waits until those before it
/// were answered, as long as any call is.
core::Task<Cassette::Said> Cassette::ask(Player::Asked asked, const core::Exchange& exchange) {
  auto said = say(asked, exchange, /*last_chance=*/false);
  core::Duration idle{0};
  core::Duration waited{0};
  const core::Duration patience = options_.replay.patience;
  for (auto seen = player_->taken(); std::holds_alternative<Player::Wait>(said.taken);) {
    const bool last_chance = idle >= patience || waited >= patience * kMostPatience;
    if (!last_chance) {
      co_await exchange.loop().sleep(kWaitStep);
      waited += kWaitStep;
      idle += kWaitStep;
      if (const auto now = player_->taken(); std::exchange(seen, now) != now) idle = {};
    }
    said = say(asked, exchange, last_chance);
  }
  co_return said;
}

std::optional<Cassette::Answer> Cassette::missed(const core::Exchange& exchange,
                                                 const Missed& missed, const Player::Miss& miss) {
  if (options_.replay.on_miss == OnMiss::upstream) {
    count(&CassetteSummary::passed_on, missed);
    return std::nullopt;
  }
  std::string why_not;
  if (options_.standby) {
    auto response = stand_in(exchange);
    if (response) {
      count(&CassetteSummary::synthesised, missed);
      return Answer{std::move(*response),
                    "miss, synthesised from what the tape tells",
                    {},
                    core::Source::synthesised};
    }
    why_not = "; not synthesised, because " + response.error();
  }
  MissReport report = player_->explain(missed, miss);
  report.exchange = exchange.id();
  report.why += why_not;
  Answer answer{error_response("CassetteMissException", sentence(report)), "miss"};
  keep(std::move(report));
  return answer;
}

std::expected<core::Response, std::string> Cassette::stand_in(const core::Exchange& exchange) {
  if (!standby_) return std::unexpected("the tape holds replaced values in the place of secrets");
  const std::lock_guard turn(turn_);
  return standby_->answer(exchange);
}

void Cassette::count(std::size_t CassetteSummary::* kind, const Missed& missed) {
  const std::lock_guard lock(mutex_);
  ++(counts_.*kind);
  if (counts_.stand_ins.size() == CassetteSummary::kListed) return;
  counts_.stand_ins.push_back(player_->label(missed));
}

void Cassette::keep(MissReport report) {
  const std::lock_guard lock(mutex_);
  ++counts_.missed;
  const auto known = std::ranges::find_if(counts_.misses, [&](const MissReport& one) {
    return one.call == report.call && one.why == report.why;
  });
  if (known != counts_.misses.end()) {
    ++known->times;
  } else if (counts_.misses.size() < CassetteSummary::kListed) {
    counts_.misses.push_back(std::move(report));
  }
}

core::Result<Cassette::Draft> Cassette::draft(const core::Exchange& exchange) {
  Draft draft;
  draft.report.gated = true;
  draft.secrets = redactor_->secrets(exchange.request());
  Recording& recording = draft.recording;
  recording.operation = exchange.call().name();
  recording.arrival = exchange.id();
  recording.started = exchange.started();
  recording.request = redactor_->redacted(exchange.request(), draft.secrets, draft.report);
  if (draft.report.refusal) return std::unexpected(gated(exchange, *draft.report.refusal));
  recording.key = fingerprint_of(recording.request, exchange.call().operation());
  draft.began = exchange.elapsed();
  return draft;
}

core::Task<core::Result<std::string>> Cassette::record(core::Exchange& exchange, Draft draft,
                                                       const core::Response& response) {
  Recording& recording = draft.recording;
  recording.took = exchange.elapsed() - draft.began;
  recording.response =
      redactor_->redacted(exchange.request(), response, draft.secrets, draft.report);
  if (draft.report.refusal) co_return std::unexpected(gated(exchange, *draft.report.refusal));
  recording.redactions = draft.report.replaced;
  const int redactions = recording.redactions;
  auto placed =
      co_await recorder_->append(std::move(recording), attempt_of(exchange), exchange.loop());
  if (!placed) {
    const std::lock_guard lock(mutex_);
    ++counts_.refused;
    co_return std::unexpected(placed.error());
  }
  std::string note = "#" + std::to_string(*placed);
  if (redactions > 0) {
    note += ", secrets replaced: " + std::to_string(redactions);
    const std::lock_guard lock(mutex_);
    counts_.redactions += static_cast<std::size_t>(redactions);
  }
  co_return note;
}

core::Error Cassette::gated(const core::Exchange& exchange, const std::string& why) {
  const auto name = exchange.call().name();
  std::string line = std::string(name.empty() ? "a request" : name) + ": " + why;
  const std::lock_guard lock(mutex_);
  ++counts_.gated;
  if (counts_.gated_calls.size() < CassetteSummary::kListed) counts_.gated_calls.push_back(line);
  return {std::move(line)};
}

std::optional<core::Error> Cassette::refuses() {
  auto failure = recorder_->failure();
  if (failure) {
    const std::lock_guard lock(mutex_);
    ++counts_.refused;
  }
  return failure;
}

CassetteSummary Cassette::summary() const {
  CassetteSummary summary;
  {
    const std::lock_guard lock(mutex_);
    summary = counts_;
  }
  if (recorder_) {
    summary.recorded = recorder_->recorded();
    const auto failure = recorder_->failure();
    if (failure && !summary.failure) summary.failure = failure->message;
  }
  if (!player_) return summary;
  summary.unused = player_->unused_count();
  summary.unused_calls = player_->unused_labels(CassetteSummary::kListed);
  return summary;
}

core::Result<void> Cassette::close() {
  const bool grew = recorder_ && recorder_->recorded() > 0;
  if (auto closed = grew ? close_with_index(*store_) : store_->close(); !closed) return closed;
  remove_unused();
  return recording_path_ == options_.path ? core::Result<void>() : replace();
}

void Cassette::remove_unused() {
  const bool unused = !recorder_ || (recorder_->recorded() == 0 && !recorder_->failure());
  if (!std::exchange(made_file_, false) || !unused) return;
  // Another recorder may have it by now.
  auto held = hold(recording_path_);
  if (!held || held->integer("SELECT count(*) FROM interaction") != 0) return;
  std::remove(recording_path_.c_str());
}

core::Result<void> Cassette::replace() {
  const std::string& path = options_.path;
  if (recorder_->failure()) {
    return failed(path,
                  "it was kept, because recording it again failed; what was recorded until "
                  "then is in " +
                      recording_path_);
  }
  if (const auto gated = summary().gated; gated > 0) {
    return failed(path, "it was kept, because the new one misses calls that were not stored: " +
                            std::to_string(gated) + "; the new one is " + recording_path_);
  }
  if (recorder_->recorded() == 0) {
    return failed(path, "it was kept, because nothing was recorded to replace it");
  }
  auto moved = move_over(recording_path_, path);
  if (moved) held_.reset();
  return moved;
}

}  // namespace dynatape::cassettes
