#include "cassettes/near_miss.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "tests/cassettes/recordings.h"
#include "tests/support/temp_dir.h"

namespace dynatape::cassettes {
namespace {

using Catch::Contains;

constexpr std::size_t kPageBytes = 4'096;

core::Request get_item(std::int64_t n, const std::string& more) {
  core::Request request = recording(n).request;
  request.body.insert(1, more);
  return request;
}

std::string explain(Store& store, const core::Request& request) {
  return near_miss(store, request, core::find_operation("GetItem"));
}

/// A closed cassette with `recordings`.
void make(const std::string& path, const std::vector<Recording>& recordings) {
  auto store = Store::record(path);
  REQUIRE(store.has_value());
  for (const Recording& one : recordings) {
    const Recording* const batch[] = {&one};
    REQUIRE((*store)->append(batch).has_value());
  }
  REQUIRE((*store)->close().has_value());
}

/// Destroys the pages that an answer of nothing but `filling` has to itself; how many.
int destroy_answers(const std::string& path, char filling) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(in), {});
  int destroyed = 0;
  for (std::size_t at = 0; at < bytes.size(); at += kPageBytes) {
    const auto content = std::string_view(bytes).substr(at + 4, kPageBytes - 4);
    if (content.find_first_not_of(filling) != std::string_view::npos) continue;
    bytes.replace(at, kPageBytes, kPageBytes, '\xff');
    ++destroyed;
  }
  std::ofstream(path, std::ios::binary) << bytes;
  return destroyed;
}

}  // namespace

TEST_CASE("near miss: the answers on the tape are not read") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  Recording large = recording(1);
  large.response.body.assign(100'000, 'x');
  make(path, {large});
  CHECK(destroy_answers(path, 'x') > 10);
  auto store = Store::open(path);
  REQUIRE(store.has_value());
  REQUIRE_FALSE((*store)->read(1).has_value());
  CHECK_THAT(explain(**store, recording(2).request),
             Contains(R"(nearest is #1, GetItem: Key.id is 2 now and 1 on tape)"));
}

TEST_CASE("near miss: the nearest is found among the first 1,000, wherever it stands") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  std::vector<Recording> recordings;
  for (std::int64_t n = 1; n <= 1'001; ++n) recordings.push_back(recording(n));
  make(path, recordings);
  auto store = Store::open(path);
  REQUIRE(store.has_value());
  for (const std::int64_t n : {1, 32, 33, 999, 1'000}) {
    CHECK_THAT(explain(**store, get_item(n, R"("ConsistentRead":true,)")),
               Contains("nearest is #" + std::to_string(n) + ", GetItem: ConsistentRead is true"));
  }
  CHECK_THAT(explain(**store, get_item(1'001, R"("ConsistentRead":true,)")),
             Contains("nearest is #1, "));
}

}  // namespace dynatape::cassettes
