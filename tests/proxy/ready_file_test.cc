#include "proxy/ready_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "tests/support/temp_dir.h"

namespace dynatape::proxy {

TEST_CASE("ready file: a regular file holds the URL, whatever it held before") {
  const support::TempDir folder;
  const std::string path = folder.file("ready");
  std::ofstream(path) << "something longer than the URL that comes after it";
  CHECK(write_ready_file(path, "http://127.0.0.1:1") == true);
  std::ifstream file(path);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  CHECK(text == "http://127.0.0.1:1\n");
}

TEST_CASE("ready file: a FIFO is written once it has a reader") {
  const support::TempDir folder;
  const std::string path = folder.file("ready");
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  CHECK(write_ready_file(path, "u") == false);
  const int reader = open(path.c_str(), O_RDONLY | O_NONBLOCK);
  CHECK(write_ready_file(path, "u") == true);
  char bytes[8];
  CHECK(read(reader, bytes, sizeof bytes) == 2);
  CHECK(read(reader, bytes, sizeof bytes) == 0);  // the writer is gone
  close(reader);
}

TEST_CASE("ready file: a path that cannot be written is named") {
  const auto written = write_ready_file("/no/such/folder/ready", "u");
  REQUIRE_FALSE(written.has_value());
  CHECK(written.error().message ==
        "cannot write ready file '/no/such/folder/ready': No such file or directory");
}

}  // namespace dynatape::proxy
