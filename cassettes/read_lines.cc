// The reader of lines; lines.cc writes them.

#include <algorithm>
#include <ctime>
#include <istream>
#include <nlohmann/json.hpp>
#include <utility>

#include "cassettes/encoded.h"
#include "cassettes/json_text.h"
#include "cassettes/line_parts.h"
#include "cassettes/lines.h"
#include "core/operation.h"

namespace dynatape::cassettes {
namespace {

using nlohmann::json;

/// What bytes_json() made.
std::optional<std::string> bytes_of(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  const auto encoded = value.is_object() ? value.find("base64") : value.end();
  if (encoded == value.end() || value.size() != 1 || !encoded->is_string()) return std::nullopt;
  const auto& text = encoded->get_ref<const std::string&>();
  std::string bytes = decode_base64(std::string_view(text).substr(0, text.find('=')));
  if (encode_base64(bytes, /*url=*/false, /*padded=*/true) != text) return std::nullopt;
  return bytes;
}

/// One object of a line being read: every member is taken once, and none may be left.
class Object {
 public:
  static core::Result<Object> of(std::string_view text, std::string path) {
    auto members = json_members(text);
    if (!members) return core::failure(path + (path.empty() ? "it" : "") + " is no JSON object");
    return Object(*std::move(members), std::move(path));
  }

  std::optional<std::string_view> take(std::string_view name) {
    const auto found = std::ranges::find(members_, name, &JsonMember::name);
    if (found == members_.end()) return std::nullopt;
    const std::string_view value = found->value;
    members_.erase(found);
    return value;
  }

  /// Into `out`, where the member is there; the problem otherwise stays in error().
  void take_text(std::string_view name, std::string& out) {
    const auto value = take(name);
    if (!value) return;
    auto bytes = bytes_of(json::parse(*value));
    if (!bytes) return wrong(name, *value, R"(a string or {"base64":"…"})");
    out = *std::move(bytes);
  }
  template <class Number>
  void take_number(std::string_view name, Number least, Number& out) {
    const auto value = take(name);
    if (!value) return;
    const json parsed = json::parse(*value);
    const bool whole = parsed.is_number_integer() && (parsed.is_number_unsigned() || least < 0);
    if (!whole || parsed.get<std::int64_t>() < static_cast<std::int64_t>(least)) {
      return wrong(name, *value, "a whole number from " + std::to_string(least));
    }
    out = parsed.get<Number>();
  }

  void wrong(std::string_view name, std::string_view value, const std::string& right) {
    if (error_) return;
    constexpr std::size_t kShown = 60;
    const std::string text(value.substr(0, kShown));
    error_ = core::Error{path_ + std::string(name) + " is " + text +
                         (value.size() > kShown ? "…" : "") + ", not " + right};
  }
  void missing(std::string_view name) {
    if (!error_) error_ = core::Error{path_ + std::string(name) + " is missing"};
  }
  [[nodiscard]] core::Result<void> finish() const {
    if (error_) return std::unexpected(*error_);
    if (members_.empty()) return {};
    return core::failure(path_ + members_.front().name + " is no member that a line has");
  }

 private:
  Object(std::vector<JsonMember> members, std::string path)
      : members_(std::move(members)), path_(std::move(path)) {
    if (!path_.empty()) path_ += '.';
  }
  std::vector<JsonMember> members_;
  std::string path_;
  std::optional<core::Error> error_;
};

std::string read_body(Object& object) {
  if (const auto verbatim = object.take("body")) return std::string(*verbatim);
  std::string text;
  object.take_text("body_text", text);
  return text;
}

core::Headers read_headers(Object& object, const HeaderFields& usual) {
  core::Headers headers;
  const auto value = object.take("headers");
  if (!value) {
    for (const auto& [name, text] : usual) headers.add(name, text);
    return headers;
  }
  for (const json& field : json::parse(*value)) {
    const bool pair = field.is_array() && field.size() == 2;
    auto name = pair ? bytes_of(field[0]) : std::nullopt;
    auto text = pair ? bytes_of(field[1]) : std::nullopt;
    if (!name || !text || name->contains('\n') || text->contains('\n')) {
      object.wrong("headers", *value, "a list of [name, value]");
      return {};
    }
    headers.add(*std::move(name), *std::move(text));
  }
  return headers;
}

std::optional<core::TimePoint> read_moment(Object& object) {
  std::string text;
  object.take_text("recorded", text);
  if (text.empty()) return std::nullopt;
  std::tm fields{};
  const char* rest = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &fields);
  if (!rest || *rest) {
    object.wrong("recorded", json_string(text), "a time such as 2026-01-02T03:04:05Z");
    return std::nullopt;
  }
  return core::TimePoint(std::chrono::seconds(timegm(&fields)));
}

core::Result<void> read_request(std::optional<std::string_view> text, Recording& recording) {
  if (!text) return core::failure("request is missing");
  auto object = Object::of(*text, "request");
  if (!object) return std::unexpected(object.error());
  core::Request& request = recording.request;
  request.method = "POST";
  request.target = "/";
  object->take_text("method", request.method);
  object->take_text("target", request.target);
  request.headers = read_headers(*object, usual_request_headers(recording.operation));
  request.body = read_body(*object);
  return object->finish();
}

core::Result<void> read_response(std::optional<std::string_view> text, Recording& recording) {
  if (!text) return core::failure("response is missing");
  auto object = Object::of(*text, "response");
  if (!object) return std::unexpected(object.error());
  core::Response& response = recording.response;
  response.status = 0;
  object->take_number("status", 100, response.status);
  if (response.status == 0) object->missing("status");
  response.headers = read_headers(*object, usual_response_headers());
  response.body = read_body(*object);
  return object->finish();
}

}  // namespace

core::Result<Recording> LineReader::read(std::string_view line) {
  auto object = Object::of(line, "");
  if (!object) return std::unexpected(object.error());
  Recording recording;
  recording.id = static_cast<std::int64_t>(call_of_line_.size()) + 1;
  recording.arrival = static_cast<std::uint64_t>(recording.id);
  object->take_text("operation", recording.operation);
  if (!recording.operation.empty() && !core::find_operation(recording.operation)) {
    object->wrong("operation", json_string(recording.operation),
                  "an operation of DynamoDB, or empty");
  }
  if (const auto moment = read_moment(*object)) told_ = moment;
  recording.started = told_.value_or(core::TimePoint());
  object->take_number("arrival", std::uint64_t{0}, recording.arrival);
  object->take_number("redactions", 0, recording.redactions);
  std::int64_t started = recording.started.time_since_epoch().count();
  object->take_number("started_us", std::int64_t{0}, started);
  recording.started = core::TimePoint(core::Duration(started));
  std::int64_t took = 0;
  object->take_number("took_us", std::int64_t{0}, took);
  recording.took = core::Duration(took);
  std::int64_t back = 0;
  object->take_number("retry_back", std::int64_t{1}, back);
  recording.call = recording.id - back;
  if (back > 0 && (recording.call < 1 ||
                   call_of_line_[static_cast<std::size_t>(recording.call - 1)] != recording.call)) {
    object->wrong("retry_back", std::to_string(back),
                  "the number of lines back to a first attempt");
  }
  const auto request = object->take("request");
  const auto response = object->take("response");
  if (auto done = object->finish(); !done) return std::unexpected(done.error());
  if (auto done = read_request(request, recording); !done) return std::unexpected(done.error());
  if (response || answers_ == Answers::required) {
    if (auto done = read_response(response, recording); !done) return std::unexpected(done.error());
  } else {
    recording.response.status = 0;
  }
  recording.key = fingerprint_of(recording.request, core::find_operation(recording.operation));
  call_of_line_.push_back(recording.call);
  return recording;
}

core::Result<void> read_lines(std::istream& lines, const std::string& name,
                              const std::function<core::Result<void>(const Recording&)>& visit,
                              LineReader::Answers answers, TapeSettings* settings) {
  LineReader reader(answers);
  std::int64_t number = 0;
  bool any = false;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) continue;
    const auto wrong = [&](const core::Error& error) {
      return core::failure(name + ", line " + std::to_string(number) + ": " + error.message);
    };
    if (!any && is_settings_line(line)) {
      auto told = settings_from(line);
      if (!told) return wrong(told.error());
      if (settings) *settings = *std::move(told);
      continue;
    }
    const auto recording = reader.read(line);
    if (!recording) return wrong(recording.error());
    if (auto done = visit(*recording); !done) return done;
    any = true;
  }
  if (lines.bad()) return core::failure("cannot read '" + name + "'");
  if (!any) return core::failure(name + ": it has no line of a recording");
  return {};
}

}  // namespace dynatape::cassettes
