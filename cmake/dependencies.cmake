# Libraries from Debian packages; `./dev setup` installs them.

find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(simdjson REQUIRED)
find_package(mimalloc REQUIRED)

set_property(TARGET nlohmann_json::nlohmann_json APPEND PROPERTY
             INTERFACE_COMPILE_DEFINITIONS JSON_USE_IMPLICIT_CONVERSIONS=0)

find_package(PkgConfig REQUIRED)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)

# simdjson is built from its amalgamated header's library; keep its warnings out of ours.
add_library(dynatape_simdjson INTERFACE)
target_link_libraries(dynatape_simdjson INTERFACE simdjson::simdjson)

add_library(dynatape_asio INTERFACE)
target_compile_definitions(dynatape_asio INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE)
target_link_libraries(dynatape_asio INTERFACE Threads::Threads)

# Debian's node-llhttp ships llhttp's generated C sources.
find_path(DYNATAPE_LLHTTP_INCLUDE llhttp.h PATHS /usr/share/include/llhttp NO_DEFAULT_PATH REQUIRED)
file(GLOB llhttp_sources /usr/share/llhttp/*.c /usr/share/llhttp/src/*.c)
add_library(dynatape_llhttp STATIC ${llhttp_sources})
target_include_directories(dynatape_llhttp SYSTEM PUBLIC ${DYNATAPE_LLHTTP_INCLUDE})
