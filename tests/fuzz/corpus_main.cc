// Feeds a target the inputs of a stored corpus: one per line, as corpus.py writes them. It needs no
// libFuzzer, so it runs in every build.
//
// usage: corpus_NAME FILE

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

/// The bytes of a line: `\xHH` is one byte, any other character itself.
std::optional<std::string> unescape(std::string_view line) {
  std::string bytes;
  while (!line.empty()) {
    if (line.front() != '\\') {
      bytes += line.front();
      line.remove_prefix(1);
      continue;
    }
    if (line.size() < 4 || line[1] != 'x') return std::nullopt;
    const std::string digits(line.substr(2, 2));
    char* end = nullptr;
    bytes += static_cast<char>(std::strtoul(digits.c_str(), &end, 16));
    if (*end != '\0') return std::nullopt;
    line.remove_prefix(4);
  }
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: " << argv[0] << " FILE\n";
    return 2;
  }
  std::ifstream file(argv[1]);
  std::size_t count = 0;
  for (std::string line; std::getline(file, line);) {
    const auto bytes = unescape(line);
    if (!bytes) {
      std::cerr << argv[1] << ':' << count + 1 << ": a backslash that begins no \\xHH\n";
      return 2;
    }
    // A crash says which input it was.
    std::cout << "input " << ++count << '\r' << std::flush;
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size());
  }
  std::cout << count << " inputs\n";
  return count > 0 ? 0 : 2;
}
