#include "cassettes/ordered_pseudonyms.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "cassettes/monotone.h"
#include "cassettes/pseudonyms.h"
#include "core/digest.h"
#include "emulator/model/number.h"
#include "tests/support/random_seed.h"

namespace dynatape::cassettes {
namespace {

using Order = Pseudonyms::Order;

const Pseudonyms kPseudonyms("a key");
const Pseudonyms kOthers("another key");

std::mt19937_64 chance() { return std::mt19937_64(support::random_seed("ordered pseudonyms")); }

std::string of_text(const std::string& text) { return kPseudonyms.of_text(text, Order::kept); }
std::string of_number(const std::string& text) { return kPseudonyms.of_number(text, Order::kept); }

}  // namespace

TEST_CASE("monotone: strictly rising, and its origins are found again") {
  const Monotone monotone(1'000, 1'000'000, [](std::string_view text) {
    const auto hash = core::sha256(text);
    return std::string(hash.begin(), hash.end());
  });
  Wide last = 0;
  for (Wide number = 0; number < 1'000; ++number) {
    const Wide image = monotone.of("here", number);
    CHECK(image < 1'000'000);
    CHECK((number == 0 || image > last));
    CHECK(monotone.origin("here", image) == number);
    last = image;
  }
  CHECK(monotone.of("here", 500) != monotone.of("there", 500));
}

TEST_CASE("monotone: also where there is no room to spare") {
  const Monotone monotone(64, 64, [](std::string_view) { return std::string(32, '\x5a'); });
  for (Wide number = 0; number < 64; ++number) CHECK(monotone.of("", number) == number);
}

TEST_CASE("ordered pseudonyms: texts sort as their values do, whatever their length") {
  auto random = chance();
  std::set<std::string> texts = {
      "a",          std::string("a\0", 2), "a\x01", "b", "\xff", "customer-1", "customer-10",
      "customer-2", std::string(300, 'x')};
  for (int i = 0; i < 300; ++i) {
    std::string text;
    for (auto length = 1 + random() % 30; length > 0; --length) {
      text += static_cast<char>(random() % 4 == 0 ? random() % 256 : 'a' + random() % 3);
    }
    texts.insert(text);
  }
  std::string last;
  for (const std::string& text : texts) {
    const std::string pseudonym = of_text(text);
    CHECK(pseudonym > last);
    CHECK(pseudonym.size() == 8 + 17 * ((text.size() + 7) / 8));
    last = pseudonym;
  }
}

TEST_CASE("ordered pseudonyms: binary values sort as they are") {
  auto random = chance();
  std::set<std::string> values;
  for (int i = 0; i < 300; ++i) {
    std::string bytes;
    for (auto length = 1 + random() % 20; length > 0; --length) {
      bytes += static_cast<char>(random() % 256);
    }
    values.insert(bytes);
  }
  std::string last;
  for (const std::string& bytes : values) {
    const std::string pseudonym = kPseudonyms.of_bytes(bytes, Order::kept);
    CHECK(pseudonym > last);
    last = pseudonym;
  }
}

TEST_CASE("ordered pseudonyms: numbers sort as their values do") {
  auto random = chance();
  std::vector<std::string> numbers = {"-9.9999999999999999999999999999999999999E+125",
                                      "-1E-130",
                                      "0",
                                      "1E-130",
                                      "9.9999999999999999999999999999999999999E+125",
                                      "1760000000",
                                      "1760000001",
                                      "1760000000.000001",
                                      "-1",
                                      "1",
                                      "0.1",
                                      "10"};
  for (int i = 0; i < 400; ++i) {
    std::string digits = random() % 2 == 0 ? "-" : "";
    for (auto length = 1 + random() % 30; length > 0; --length) {
      digits += static_cast<char>('0' + random() % 10);
    }
    numbers.push_back(digits + "E" + std::to_string(static_cast<int>(random() % 60) - 30));
  }
  std::vector<std::pair<model::Number, std::string>> sorted;
  for (const std::string& number : numbers) {
    sorted.emplace_back(*model::Number::parse(number), of_number(number));
  }
  std::ranges::sort(sorted, {}, [](const auto& one) { return one.first; });
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const bool equal = sorted[i].first == sorted[i - 1].first;
    CHECK(sorted[i].second.size() == 38);
    CHECK((equal ? sorted[i].second == sorted[i - 1].second
                 : sorted[i].second > sorted[i - 1].second));
  }
}

TEST_CASE("ordered pseudonyms: equal numbers are equal, and those past 30 digits are cut") {
  CHECK(of_number("1.50") == of_number("15e-1"));
  const std::string thirty(30, '3');
  CHECK(of_number(thirty + "1") == of_number(thirty + "2"));
  CHECK(of_number(thirty) != of_number(std::string(29, '3') + "4"));
}

TEST_CASE("ordered pseudonyms: they stand for themselves, under either kind of rule") {
  for (const auto order : {Order::kept, Order::hidden}) {
    CHECK(kPseudonyms.of_text(of_text("a text"), order) == of_text("a text"));
    CHECK(kPseudonyms.of_number(of_number("-17.5"), order) == of_number("-17.5"));
    const auto bytes = kPseudonyms.of_bytes("\x01\x02", Order::kept);
    CHECK(kPseudonyms.of_bytes(bytes, order) == bytes);
  }
  CHECK(kPseudonyms.of_text(kPseudonyms.of_text("a text"), Order::kept) ==
        kPseudonyms.of_text("a text"));
}

TEST_CASE("ordered pseudonyms: another key makes others, and knows none of these") {
  CHECK(kOthers.of_text("a text", Order::kept) != of_text("a text"));
  CHECK(kOthers.of_number("5", Order::kept) != of_number("5"));
  CHECK_FALSE(kOthers.is_text(of_text("a text")));
  CHECK(kPseudonyms.is_text(of_text("a text")));
  CHECK_FALSE(kPseudonyms.is_text("p" + std::string(24, 'a')));
}

TEST_CASE("ordered pseudonyms: a pseudonym shows little of how large a number is") {
  // Under many keys the pseudonym of one number lies now here, now there.
  std::set<char> first;
  for (int key = 0; key < 40; ++key) {
    first.insert(Pseudonyms("key " + std::to_string(key)).of_number("1000", Order::kept)[0]);
  }
  CHECK(first.size() >= 4);
}

}  // namespace dynatape::cassettes
