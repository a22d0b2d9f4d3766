#include "cassettes/stats.h"

#include <sstream>

#include "tests/cassettes/tapes.h"

namespace dynatape::cassettes {

TEST_CASE("stats: by operation and table, and in all") {
  const support::TempDir dir;
  const std::string path = TapeBuilder()
                               .call("GetItem", R"({"TableName":"t"})", "{}", 500)
                               .call("GetItem", R"({"TableName":"t"})")
                               .retry_of(1)
                               .call("GetItem", R"({"TableName":"u"})")
                               .write(dir, "a.tape");
  std::ostringstream out;
  REQUIRE(stats(path, out).has_value());
  CHECK(
      out.str() ==
      "  calls retries  errors  asked bytes answer bytes     p50 ms     p99 ms  operation  tables\n"
      "      1       1       1           34            4      5.000      5.000  GetItem  t\n"
      "      1       0       0           17            2      5.000      5.000  GetItem  u\n"
      "      2       1       1           51            6      5.000      5.000  all  -\n"
      "recorded: from 2023-11-14T22:13:20Z to 2023-11-14T22:13:22Z\n"
      "key version: " +
          std::to_string(kKeyVersion) + "\n");
}

}  // namespace dynatape::cassettes
