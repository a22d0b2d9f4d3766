#include "proxy/net/delivery.h"

#include <catch2/catch.hpp>
#include <vector>

#include "tests/proxy/net/running_server.h"
#include "tests/support/manual_loop.h"

namespace dynatape::net {
namespace {

using namespace std::chrono_literals;
using core::Delivery;
using core::Ending;
using support::End;
using support::ManualLoop;
using support::TcpConnection;

/// Notes each write with its time.
class Sink final : public ByteSink {
 public:
  explicit Sink(const ManualLoop& loop, std::size_t writes = 100) : loop_(loop), left_(writes) {}

  core::Task<bool> write(std::string_view bytes) override {
    if (left_ == 0) co_return false;
    --left_;
    written.emplace_back(loop_.elapsed(), bytes);
    co_return true;
  }

  std::vector<std::pair<core::Duration, std::string>> written;

 private:
  const ManualLoop& loop_;
  std::size_t left_;
};

using Writes = std::vector<std::pair<core::Duration, std::string>>;

Writes writes_of(const Delivery& plan) {
  ManualLoop loop;
  Sink sink(loop);
  CHECK(loop.run(deliver(sink, loop, "answer", plan)));
  return sink.written;
}

/// Answers as planned, and notes how that ended.
struct Fault {
  explicit Fault(const Delivery& planned) : plan(planned) {}

  const Delivery plan;
  std::mutex mutex;
  std::condition_variable told;
  std::optional<Sent> sent;  ///< guarded by mutex

  Handler handler() {
    return [this](core::Request, core::Loop&) { return answer(*this); };
  }
  static core::Task<Answer> answer(Fault& fault) {
    co_return Answer(reply_of("answer", fault.plan), [&fault](Sent sent) {
      const std::lock_guard lock(fault.mutex);
      fault.sent = sent;
      fault.told.notify_all();
    });
  }
  Sent outcome() {
    std::unique_lock lock(mutex);
    told.wait(lock, [this] { return sent.has_value(); });
    return *sent;
  }
};

}  // namespace

TEST_CASE("delivery: the default sends the whole at once") {
  CHECK(writes_of({}) == Writes{{0ms, "answer"}});
}

TEST_CASE("delivery: the delay comes before the first byte") {
  CHECK(writes_of({.delay = 200ms}) == Writes{{200ms, "answer"}});
}

TEST_CASE("delivery: pieces come with gaps between them, none after the last") {
  CHECK(writes_of({.chunk_bytes = 4, .chunk_gap = 5ms}) == Writes{{0ms, "answ"}, {5ms, "er"}});
  CHECK(writes_of({.chunk_bytes = 3, .chunk_gap = 5ms}) == Writes{{0ms, "ans"}, {5ms, "wer"}});
}

TEST_CASE("delivery: a cut counts bytes over all pieces, and may be at zero or beyond the end") {
  CHECK(writes_of({.cut_after = 4, .chunk_bytes = 3}) == Writes{{0ms, "ans"}, {0ms, "w"}});
  CHECK(writes_of({.cut_after = 0}).empty());
  CHECK(writes_of({.cut_after = 100}) == Writes{{0ms, "answer"}});
  CHECK(cuts({.cut_after = 5}, 6));
  CHECK_FALSE(cuts({.cut_after = 6}, 6));
  CHECK_FALSE(cuts({}, 6));
}

TEST_CASE("delivery: a peer that is gone ends it") {
  ManualLoop loop;
  Sink sink(loop, 1);
  CHECK_FALSE(loop.run(deliver(sink, loop, "answer", {.chunk_bytes = 3})));
}

TEST_CASE("delivery: an answer is cut and its connection reset") {
  Fault fault({.cut_after = 20, .ending = Ending::reset});
  const RunningServer server(fault.handler());
  TcpConnection client = server.connect();
  client.send(get("/"));
  CHECK(client.read_all() == "HTTP/1.1 200 OK\r\nCon");
  CHECK(client.end() == End::reset);
  CHECK(fault.outcome() == Sent::whole);
}

TEST_CASE("delivery: an answer never comes, its connection reset") {
  Fault fault({.cut_after = 0, .ending = Ending::reset});
  const RunningServer server(fault.handler());
  TcpConnection client = server.connect();
  client.send(get("/"));
  CHECK(client.read_all().empty());
  CHECK(client.end() == End::reset);
}

TEST_CASE("delivery: an answer comes whole, then the connection ends unannounced") {
  Fault fault({.ending = Ending::close});
  const RunningServer server(fault.handler());
  TcpConnection client = server.connect();
  client.send(get("/") + get("/never answered"));
  const std::string answer = client.read_all();
  CHECK(body_of(answer) == "answer");
  CHECK_FALSE(has(answer, "Connection"));
  CHECK(client.end() == End::closed);
}

TEST_CASE(
    "delivery: an answer stops in the middle and its connection stays, until the client goes") {
  Fault fault({.cut_after = 20});
  const RunningServer server(fault.handler());
  TcpConnection client = server.connect();
  client.send(get("/"));
  CHECK(client.read_to("\r\nCon") == "HTTP/1.1 200 OK\r\nCon");
  CHECK_FALSE(client.readable_within(50));
  client.end_sending();
  CHECK(client.read_all().empty());
  CHECK(fault.outcome() == Sent::whole);
}

TEST_CASE("delivery: after a slow but whole answer the connection goes on") {
  Fault fault({.delay = 5ms, .chunk_bytes = 50, .chunk_gap = 1ms});
  const RunningServer server(fault.handler());
  TcpConnection client = server.connect();
  for (int i = 0; i < 2; ++i) {
    client.send(get("/"));
    CHECK(body_of(client.read_message()) == "answer");
  }
}

TEST_CASE("delivery: what a client that went away did not get is told as lost") {
  Fault fault({.chunk_bytes = 1, .chunk_gap = 1ms});
  const RunningServer server(fault.handler());
  TcpConnection client = server.connect();
  client.send(get("/"));
  client.read_to("HTTP");
  client.reset();
  CHECK(fault.outcome() == Sent::lost);
}

TEST_CASE("delivery: a plain answer that left is told so") {
  Fault fault({});
  const RunningServer server(fault.handler());
  TcpConnection client = server.connect();
  client.send(get("/"));
  CHECK(body_of(client.read_message()) == "answer");
  CHECK(fault.outcome() == Sent::whole);
}

}  // namespace dynatape::net
