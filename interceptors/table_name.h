#pragma once

// Tables as rules and calls name them: by a plain name, or by an ARN.

#include <string>
#include <string_view>

namespace dynatape::interceptors {

struct TableName {
  std::string name;    ///< without what an ARN puts around it
  std::string region;  ///< of the ARN; empty for a plain name
  std::string arn;     ///< as written, cut after the table; empty for a plain name

  bool operator==(const TableName&) const = default;
};

/// "orders", or "arn:aws:dynamodb:eu-west-1:111122223333:table/orders", also with an index, a
/// stream or a backup behind it. A text that is no table's ARN is a plain name.
[[nodiscard]] TableName parse_table_name(std::string_view text);

/// Whether `called`, as a call to `region` names its table, is the table that `ruled` means: an ARN
/// means itself, and the plain name in its own region; a plain name means every table so called.
[[nodiscard]] bool same_table(const TableName& ruled, const TableName& called,
                              std::string_view region);

}  // namespace dynatape::interceptors
