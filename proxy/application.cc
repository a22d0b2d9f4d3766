#include "proxy/application.h"

#include <cstdio>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include "cassettes/cassette.h"
#include "core/clock.h"
#include "interceptors/access_log.h"
#include "interceptors/metrics.h"
#include "interceptors/record.h"
#include "interceptors/replay.h"
#include "interceptors/rule_reader.h"
#include "interceptors/rules_interceptor.h"
#include "proxy/admin/admin.h"
#include "proxy/aws/remote_upstream.h"
#include "proxy/command_line.h"
#include "proxy/emulator_upstream.h"
#include "proxy/net/server.h"
#include "proxy/road.h"

namespace dynatape::proxy {
namespace {

using core::Result;

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file || !text) return core::failure("cannot read '" + path + "'");
  return std::move(text).str();
}

/// In one write, so that the lines of two threads do not mix.
void print_line(std::string_view line) {
  const std::string whole = std::string(line) + "\n";
  std::fwrite(whole.data(), 1, whole.size(), stderr);
}

std::unique_ptr<core::Clock> make_clock(const ProxyOptions& options) {
  if (options.frozen_at) return std::make_unique<core::FrozenClock>(*options.frozen_at);
  return std::make_unique<core::SystemClock>();
}

Result<std::shared_ptr<cassettes::Cassette>> open_cassette(const ProxyOptions& options) {
  if (options.cassette.empty()) return nullptr;
  auto cassette = cassettes::Cassette::open({options.cassette, options.mode, options.secrets});
  if (!cassette) return std::unexpected(cassette.error());
  return std::move(*cassette);
}

Result<std::shared_ptr<interceptors::RulesInterceptor>> make_rules(const ProxyOptions& options) {
  if (options.rules.empty()) return nullptr;
  const auto text = read_file(options.rules);
  if (!text) return std::unexpected(text.error());
  const auto rules = interceptors::read_rules(*text, options.rules);
  if (!rules) return std::unexpected(rules.error());
  if ((*rules)->empty()) return nullptr;
  return interceptors::make_rules_interceptor(*rules, {options.seed, ""});
}

/// An IPv6 address stands in brackets in a URL.
std::string url_of(const std::string& host, std::uint16_t port) {
  const bool bare_v6 = host.find(':') != std::string::npos;
  return "http://" + (bare_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

/// Behind a cassette that only replays: nothing, whatever happens.
class NoUpstream final : public core::Upstream {
 public:
  [[nodiscard]] core::Task<Result<core::Reply>> send(core::Exchange&) override {
    co_return core::failure("a cassette that only replays has nothing behind it");
  }
};

Result<std::shared_ptr<core::Upstream>> make_upstream(const ProxyOptions& options,
                                                      const cassettes::Cassette* cassette) {
  if (cassette && !cassette->records()) return std::make_shared<NoUpstream>();
  if (options.upstream == "emulator") return std::make_shared<EmulatorUpstream>(options.emulator);
  auto remote = aws::RemoteUpstream::at(options.upstream);
  if (!remote) return std::unexpected(remote.error());
  return std::move(*remote);
}

void add(const cassettes::CassetteSummary& tape, Summary& summary) {
  summary.replayed = tape.replayed;
  summary.recorded = tape.recorded;
  summary.missed = tape.missed;
  summary.unused = tape.unused;
  summary.misses = tape.misses;
  summary.unused_calls = tape.unused_calls;
  if (tape.failure) {
    summary.problems.push_back("the tape failed: " + *tape.failure +
                               "; calls refused for it: " + std::to_string(tape.refused));
  }
}

void add(const std::vector<interceptors::FaultTally>& tallies, Summary& summary) {
  for (const auto& tally : tallies) {
    summary.faults_planned += tally.planned;
    summary.faults_delivered += tally.delivered;
    const auto not_delivered = [&](std::uint64_t count, const std::string& reason) {
      summary.undelivered.push_back(tally.rule + " (" + tally.fault +
                                    "): " + std::to_string(count) + " because " + reason);
    };
    std::uint64_t under_way = tally.planned - tally.delivered;
    for (const auto& [reason, count] : tally.undelivered) {
      not_delivered(count, reason);
      under_way -= count;
    }
    if (under_way > 0) not_delivered(under_way, "the proxy stopped first");
  }
}

}  // namespace

struct Application::Parts {
  std::unique_ptr<core::Clock> clock;
  // Shared with the pipelines they stand in.
  std::shared_ptr<interceptors::Metrics> metrics = std::make_shared<interceptors::Metrics>();
  std::shared_ptr<interceptors::RulesInterceptor> rules;
  std::shared_ptr<cassettes::Cassette> cassette;
  std::unique_ptr<Road> road;
  admin::Services services;
  admin::Access access;
  std::unique_ptr<net::Server> server;
  std::string url;
  std::thread serving;

  /// Outermost first: access log, metrics, faults, replay, record, upstream.
  [[nodiscard]] std::shared_ptr<const core::Pipeline> make_pipeline(
      bool access_log, std::shared_ptr<core::Upstream> upstream) const {
    auto pipeline = std::make_shared<core::Pipeline>();
    auto& chain = pipeline->interceptors;
    if (access_log) {
      chain.push_back(std::make_shared<interceptors::AccessLog>(print_line));
    }
    chain.push_back(metrics);
    if (rules) chain.push_back(rules);
    if (cassette && cassette->replays()) {
      chain.push_back(std::make_shared<interceptors::Replay>(cassette));
    }
    if (cassette && cassette->records()) {
      chain.push_back(std::make_shared<interceptors::Record>(cassette));
    }
    pipeline->upstream = std::move(upstream);
    return pipeline;
  }

  [[nodiscard]] std::string metrics_text() const {
    return metrics->text() + (rules ? interceptors::fault_metrics(rules->tallies()) : "");
  }

  core::Task<net::Answer> answer(core::Request request, core::Loop& loop) {
    if (admin::is_admin(request)) {
      co_return core::Reply{admin::answer(services, access, request), core::Source::admin, {}};
    }
    co_return co_await road->carry(std::move(request), loop);
  }
};

Application::Application(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Application::~Application() {
  if (parts_->serving.joinable()) static_cast<void>(stop());
}

Result<std::unique_ptr<Application>> Application::create(const ProxyOptions& options) {
  auto parts = std::make_unique<Parts>();
  parts->clock = make_clock(options);

  auto rules = make_rules(options);
  if (!rules) return std::unexpected(rules.error());
  parts->rules = *rules;

  auto cassette = open_cassette(options);
  if (!cassette) return std::unexpected(cassette.error());
  parts->cassette = std::move(*cassette);
  auto upstream = make_upstream(options, parts->cassette.get());
  if (!upstream) return std::unexpected(upstream.error());
  parts->road = std::make_unique<Road>(
      parts->make_pipeline(options.access_log, std::move(*upstream)), *parts->clock);

  parts->services = {version(), [raw = parts.get()] { return raw->metrics_text(); }};
  parts->access = {options.listen.host, options.admin_token};

  net::ServerOptions server_options;
  server_options.address = options.listen.host == "localhost" ? "127.0.0.1" : options.listen.host;
  server_options.port = options.listen.port;
  server_options.threads = options.threads;
  server_options.request_id_seed = std::random_device()();  // ids differ from run to run
  auto server = net::Server::listen(server_options, *parts->clock,
                                    [raw = parts.get()](core::Request request, core::Loop& loop) {
                                      return raw->answer(std::move(request), loop);
                                    });
  if (!server) return std::unexpected(server.error());
  parts->server = std::move(*server);
  parts->url = url_of(options.listen.host, parts->server->port());
  return std::unique_ptr<Application>(new Application(std::move(parts)));
}

const std::string& Application::url() const { return parts_->url; }

void Application::start() {
  parts_->serving = std::thread([this] { parts_->server->run(); });
}

Result<void> Application::stop() {
  parts_->server->stop();
  if (parts_->serving.joinable()) parts_->serving.join();
  // Its sessions tell the answers that never left that they are lost, before anything is summed up.
  parts_->server.reset();
  return parts_->cassette ? parts_->cassette->close() : Result<void>();
}

Summary Application::summary() const {
  Summary summary;
  summary.calls = parts_->road->calls();
  if (parts_->cassette) add(parts_->cassette->summary(), summary);
  if (parts_->rules) add(parts_->rules->tallies(), summary);
  return summary;
}

}  // namespace dynatape::proxy
