#include "cassettes/export.h"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cassettes/each_recording.h"
#include "cassettes/store.h"
#include "core/call.h"

namespace dynatape::cassettes {
namespace {

using nlohmann::ordered_json;

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

void print_message(std::ostream& out, const core::Headers& headers, const std::string& body) {
  for (const auto& [name, value] : headers) out << "  " << name << ": " << value << '\n';
  const auto json = ordered_json::parse(body, nullptr, /*allow_exceptions=*/false);
  out << '\n' << (json.is_discarded() ? body : json.dump(2)) << "\n\n";
}

}  // namespace

core::Result<void> list(const std::string& path, std::ostream& out) {
  return each_recording(path, [&out](const Recording& recording) -> core::Result<void> {
    out << '#' << recording.id << "  ";
    if (recording.call != recording.id) out << "retry of #" << recording.call << "  ";
    out << subject_of(recording) << "  " << tables_of(recording) << "  "
        << recording.response.status << "  " << milliseconds(recording.took) << '\n';
    return {};
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

core::Result<void> export_lines(const std::string& path, LineForm form, std::ostream& out) {
  const auto settings = settings_of(path);
  if (!settings) return std::unexpected(settings.error());
  if (const auto line = settings_line(*settings)) out << *line << '\n';
  LineWriter writer(form);
  return each_recording(path, [&](const Recording& recording) -> core::Result<void> {
    out << writer.line(recording) << '\n';
    return {};
  });
}

}  // namespace dynatape::cassettes
