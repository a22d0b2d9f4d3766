#pragma once

// How much of a call is known when a fault acts, and so what its rule can ask for. Rules of each
// stage are decided by themselves.

#include <cstdint>
#include <string_view>

namespace dynatape::interceptors {

enum class Stage : std::uint8_t {
  connection,  ///< that there is one
  head,        ///< a request's head
  call,        ///< all of it
};

/// Completes "acts ...".
[[nodiscard]] constexpr std::string_view moment_of(Stage stage) {
  switch (stage) {
    case Stage::connection:
      return "when a connection is accepted, before any call on it";
    case Stage::head:
      return "once a call's head is read, before its body";
    case Stage::call:
      break;
  }
  return "on the whole call";
}

}  // namespace dynatape::interceptors
