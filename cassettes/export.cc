#include "cassettes/export.h"

#include <cstdio>
#include <functional>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cassettes/encoded.h"
#include "cassettes/store.h"
#include "core/call.h"
#include "emulator/model/json_text.h"

namespace dynatape::cassettes {
namespace {

using nlohmann::ordered_json;

constexpr std::int64_t kPage = 256;  // recordings in memory at a time

core::Result<void> for_each(const std::string& path,
                            const std::function<void(const Recording&)>& visit) {
  auto store = Store::open(path);
  if (!store) return std::unexpected(store.error());
  std::int64_t last = 0;
  for (auto page = (*store)->page(last, kPage);; page = (*store)->page(last, kPage)) {
    if (!page) return std::unexpected(page.error());
    if (page->empty()) return {};
    for (const Recording& recording : *page) visit(recording);
    last = page->back().id;
  }
}

std::string subject_of(const Recording& recording) {
  if (!recording.operation.empty()) return recording.operation;
  return recording.request.method + " " + recording.request.target;
}

std::string tables_of(const Recording& recording) {
  const core::Call call(recording.request);
  std::string text;
  for (const std::string& table : call.tables()) text += (text.empty() ? "" : ",") + table;
  return text.empty() ? "-" : text;
}

std::string milliseconds(core::Duration took) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f ms", static_cast<double>(took.count()) / 1e3);
  return text;
}

bool is_utf8(const std::string& text) {
  try {
    static_cast<void>(ordered_json(text).dump());
    return true;
  } catch (const ordered_json::type_error&) {
    return false;
  }
}

void append_member(std::string& out, std::string_view name, std::string_view json) {
  out += out.ends_with('{') ? "\"" : ",\"";
  out.append(name).append("\":").append(json);
}

std::string json_string(std::string_view text) {
  std::string json;
  model::append_json_string(json, text);
  return json;
}

/// Fields in the order in which they were sent.
void append_headers(std::string& out, const core::Headers& headers) {
  std::string fields = "[";
  for (const auto& [name, value] : headers) {
    fields += fields.size() > 1 ? ",[" : "[";
    fields += json_string(name) + "," + json_string(value) + "]";
  }
  append_member(out, "headers", fields + "]");
}

void append_body(std::string& out, const std::string& body) {
  if (const auto canonical = canonical_json(body)) {
    append_member(out, "body", *canonical);
  } else if (is_utf8(body)) {
    append_member(out, "body_text", json_string(body));
  } else {
    append_member(out, "body_base64",
                  json_string(encode_base64(body, /*url=*/false, /*padded=*/true)));
  }
}

void print_message(std::ostream& out, const core::Headers& headers, const std::string& body) {
  for (const auto& [name, value] : headers) out << "  " << name << ": " << value << '\n';
  const auto json = ordered_json::parse(body, nullptr, /*allow_exceptions=*/false);
  out << '\n' << (json.is_discarded() ? body : json.dump(2)) << "\n\n";
}

}  // namespace

core::Result<void> list(const std::string& path, std::ostream& out) {
  return for_each(path, [&out](const Recording& recording) {
    out << '#' << recording.id << "  ";
    if (recording.call != recording.id) out << "retry of #" << recording.call << "  ";
    out << subject_of(recording) << "  " << tables_of(recording) << "  "
        << recording.response.status << "  " << milliseconds(recording.took) << '\n';
  });
}

core::Result<void> show(const std::string& path, std::int64_t id, std::ostream& out) {
  auto store = Store::open(path);
  if (!store) return std::unexpected(store.error());
  const auto recording = (*store)->read(id);
  if (!recording) return std::unexpected(recording.error());
  out << '#' << recording->id << "  " << subject_of(*recording) << "  "
      << milliseconds(recording->took);
  if (recording->call != recording->id) out << "  retry of #" << recording->call;
  if (recording->redactions > 0) out << "  secrets replaced: " << recording->redactions;
  out << "\n\n" << recording->request.method << ' ' << recording->request.target << '\n';
  print_message(out, recording->request.headers, recording->request.body);
  out << recording->response.status << '\n';
  print_message(out, recording->response.headers, recording->response.body);
  return {};
}

core::Result<void> export_lines(const std::string& path, std::ostream& out) {
  return for_each(path,
                  [&out](const Recording& recording) { out << export_line(recording) << '\n'; });
}

std::string export_line(const Recording& recording) {
  std::string request = "{";
  append_member(request, "method", json_string(recording.request.method));
  append_member(request, "target", json_string(recording.request.target));
  append_headers(request, recording.request.headers);
  append_body(request, recording.request.body);
  std::string response = "{";
  append_member(response, "status", std::to_string(recording.response.status));
  append_headers(response, recording.response.headers);
  append_body(response, recording.response.body);
  std::string line = "{";
  append_member(line, "id", std::to_string(recording.id));
  append_member(line, "call", std::to_string(recording.call));
  append_member(line, "operation", json_string(recording.operation));
  append_member(line, "request", request + "}");
  append_member(line, "response", response + "}");
  append_member(line, "redactions", std::to_string(recording.redactions));
  append_member(line, "arrival", std::to_string(recording.arrival));
  append_member(line, "started_us", std::to_string(recording.started.time_since_epoch().count()));
  append_member(line, "took_us", std::to_string(recording.took.count()));
  return line + "}";
}

}  // namespace dynatape::cassettes
