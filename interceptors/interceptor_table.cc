#include "interceptors/interceptor_table.h"

#include <algorithm>

#include "interceptors/error.h"
#include "interceptors/latency.h"

namespace dynatape::interceptors {
namespace {

constexpr InterceptorRow kInterceptors[] = {
    {"latency", "waits before the call goes on", kLatencyOptions, make_latency},
    {"error", "answers with an exception of the service instead of passing the call on",
     kErrorOptions, make_error},
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
