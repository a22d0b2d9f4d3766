#include "cassettes/store_rows.h"

#include <algorithm>
#include <cstring>

namespace dynatape::cassettes {

std::string lines_of(const core::Headers& headers) {
  std::string text;
  for (const auto& [name, value] : headers) {
    text.append(name).append(": ").append(value).append("\n");
  }
  return text;
}

core::Headers headers_of(std::string_view lines) {
  core::Headers headers;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    headers.add(std::string(line.substr(0, colon)), std::string(line.substr(colon + 2)));
  }
  return headers;
}

std::string_view bytes_of(const Fingerprint& key) {
  return {reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size()};
}

Fingerprint fingerprint_from(std::string_view bytes) {
  Fingerprint key;
  std::memcpy(key.bytes.data(), bytes.data(), std::min(bytes.size(), key.bytes.size()));
  return key;
}

Recording recording_from(const Statement& row) {
  Recording recording;
  recording.id = row.integer(0);
  recording.call = row.integer(1);
  recording.key = fingerprint_from(row.bytes(2));
  recording.operation = row.bytes(3);
  recording.arrival = static_cast<std::uint64_t>(row.integer(4));
  recording.started = core::TimePoint(core::Duration(row.integer(5)));
  recording.took = core::Duration(row.integer(6));
  recording.redactions = static_cast<int>(row.integer(7));
  recording.request.method = row.bytes(8);
  recording.request.target = row.bytes(9);
  recording.request.headers = headers_of(row.bytes(10));
  recording.request.body = row.bytes(11);
  recording.response.status = static_cast<int>(row.integer(12));
  recording.response.headers = headers_of(row.bytes(13));
  recording.response.body = row.bytes(14);
  return recording;
}

Question question_from(const Statement& row) {
  Question question;
  question.id = row.integer(0);
  question.call = row.integer(1);
  question.operation = row.bytes(2);
  question.started = core::TimePoint(core::Duration(row.integer(3)));
  question.request.method = row.bytes(4);
  question.request.target = row.bytes(5);
  question.request.headers = headers_of(row.bytes(6));
  question.request.body = row.bytes(7);
  return question;
}

}  // namespace dynatape::cassettes
