#pragma once

// What a rule does to a call. A fault is immutable and shared by all threads; what it needs to know
// of the one call in hand comes as a Firing. It never decides whether it applies: the rule did.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/exchange.h"
#include "core/http_client.h"
#include "core/pipeline.h"
#include "core/result.h"
#include "core/rng.h"
#include "core/task.h"
#include "interceptors/fault_tally.h"

namespace dynatape::interceptors {

/// One rule's hit on one attempt of a call. It ends exactly once, as delivered or as undelivered
/// with the reason; one that is dropped ends as undelivered.
class Firing {
 public:
  /// `rule` and `counter` must outlive the answer's sending; `counter` has planned the firing.
  /// `planned` is told how it ends, where there is one; `http` is for faults that ask somebody.
  Firing(std::string_view rule, FaultCounter& counter, core::Rng rng,
         std::shared_ptr<core::PlannedFault> planned = nullptr, core::HttpClient* http = nullptr)
      : rule_(rule), counter_(&counter), rng_(rng), planned_(std::move(planned)), http_(http) {}
  Firing(Firing&& other) noexcept;
  Firing& operator=(Firing&&) = delete;
  Firing(const Firing&) = delete;
  ~Firing();

  [[nodiscard]] std::string_view rule() const { return rule_; }
  /// Chance for the fault itself; equal wherever the decision was equal.
  [[nodiscard]] core::Rng& rng() { return rng_; }
  /// nullptr where nobody can be asked.
  [[nodiscard]] core::HttpClient* http() const { return http_; }

  /// The fault has acted: it is delivered once the answer to `exchange` has left, and not where the
  /// client was gone by then. A fault that is meant to drive the client away is delivered also
  /// where the client left before the answer had.
  void delivered(core::Exchange& exchange, bool drives_away = false);
  /// `reason` is one of few fixed sentences: they are counted.
  void undelivered(std::string_view reason);

 private:
  std::string_view rule_;
  FaultCounter* counter_;  ///< nullptr once ended
  core::Rng rng_;
  std::shared_ptr<core::PlannedFault> planned_;  // shared with the exchange
  core::HttpClient* http_ = nullptr;
};

class Inner;

class Fault {
 public:
  virtual ~Fault() = default;
  /// As the interceptor table has it: "latency".
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// What it does, in plain words that complete "a call that matches ...": "waits 20ms".
  [[nodiscard]] virtual std::string describe() const = 0;
  /// Whether handle() draws from the firing's rng; a fault that does not spares the work of seeding
  /// it from the call's key.
  [[nodiscard]] virtual bool draws() const { return false; }
  /// Whether it asks the upstream for what its latest writes have replaced.
  [[nodiscard]] virtual bool needs_past() const { return false; }
  /// `firing` lives until the returned task has ended.
  [[nodiscard]] virtual core::Task<core::Result<core::Reply>> handle(core::Exchange& exchange,
                                                                     Firing& firing,
                                                                     Inner inner) const = 0;
};

/// A fault that is about to act, with its rule's hit.
struct Strike {
  const Fault* fault;
  Firing firing;
};

/// What came back from behind all faults of a call, whatever they made of it.
struct Behind {
  int status = 0;     ///< of the answer; 0: the call was not passed on, or had no answer
  std::string error;  ///< the body of an answer of 400 and more
};

/// The rest of the onion, seen from one fault: the strikes of later rules, then the pipeline.
class Inner {
 public:
  /// `behind`, where there is one, learns what came back.
  Inner(std::span<Strike> rest, core::Next next, Behind* behind = nullptr)
      : rest_(rest), next_(next), behind_(behind) {}

  [[nodiscard]] core::Task<core::Result<core::Reply>> operator()(core::Exchange& exchange) const {
    if (rest_.empty()) return behind_ ? witnessed(exchange, next_, *behind_) : next_(exchange);
    Strike& first = rest_.front();
    return first.fault->handle(exchange, first.firing, Inner(rest_.subspan(1), next_, behind_));
  }

  /// The pipeline alone, for another call than the one that the later rules hit.
  [[nodiscard]] core::Task<core::Result<core::Reply>> past_rules(core::Exchange& exchange) const {
    return next_(exchange);
  }

 private:
  static core::Task<core::Result<core::Reply>> witnessed(core::Exchange& exchange, core::Next next,
                                                         Behind& behind);

  std::span<Strike> rest_;
  core::Next next_;
  Behind* behind_;
};

/// A fault of the answer alone: the call goes on and is applied, and what comes back is changed.
/// Where nothing comes back it is undelivered.
class AnswerFault : public Fault {
 public:
  [[nodiscard]] core::Task<core::Result<core::Reply>> handle(core::Exchange& exchange,
                                                             Firing& firing,
                                                             Inner inner) const final;

 private:
  virtual void change(core::Reply& reply, const core::Exchange& exchange) const = 0;
  /// What the notes say of a change of `reply`, as it was.
  [[nodiscard]] virtual std::string note(const core::Reply&) const { return describe(); }
  /// Whether a client that leaves before the answer's end has met the fault.
  [[nodiscard]] virtual bool drives_away() const { return false; }
};

}  // namespace dynatape::interceptors
