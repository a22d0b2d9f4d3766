#pragma once

// Billing modes, on-demand limits, warm throughput, table classes and deletion protection over an
// upstream that ignores or refuses them: they are kept when a table is made or changed, and told
// where the upstream does not tell them. What an upstream tells itself is never touched.

#include <functional>
#include <string>

#include "interceptors/polyfill.h"

namespace dynatape::interceptors {

/// Adds to a table's description what was asked for and the upstream does not tell.
void tell_billing(const TableSettings& settings, ordered_json& table);

/// The service's refusal where the table that the call deletes is protected against that, as its
/// upstream does not know.
[[nodiscard]] core::Task<Attempt<void>> may_delete(const PolyfillContext& context,
                                                   core::Exchange& exchange, std::string table);

/// Sends an operation's body, whichever it is; what the upstream answers.
using SendBody = std::function<core::Task<Answer>(const ordered_json& body)>;

/// CreateTable or UpdateTable, as `asked`: what the upstream refuses to know is left out of it, and
/// its answer tells all that was asked for.
[[nodiscard]] core::Task<Answer> change_table(const PolyfillContext& context,
                                              core::Exchange& exchange, std::string operation,
                                              ordered_json asked, SendBody send);

}  // namespace dynatape::interceptors
