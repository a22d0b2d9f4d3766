#pragma once

// Words of throughput: what has a limit, of which kind, and how fast it may be read or written.

#include <array>
#include <compare>
#include <cstdint>
#include <string>

#include "core/time.h"

namespace dynatape::interceptors {

enum class Access { read, write };

template <class T>
using ByAccess = std::array<T, 2>;
[[nodiscard]] constexpr std::size_t place(Access access) {
  return static_cast<std::size_t>(access);
}

/// A new on-demand table's start. Source: "Initial throughput and scaling properties", developer
/// guide.
inline constexpr ByAccess<std::int64_t> kOnDemandStart = {12'000, 4'000};

/// What is limited by itself. All empty: the account.
struct Resource {
  std::string region;
  std::string table;             ///< plain name
  std::string index;             ///< empty: the table with its local indexes
  std::string partition;         ///< empty: all of them
  std::string incarnation = {};  ///< tells tables of one name apart; empty: that is not known

  auto operator<=>(const Resource&) const = default;
};

/// Which of its limits a resource has exceeded.
enum class Limit {
  provisioned,  ///< what is provisioned
  maximum,      ///< the maximum that an on-demand table or index is given
  growth,       ///< as much as an on-demand one takes before it has grown
  partition,
  account,
};

/// How fast a resource may be read, or written.
struct Rate {
  std::int64_t most = 0;             ///< units per second; 0: no limit
  Limit limit = Limit::provisioned;  ///< what it is that exceeds `most`
  bool on_demand = false;            ///< throttled as on-demand tables are
  std::int64_t at_once = 0;          ///< what an on-demand one takes until it grows; 0: anything
  core::Duration burst = std::chrono::seconds(300);  ///< how long unused units are saved up

  [[nodiscard]] bool limits() const { return most != 0 || at_once != 0; }
  bool operator==(const Rate&) const = default;
};

}  // namespace dynatape::interceptors
