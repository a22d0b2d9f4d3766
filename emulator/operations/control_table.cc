#include "emulator/operations/control_table.h"

namespace dynatape::operations {

model::Outcome<void> check_control_name(const std::optional<TableName>& table_name) {
  if (!table_name) {
    return model::invalid(
        "The parameter 'TableName' is required but was not present in the request");
  }
  const std::size_t length = table_name->name().size();
  if (length < 3 || length > 255) {
    return model::invalid(
        "TableName must be at least 3 characters long and at most 255 characters long");
  }
  return {};
}

}  // namespace dynatape::operations
