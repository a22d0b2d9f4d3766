#pragma once

// JSON strings, written straight into a buffer.

#include <string>
#include <string_view>

namespace dynatape::model {

/// Appends `text` as a JSON string with its quotes. Bytes above 0x7f stay as they are.
void append_json_string(std::string& out, std::string_view text);

}  // namespace dynatape::model
