#include "emulator/model/number.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace dynatape::model {
namespace {

Number number(std::string_view text) {
  INFO(text);
  const auto parsed = Number::parse(text);
  REQUIRE(parsed);
  return *parsed;
}

std::string normal(std::string_view text) { return number(text).to_string(); }

NumberError refusal(std::string_view text) {
  INFO(text);
  const auto parsed = Number::parse(text);
  REQUIRE_FALSE(parsed);
  return parsed.error();
}

const std::string kNines(38, '9');

}  // namespace

TEST_CASE("number: what is written comes back in the service's form") {
  using Case = std::pair<std::string, std::string>;
  for (const auto& [written, answer] :
       std::vector<Case>{{"0", "0"},
                         {"-0", "0"},
                         {"0.00", "0"},
                         {"+5", "5"},
                         {".5", "0.5"},
                         {"5.", "5"},
                         {"1.e5", "100000"},
                         {"00042", "42"},
                         {"1e3", "1000"},
                         {"1E-3", "0.001"},
                         {"-12.340", "-12.34"},
                         {"0e125", "0"},
                         {"0.0e126", "0"},
                         {"1000", "1000"},
                         {"1e125", "1" + std::string(125, '0')},
                         {"1e-130", "0." + std::string(129, '0') + "1"},
                         {kNines, kNines},
                         {"-" + kNines + "00", "-" + kNines + "00"},
                         {"0.000" + kNines, "0.000" + kNines}}) {
    INFO(written);
    CHECK(normal(written) == answer);
  }
}

TEST_CASE("number: what is no number is malformed") {
  for (const auto* text : {"", "+", ".", "e2", "1e", "1e+", "1_000", "0x5", "1+2", " 1", "1 ",
                           "NaN", "Infinity", "1.2.3", "1e9223372036854775808", "--1", "1e1.5"}) {
    CHECK(refusal(text) == NumberError::malformed);
  }
}

TEST_CASE("number: the range is by magnitude, and zero's by its written exponent") {
  for (const auto* text :
       {"1e126", "10e125", "-1e126", "0e126", "1e99999999999", "1e9223372036854775807"}) {
    CHECK(refusal(text) == NumberError::overflow);
  }
  for (const auto* text : {"1e-131", "0.1e-130", "0e-131", "1e-9223372036854775807"}) {
    CHECK(refusal(text) == NumberError::underflow);
  }
  CHECK(refusal("1" + std::string(37, '0') + "1") == NumberError::too_many_digits);
  // The range is told first, also of a number with too many digits.
  CHECK(refusal(std::string(39, '1') + "e87") == NumberError::too_many_digits);
  CHECK(refusal(std::string(39, '1') + "e88") == NumberError::overflow);
}

TEST_CASE("number: sums are exact or refused") {
  const auto sum = [](std::string_view a, std::string_view b) { return number(a).plus(number(b)); };
  CHECK(sum("1", "2")->to_string() == "3");
  CHECK(sum("0.1", "0.2")->to_string() == "0.3");
  CHECK(sum("1e38", "-1")->to_string() == kNines);
  CHECK(sum(kNines, "1")->to_string() == "1" + std::string(38, '0'));
  CHECK(sum("5", "-5")->to_string() == "0");
  CHECK(sum("-7", "5")->to_string() == "-2");
  CHECK(sum("5", "-7")->to_string() == "-2");
  CHECK(sum("1e50", "1").error() == NumberError::too_many_digits);
  CHECK(sum("1e125", "1e-130").error() == NumberError::too_many_digits);
  CHECK(sum(kNines + "e88", kNines + "e88").error() == NumberError::too_many_digits);
  CHECK(sum("9e125", "1e125").error() == NumberError::overflow);
  CHECK(sum("1.1e-130", "-1e-130").error() == NumberError::underflow);
  CHECK(number("3").minus(number("0.5"))->to_string() == "2.5");
  CHECK(number("3").minus(number("0"))->to_string() == "3");
}

TEST_CASE("number: sizes are those captured from the service") {
  using Case = std::pair<std::string, std::size_t>;
  for (const auto& [text, size] : std::vector<Case>{{"0", 1},
                                                    {"-0", 1},
                                                    {"1", 2},
                                                    {"12", 2},
                                                    {"100", 2},
                                                    {"0.15", 2},
                                                    {"1E125", 2},
                                                    {"1E-100", 2},
                                                    {"123", 3},
                                                    {"1234", 3},
                                                    {"1010", 3},
                                                    {"1.2", 3},
                                                    {"-42", 3},
                                                    {"123456", 4},
                                                    {"1.234", 4},
                                                    {"100.5", 4},
                                                    {"3.14159", 5},
                                                    {kNines, 20}}) {
    INFO(text);
    CHECK(number(text).size_bytes() == size);
  }
}

TEST_CASE("number: the sortable form orders as the numbers do and reads back") {
  const std::vector<std::string> ascending = {
      "-1e125", "-" + kNines, "-105", "-11",   "-10",  "-1.1", "-1",   "-0.5", "-1e-130",
      "0",      "1e-130",     "0.05", "0.5",   "0.51", "1",    "1.1",  "2",    "10",
      "11",     "100",        "105",  "105.5", "1000", kNines, "1e125"};
  std::vector<std::string> forms;
  for (const auto& text : ascending) {
    std::string& form = forms.emplace_back();
    number(text).append_sortable(form);
    std::string with_tail = form + "tail";
    std::string_view in = with_tail;
    CHECK(Number::take_sortable(in) == number(text));
    CHECK(in == "tail");
  }
  CHECK(std::ranges::is_sorted(forms));
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      INFO(ascending[i] << " and " << ascending[j]);
      CHECK((number(ascending[i]) <=> number(ascending[j])) == (i <=> j));
      if (i != j) CHECK_FALSE(forms[i].starts_with(forms[j]));
    }
  }
}

TEST_CASE("number: integers come and go") {
  constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t value :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1500}, kMin, kMax}) {
    CHECK(Number::of(value).to_string() == std::to_string(value));
    CHECK(Number::of(value).to_int64() == value);
  }
  CHECK(number("1.5").to_int64().error() == NumberError::malformed);
  CHECK(number("9223372036854775808").to_int64().error() == NumberError::overflow);
  CHECK(number("1e30").to_int64().error() == NumberError::overflow);
}

}  // namespace dynatape::model
