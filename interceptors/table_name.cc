#include "interceptors/table_name.h"

#include <algorithm>

namespace dynatape::interceptors {

TableName parse_table_name(std::string_view text) {
  constexpr std::string_view kResource = ":table/";
  const auto at = text.find(kResource);
  if (!text.starts_with("arn:") || at == std::string_view::npos) return {std::string(text), "", ""};
  // arn:aws:dynamodb:REGION:ACCOUNT:table/NAME[/index/...|/stream/...|/backup/...]
  const auto end = std::min(text.find('/', at + kResource.size()), text.size());
  std::string_view region = text;
  for (int colons = 0; colons < 3; ++colons) {
    region.remove_prefix(std::min(region.find(':'), region.size() - 1) + 1);
  }
  region = region.substr(0, region.find(':'));
  return {std::string(text.substr(at + kResource.size(), end - at - kResource.size())),
          std::string(region), std::string(text.substr(0, end))};
}

bool same_table(const TableName& ruled, const TableName& called, std::string_view region) {
  if (ruled.name != called.name) return false;
  if (ruled.arn.empty()) return true;
  return called.arn.empty() ? ruled.region == region : ruled.arn == called.arn;
}

}  // namespace dynatape::interceptors
