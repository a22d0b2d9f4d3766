# Warnings and sanitizers as one interface target, and the function that makes a library of a folder.

add_library(dynatape_options INTERFACE)
target_compile_options(dynatape_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
target_include_directories(dynatape_options INTERFACE ${PROJECT_SOURCE_DIR})

set(DYNATAPE_SANITIZE "" CACHE STRING "Comma-separated sanitizers: address,undefined or thread")
if(DYNATAPE_SANITIZE)
  add_compile_options(-fsanitize=${DYNATAPE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${DYNATAPE_SANITIZE})
  # A check of every pointer that is followed makes a build half as dear again, and finds what the address sanitizer
  # finds, or what this processor does not mind.
  if(DYNATAPE_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize=null,alignment,object-size,vptr)
  endif()
endif()
if(DYNATAPE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  find_program(DYNATAPE_LLD NAMES ld.lld-19 ld.lld)
  if(DYNATAPE_LLD)
    add_link_options(--ld-path=${DYNATAPE_LLD})
  endif()
endif()

# Headers that most files include, parsed once for all. It makes a first build a third cheaper, and ccache share less
# between clones; nothing may rely on it, so it is off unless asked for.
option(DYNATAPE_PCH "Precompile common headers (clang)" OFF)
if(DYNATAPE_PCH)
  # Precompiled headers are for one setting of it, and some of the libraries below bring it along.
  target_compile_options(dynatape_options INTERFACE -pthread)
  add_library(dynatape_pch OBJECT ${PROJECT_SOURCE_DIR}/cmake/precompiled.cc)
  target_link_libraries(dynatape_pch PRIVATE dynatape_options)
  target_precompile_headers(dynatape_pch PRIVATE ${PROJECT_SOURCE_DIR}/cmake/precompiled.h)
  # The emulator knows nothing of nlohmann's JSON.
  add_library(dynatape_json_pch OBJECT ${PROJECT_SOURCE_DIR}/cmake/precompiled.cc)
  target_link_libraries(dynatape_json_pch PRIVATE dynatape_options nlohmann_json::nlohmann_json)
  target_precompile_headers(dynatape_json_pch PRIVATE ${PROJECT_SOURCE_DIR}/cmake/precompiled.h <nlohmann/json.hpp>)
endif()

# dynatape_library(NAME FOLDER): every .cc directly in FOLDER, as dynatape_NAME.
function(dynatape_library name folder)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cc)
  if(sources)
    add_library(dynatape_${name} STATIC ${sources})
  else()
    file(WRITE ${PROJECT_BINARY_DIR}/empty.cc "")
    add_library(dynatape_${name} STATIC ${PROJECT_BINARY_DIR}/empty.cc)
  endif()
  target_link_libraries(dynatape_${name} PUBLIC dynatape_options)
  if(DYNATAPE_PCH)
    if(folder MATCHES "^emulator")
      target_precompile_headers(dynatape_${name} REUSE_FROM dynatape_pch)
    else()
      target_precompile_headers(dynatape_${name} REUSE_FROM dynatape_json_pch)
    endif()
  endif()
endfunction()
