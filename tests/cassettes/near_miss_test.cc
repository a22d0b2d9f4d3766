#include "cassettes/near_miss.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/cassettes/recordings.h"
#include "tests/support/temp_dir.h"

namespace dynatape::cassettes {
namespace {

constexpr std::size_t kPageBytes = 4'096;

core::Request get_item(std::int64_t n, const std::string& more) {
  core::Request request = recording(n).request;
  request.body.insert(1, more);
  return request;
}

/// "#2: Key.id 3 for 2", the nearest with what differs; of equally near ones the first of
/// `waiting`.
std::string nearest_to(Store& store, const core::Request& request, std::int64_t waiting = 0) {
  const auto* operation = core::find_operation("GetItem");
  const auto found =
      find_nearest(store, {request, operation}, {}, [&](auto id) { return id == waiting; });
  REQUIRE(found.has_value());
  REQUIRE(found->has_value());
  std::string text = "#" + std::to_string((*found)->question.id) + ":";
  for (const auto& [path, live, recorded] : (*found)->differences) {
    text.append(" ").append(path).append(" ").append(live).append(" for ").append(recorded);
  }
  return text;
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
  CHECK(nearest_to(**store, recording(2).request) == "#1: Key.id 2 for 1");
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
    CHECK(nearest_to(**store, get_item(n, R"("ConsistentRead":true,)")) ==
          "#" + std::to_string(n) + ": ConsistentRead true for ");
  }
}

TEST_CASE("near miss: of as many differences the smaller ones are nearer, then what still waits") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  make(path, {recording(1), recording(70'001), recording(3)});
  auto store = Store::open(path);
  REQUIRE(store.has_value());
  CHECK(nearest_to(**store, recording(70'002).request) == "#70001: Key.id 70002 for 70001");
  CHECK(nearest_to(**store, recording(2).request) == "#1: Key.id 2 for 1");
  CHECK(nearest_to(**store, recording(2).request, 3) == "#3: Key.id 2 for 3");
}

TEST_CASE("near miss: the distance is the sum of how far each place is, another table counts 4") {
  CHECK(distance({}) == 0);
  CHECK(distance({{"Limit", "1", ""}, {"Key.id", "\"a\"", "\"b\""}}) == Approx(1 + 1 / 3.0));
  CHECK(distance({{"Key.id", "12345678901234567890", "12345678901234567891"}}) == Approx(0.1));
  CHECK(distance({{"TableName", "\"t\"", "\"u\""}}) == 4);
}

}  // namespace dynatape::cassettes
