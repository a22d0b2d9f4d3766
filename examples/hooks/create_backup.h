#pragma once

// An example of an interceptor; see create_backup.cc.

#include <memory>

#include "interceptors/interceptor_table.h"

namespace dynatape::interceptors {

/// Reads the value of `"create_backup":`.
[[nodiscard]] std::unique_ptr<const Fault> make_create_backup(const JsonField& options);

}  // namespace dynatape::interceptors
