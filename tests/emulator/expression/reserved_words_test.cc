#include "emulator/expression/reserved_words.h"

#include <catch2/catch.hpp>

namespace dynatape::expression {

TEST_CASE("reserved words: first, last and any between, in any case; nothing near them") {
  for (const char* word : {"ABORT", "abort", "Zone", "status", "NAME", "year", "Timestamp", "_"}) {
    INFO(word);
    CHECK(is_reserved(word) == (std::string_view(word) != "_"));
  }
  for (const char* word : {"", "a", "abor", "aborts", "zonee", "statuses", "@status", "9", "[name",
                           "a_very_long_word_that_is_no_keyword_at_all"}) {
    INFO(word);
    CHECK_FALSE(is_reserved(word));
  }
}

}  // namespace dynatape::expression
