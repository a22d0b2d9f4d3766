#pragma once

// A table of a foreign endpoint with point-in-time recovery.

#include "polyfill_lab.h"

namespace dynatape::interceptors {

inline const json kNotes = {{"TableName", "notes"}};

[[nodiscard]] json recovery_specification(const json& enabled);

/// Of "notes".
void enable_recovery(PolyfillLab& it);
void put(PolyfillLab& it, const std::string& id, const std::string& value = "x");
void remove(PolyfillLab& it, const std::string& id);

/// "id=value …" of "notes", restored to so many seconds after kStart; "refused" where it cannot be.
[[nodiscard]] std::string at(PolyfillLab& it, int seconds);

/// What a table has, in the same words.
[[nodiscard]] std::string items_of(PolyfillLab& it, const std::string& table);

/// The system backups there are.
[[nodiscard]] json system_backups(PolyfillLab& it);

/// Restores the only system backup there is to a new table, "again".
void restore_system_backup(PolyfillLab& it);

}  // namespace dynatape::interceptors
