#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

/// OpenSSL's own state of a thread is freed after the leak check has looked.
extern "C" const char* __lsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __lsan_default_suppressions() { return "leak:CRYPTO_zalloc\n"; }
