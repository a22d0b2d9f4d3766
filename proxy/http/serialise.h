#pragma once

// The pieces that requests and answers are written of.

#include <cstdint>
#include <string>
#include <string_view>

namespace dynatape::http {

void append_number(std::string& out, std::uint64_t number);

/// "name: value\r\n". A line break or NUL in either becomes a blank, so that no value can add a
/// header or end the head.
void append_field(std::string& out, std::string_view name, std::string_view value);
void append_field(std::string& out, std::string_view name, std::uint64_t value);

}  // namespace dynatape::http
