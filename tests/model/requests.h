#pragma once

// Steps as bodies of calls, and calls to a database.

#include <string>

#include "tests/model/step.h"

namespace dynatape::reference {

/// What a call answered: its body, or the type of the error and the error's body.
struct Answer {
  std::string error;  ///< "ConditionalCheckFailedException"; empty where there is none
  json body;          ///< its sets sorted
};

Answer call(storage::Database& database, std::string_view operation, const json& body);

json create_table(const std::string& name, const std::string& view);
/// A single write: PutItem, UpdateItem or DeleteItem.
json single_write(const Write& write, const std::string& returns);
std::string_view operation_of(const Write& write);
json batch_write(const Step& step);
json transact_write(const Step& step);
json batch_get(const Step& step);
json transact_get(const Step& step);
/// A Query, or with `segment` a Scan.
json query(const Step& step);
json scan(const Step& step, std::size_t segment);
json toggle_index(bool exists);
json statement(const Step& step);

}  // namespace dynatape::reference
