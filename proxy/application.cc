#include "proxy/application.h"

#include <cstdio>
#include <random>
#include <thread>

#include "core/upload.h"
#include "interceptors/access_log.h"
#include "interceptors/metrics.h"
#include "proxy/admin/admin.h"
#include "proxy/command_line.h"
#include "proxy/net/http_client.h"
#include "proxy/net/server.h"
#include "proxy/sessions/database_file.h"
#include "proxy/sessions/road.h"
#include "proxy/sessions/session_ports.h"
#include "proxy/sessions/sessions.h"

namespace dynatape::proxy {
namespace {

using core::Result;
using sessions::Session;
using sessions::Sessions;

/// In one write, so that the lines of two threads do not mix.
void print_line(std::string_view line) {
  const std::string whole = std::string(line) + "\n";
  std::fwrite(whole.data(), 1, whole.size(), stderr);
}

/// An IPv6 address stands in brackets in a URL.
std::string url_of(const std::string& host, std::uint16_t port) {
  const bool bare_v6 = host.find(':') != std::string::npos;
  return "http://" + (bare_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

/// The default session, as the command line describes it.
Result<sessions::SessionSettings> settings_of(const ProxyOptions& options) {
  sessions::SessionSettings settings;
  settings.upstream = options.upstream;
  settings.emulator = options.emulator;
  settings.cassette = options.cassette;
  settings.mode = options.mode;
  settings.seed = options.seed;
  settings.clock = options.clock;
  settings.backups = options.backups;
  settings.database = options.database;
  // A file is everybody's, whatever access key they have.
  if (!options.database.empty() || !options.built_database.empty()) {
    settings.account = sessions::kFileAccount;
  }
  if (!options.profile.empty()) {
    settings.rules = {R"({"profile":")" + options.profile + R"("})", "--profile"};
  }
  if (options.rules.empty()) return settings;
  auto rules = sessions::read_rule_file(options.rules);
  if (!rules) return std::unexpected(rules.error());
  settings.rules = std::move(*rules);
  return settings;
}

/// Whose signatures are good; anybody's where there is none.
Result<std::vector<aws::Key>> keys_of(const ProxyOptions& options) {
  if (!options.strict_auth) return std::vector<aws::Key>();
  if (options.auth_keys.empty()) {
    return core::failure(
        "--auth strict needs a key: give --auth-key ID:SECRET, or set AWS_ACCESS_KEY_ID and "
        "AWS_SECRET_ACCESS_KEY");
  }
  return options.auth_keys;
}

net::ServerOptions server_options(const ProxyOptions& options) {
  net::ServerOptions server;
  server.address = options.listen.host == "localhost" ? "127.0.0.1" : options.listen.host;
  server.port = options.listen.port;
  server.threads = options.threads;
  server.request_id_seed = std::random_device()();  // ids differ from run to run
  return server;
}

}  // namespace

struct Application::Parts {
  // Shared with the pipelines it stands in.
  std::shared_ptr<interceptors::Metrics> metrics = std::make_shared<interceptors::Metrics>();
  sessions::Shared shared;
  std::unique_ptr<Sessions> sessions;
  sessions::ExchangeLog log;
  sessions::Road road{log};
  std::unique_ptr<sessions::SessionPorts> ports;
  std::unique_ptr<admin::Services> services;
  admin::Access access;
  std::unique_ptr<net::Server> server;
  std::string url;
  std::thread serving;

  [[nodiscard]] std::string metrics_text() const {
    std::vector<interceptors::SessionTallies> faults;
    for (const auto& session : sessions->all()) {
      faults.push_back({session->name(), session->tallies(), session->lost_answers()});
    }
    return metrics->text() + interceptors::fault_metrics(faults);
  }

  /// `own` is the session of the port it came on, where that is one session's.
  core::Task<net::Answer> answer(core::Request request, core::Loop& loop,
                                 const std::shared_ptr<Session>& own = nullptr) {
    auto chosen = choose(request, own);
    if (!admin::is_admin(request)) {
      return road.carry(std::move(request), std::move(chosen), loop);
    }
    return administer(std::move(request), chosen, loop, own);
  }
  /// The same with a request whose body comes from `upload`.
  core::Task<net::Answer> answer_early(core::Request head, core::Upload& upload, core::Loop& loop,
                                       std::shared_ptr<Session> own) {
    auto chosen = choose(head, own);
    if (!admin::is_admin(head)) {
      co_return co_await road.carry(std::move(head), std::move(chosen), loop, &upload);
    }
    if (!co_await core::take_in(upload, head)) co_return core::Reply{};
    co_return co_await administer(std::move(head), chosen, loop, own);
  }

  Sessions::Chosen choose(core::Request& request, const std::shared_ptr<Session>& own) const {
    auto chosen = sessions->choose(request);
    if (own && !chosen.by_path) chosen = {.session = own.get(), .owner = own};
    return chosen;
  }
  core::Task<net::Answer> administer(core::Request request, const Sessions::Chosen& chosen,
                                     core::Loop& loop, const std::shared_ptr<Session>& own) {
    auto session = own && !chosen.by_path ? own
                                          : sessions->find(chosen.by_path ? chosen.session->name()
                                                                          : core::kDefaultSession);
    return admin::answer(*services, access, std::move(request), std::move(session), loop);
  }

  /// For who acts before a request is whole, on a port of all sessions or of one.
  class Early final : public net::EarlyHandler {
   public:
    Early(Parts& parts, std::shared_ptr<Session> own) : parts_(parts), own_(std::move(own)) {}

    [[nodiscard]] bool wanted() const override {
      return parts_.shared.early->load(std::memory_order_relaxed) > 0;
    }
    [[nodiscard]] core::Task<void> accepted(core::Loop& loop) override {
      return parts_.road.meet_connection(own_ ? *own_ : parts_.sessions->fallback(), loop);
    }
    [[nodiscard]] core::Task<net::Answer> answer(core::Request head, core::Upload& upload,
                                                 core::Loop& loop) override {
      return parts_.answer_early(std::move(head), upload, loop, own_);
    }

   private:
    Parts& parts_;
    const std::shared_ptr<Session> own_;  ///< whose port it is; nullptr: everybody's
  };
};

Application::Application(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Application::~Application() {
  if (parts_->serving.joinable()) static_cast<void>(stop());
}

Result<std::unique_ptr<Application>> Application::create(const ProxyOptions& options) {
  auto parts = std::make_unique<Parts>();
  if (options.access_log) {
    parts->shared.front.push_back(std::make_shared<interceptors::AccessLog>(print_line));
  }
  parts->shared.front.push_back(parts->metrics);
  parts->shared.secrets = options.secrets;
  parts->shared.replay = options.replay;
  parts->shared.http = std::make_shared<net::HttpClient>();
  auto keys = keys_of(options);
  if (!keys) return std::unexpected(keys.error());
  parts->shared.keys = std::move(*keys);
  parts->shared.pseudonym_key = options.pseudonym_key;
  parts->shared.new_pseudonym_key = options.new_pseudonym_key;

  auto settings = settings_of(options);
  if (!settings) return std::unexpected(settings.error());
  auto session = Session::open(*std::move(settings), parts->shared);
  if (!session) return std::unexpected(session.error());
  parts->sessions = std::make_unique<Sessions>(std::move(*session));

  parts->ports = std::make_unique<sessions::SessionPorts>(
      server_options(options),
      [raw = parts.get()](core::Request request, core::Loop& loop,
                          const std::shared_ptr<Session>& session) {
        return raw->answer(std::move(request), loop, session);
      },
      [raw = parts.get()](std::shared_ptr<Session> session) {
        return std::make_unique<Parts::Early>(*raw, std::move(session));
      });
  parts->services = std::make_unique<admin::Services>(
      admin::Services{version(), *parts->sessions, parts->shared, parts->log,
                      [raw = parts.get()] { return raw->metrics_text(); }, *parts->ports});
  parts->access = {options.listen.host, options.admin_token};

  auto server = net::Server::listen(
      server_options(options), parts->sessions->fallback().clock(),
      [raw = parts.get()](core::Request request, core::Loop& loop) {
        return raw->answer(std::move(request), loop);
      },
      std::make_unique<Parts::Early>(*parts, nullptr));
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
  parts_->ports->stop();
  if (parts_->serving.joinable()) parts_->serving.join();
  // Its sessions tell the answers that never left that they are lost, before anything is summed up.
  parts_->server.reset();
  Result<void> outcome;
  for (const auto& session : parts_->sessions->all()) {
    const auto closed = session->close_now();
    if (!closed && outcome) outcome = closed;
  }
  return outcome;
}

Result<void> Application::store_database(const std::string& file, bool replace) const {
  Session& session = parts_->sessions->fallback();
  const auto text = sessions::write_database(*session.emulator(), session.clock().now());
  return text ? sessions::store_database(*text, file, replace) : std::unexpected(text.error());
}

std::vector<NamedSummary> Application::summaries() const {
  std::vector<NamedSummary> summaries;
  for (const auto& session : parts_->sessions->all()) {
    summaries.push_back({session->name(), session->summary()});
  }
  return summaries;
}

}  // namespace dynatape::proxy
