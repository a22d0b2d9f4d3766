#pragma once

// What an interceptor asks of the upstream besides the call itself: faults that need the database.
// A demand travels on the exchange. An upstream that honours it says so there; one that does not
// know it, or is never reached, leaves it as it is, and the fault is reported undelivered.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/message.h"
#include "core/time.h"

namespace dynatape::core {

/// How a demand has fared. A reason is one of few fixed sentences: they are counted.
struct Honoured {
  std::string_view why_not = "the upstream cannot do it";  ///< empty: it was honoured

  void yes() { why_not = {}; }
  void no(std::string_view because) { why_not = because; }
};

/// Answer an eventually consistent read as of an earlier moment, which must be a legal one.
struct StaleRead {
  Duration age{0};           ///< as it was so long ago ...
  std::uint64_t writes = 0;  ///< ... or before so many of the latest writes to its tables
  std::vector<std::string> tables = {};  ///< by plain name
  std::string index = {};                ///< that is read; empty: the table
  bool global_index_only = false;        ///< nothing but a global index may lag
};

/// Stop a write between its checks and its effect until it is released.
struct Hold {
  std::string rule;     ///< what releases it
  Duration at_most{0};  ///< by the session's clock
};

/// Read the request's body at that speed.
struct SlowUpload {
  std::uint64_t bytes_per_second = 1;
};

/// Read only the first part of the request's body, and end the connection so.
struct CutUpload {
  std::size_t after = 0;                ///< bytes of the body as it comes over the wire ...
  std::optional<double> fraction = {};  ///< ... or this part of its Content-Length
  Ending ending = Ending::reset;
};

/// Send no 100 Continue to a client that waits for it.
struct NoContinue {};

template <class T>
struct Demand {
  T what;
  Honoured honoured = {};
};

struct Demands {
  std::optional<Demand<StaleRead>> stale = {};
  std::optional<Demand<Hold>> hold = {};
  std::optional<Demand<SlowUpload>> slow_upload = {};
  std::optional<Demand<CutUpload>> cut_upload = {};
  std::optional<Demand<NoContinue>> no_continue = {};
};

}  // namespace dynatape::core
