#include "tests/interceptors/studio.h"

#include <catch2/catch.hpp>

#include "interceptors/record.h"
#include "interceptors/replay.h"

namespace dynatape::interceptors {

Studio::Studio(const std::string& path, cassettes::Mode mode,
               std::shared_ptr<ScriptedUpstream> behind)
    : Studio(cassettes::CassetteOptions{.path = path, .mode = mode}, std::move(behind)) {}

Studio::Studio(cassettes::CassetteOptions options, std::shared_ptr<ScriptedUpstream> behind)
    : upstream(std::move(behind)), pipeline{{}, upstream} {
  auto opened = cassettes::Cassette::open(std::move(options));
  if (!opened) throw std::runtime_error(opened.error().message);
  cassette = std::move(*opened);
  if (cassette->replays()) pipeline.interceptors.push_back(std::make_shared<Replay>(cassette));
  if (cassette->records()) pipeline.interceptors.push_back(std::make_shared<Record>(cassette));
}

core::Reply Studio::send(core::Request request) {
  core::Exchange exchange(next_id++, std::move(request), loop, clock);
  const auto result = loop.run(core::run(pipeline, exchange));
  notes.assign(exchange.notes().begin(), exchange.notes().end());
  if (!result) throw std::runtime_error(result.error().message);
  return *result;
}

std::vector<std::string> Studio::answers(const std::vector<CallSpec>& specs) {
  std::vector<std::string> bodies;
  for (const CallSpec& spec : specs) bodies.push_back(call(spec).response.body);
  return bodies;
}

cassettes::CassetteSummary Studio::close() {
  const auto summary = cassette->summary();
  const auto closed = cassette->close();
  if (!closed) throw std::runtime_error(closed.error().message);
  return summary;
}

}  // namespace dynatape::interceptors
