#include "interceptors/interceptor_table.h"

#include <algorithm>

#include "interceptors/ambiguous.h"
#include "interceptors/capacity.h"
#include "interceptors/clock_skew.h"
#include "interceptors/corrupt.h"
#include "interceptors/delivery_faults.h"
#include "interceptors/error.h"
#include "interceptors/hold.h"
#include "interceptors/hook.h"
#include "interceptors/latency.h"
#include "interceptors/short_page.h"
#include "interceptors/slow_accept.h"
#include "interceptors/stale.h"
#include "interceptors/unprocessed.h"
#include "interceptors/upload_faults.h"

namespace dynatape::interceptors {
namespace {

constexpr InterceptorRow kInterceptors[] = {
    {"latency", "waits before the call goes on", kLatencyOptions, make_latency},
    {"error", "answers with an exception of the service instead of passing the call on",
     kErrorOptions, make_error},
    {"lost_request", "loses the call before it is applied", kLostOptions, make_lost_request},
    {"lost_answer", "loses the answer of a call that was applied", kLostOptions, make_lost_answer},
    {"applied_twice", "passes the call on twice, as a network may that repeats it",
     kAppliedTwiceOptions, make_applied_twice},
    {"hang", "answers nothing for a while", kHangOptions, make_hang},
    {"reset", "resets the connection before, in or after the answer", kResetOptions, make_reset},
    {"close", "closes the connection before, in or after the answer", kCloseOptions, make_close},
    {"truncate", "sends only the first part of the answer", kTruncateOptions, make_truncate},
    {"dribble", "sends the answer in small pieces", kDribbleOptions, make_dribble},
    {"bandwidth", "sends the answer slowly", kBandwidthOptions, make_bandwidth},
    {"slow_upload", "reads the request's body slowly", kSlowUploadOptions, make_slow_upload,
     Stage::head},
    {"cut_upload", "ends the connection in the middle of the request's body", kCutUploadOptions,
     make_cut_upload, Stage::head},
    {"no_continue",
     "leaves a client waiting that expects 100 Continue",
     {},
     make_no_continue,
     Stage::head},
    {"slow_accept", "reads nothing from a new connection for a while", kSlowAcceptOptions,
     make_slow_accept, Stage::connection},
    {"wrong_crc32", "sends a checksum that is not the answer's", {}, make_wrong_crc32},
    {"malformed_json", "sends a body that is no JSON", kMalformedJsonOptions, make_malformed_json},
    {"wrong_encoding", "sends a Content-Encoding that is not the answer's", kWrongEncodingOptions,
     make_wrong_encoding},
    {"bad_gateway", "answers with the HTML page of a load balancer", kBadGatewayOptions,
     make_bad_gateway},
    {"clock_skew", "dates the answer, or judges the signature, by a wrong clock", kClockSkewOptions,
     make_clock_skew},
    {"unprocessed", "leaves entries of a batch unprocessed and carries out the others",
     kUnprocessedOptions, make_unprocessed},
    {"short_page", "answers a Query or Scan with a shorter page, or an empty one",
     kShortPageOptions, make_short_page},
    {"stale", "answers an eventually consistent read from the recent past", kStaleOptions,
     make_stale},
    {"index_lag", "answers a read of a global index from the recent past", kStaleOptions,
     make_index_lag},
    {"hold", "holds a write and its items between its checks and its effect", kHoldOptions,
     make_hold},
    {"capacity", "throttles calls above a limit of throughput, with burst", kCapacityOptions,
     make_capacity},
    {"hook", "asks an HTTP endpoint of yours, which answers, edits or passes", kHookOptions,
     make_hook},
    {"access_log", "writes one line for each exchange (serve --access-log)", {}, nullptr},
    {"metrics", "counts calls and their latencies (always there)", {}, nullptr},
    {"record", "writes each call and its answer to the cassette (--cassette)", {}, nullptr},
    {"replay", "answers calls from the cassette (--cassette)", {}, nullptr},
};

}  // namespace

std::span<const InterceptorRow> interceptor_table() { return kInterceptors; }

const InterceptorRow* find_interceptor(std::string_view name) {
  const auto found = std::ranges::find(kInterceptors, name, &InterceptorRow::name);
  return found == std::end(kInterceptors) ? nullptr : &*found;
}

std::string list_interceptors() {
  std::string text;
  for (const InterceptorRow& row : kInterceptors) {
    text.append(row.name).append(": ").append(row.summary);
    if (row.stage != Stage::call) text.append("; acts ").append(moment_of(row.stage));
    text += row.make ? "\n" : "; set up on the command line, not by a rule\n";
    for (const Option& option : row.options) {
      text.append("  ").append(option.name).append(" (").append(option.type);
      if (!option.fallback.empty()) text.append(", default ").append(option.fallback);
      text.append("): ").append(option.help).append("\n");
    }
  }
  return text;
}

}  // namespace dynatape::interceptors
