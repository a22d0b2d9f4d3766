// The part of a store that reads recordings: one, a page of them, or all.

#include "cassettes/store.h"
#include "cassettes/store_rows.h"

namespace dynatape::cassettes {
namespace {

constexpr std::string_view kPage = "SELECT * FROM interaction WHERE id > ?1 ORDER BY id LIMIT ?2";
// SQLite reads a row from its front and only as far as asked: the answers stand behind.
constexpr std::string_view kQuestions =
    "SELECT id, call, operation, started_us, method, target, request_headers, request_body "
    "FROM interaction WHERE id > ?1 ORDER BY id LIMIT ?2";
constexpr std::string_view kQuestionsOfOperation =
    "SELECT id, call, operation, started_us, method, target, request_headers, request_body "
    "FROM interaction WHERE id > ?1 AND operation = ?3 ORDER BY id LIMIT ?2";
constexpr std::string_view kPassages =
    "SELECT id, operation, request_body, status, response_body, started_us FROM interaction ORDER "
    "BY id";
constexpr std::string_view kPassagesOfOperation =
    "SELECT id, operation, request_body, status, response_body, started_us FROM interaction "
    "WHERE operation = ?1 ORDER BY id";

std::unexpected<core::Error> absent(const std::string& path, std::int64_t id) {
  return core::failure("cassette " + path + ": it has no interaction " + std::to_string(id));
}

}  // namespace

core::Result<Recording> Store::read(std::int64_t id) {
  const std::lock_guard lock(mutex_);
  Statement& row = statements_.read;
  row.bind(1, id);
  const auto found = row.step();
  core::Result<Recording> recording = absent(path_, id);
  if (!found) recording = std::unexpected(found.error());
  if (found && *found) recording = recording_from(row);
  row.reset();
  if (lens_ && recording) lens_(*recording);
  return recording;
}

core::Result<core::Response> Store::response(std::int64_t id) {
  if (lens_) {
    auto whole = read(id);
    if (!whole) return std::unexpected(whole.error());
    return std::move(whole->response);
  }
  const std::lock_guard lock(mutex_);
  Statement& row = statements_.response;
  row.bind(1, id);
  const auto found = row.step();
  core::Result<core::Response> response;
  if (!found) {
    response = std::unexpected(found.error());
  } else if (!*found) {
    response = absent(path_, id);
  } else {
    response->status = static_cast<int>(row.integer(0));
    response->headers = headers_of(row.bytes(1));
    response->body = row.bytes(2);
  }
  row.reset();
  return response;
}

core::Result<core::Duration> Store::took(std::int64_t id) {
  const std::lock_guard lock(mutex_);
  auto row = connection_.prepare("SELECT took_us FROM interaction WHERE id = ?1");
  if (!row) return std::unexpected(row.error());
  row->bind(1, id);
  const auto found = row->step();
  if (!found) return std::unexpected(found.error());
  if (!*found) return absent(path_, id);
  return core::Duration(row->integer(0));
}

core::Result<std::vector<Recording>> Store::page(std::int64_t after, std::int64_t limit) {
  const std::lock_guard lock(mutex_);
  auto rows = connection_.prepare(kPage);
  if (!rows) return std::unexpected(rows.error());
  rows->bind(1, after);
  rows->bind(2, limit);
  std::vector<Recording> recordings;
  auto row = rows->step();
  for (; row && *row; row = rows->step()) {
    recordings.push_back(recording_from(*rows));
    if (lens_) lens_(recordings.back());
  }
  if (!row) return std::unexpected(row.error());
  return recordings;
}

core::Result<std::vector<Question>> Store::questions(std::int64_t after, std::int64_t limit,
                                                     std::optional<std::string_view> operation) {
  const std::lock_guard lock(mutex_);
  auto rows = connection_.prepare(operation ? kQuestionsOfOperation : kQuestions);
  if (!rows) return std::unexpected(rows.error());
  rows->bind(1, after);
  rows->bind(2, limit);
  if (operation) rows->bind_text(3, *operation);
  std::vector<Question> questions;
  auto row = rows->step();
  for (; row && *row; row = rows->step()) {
    questions.push_back(question_from(*rows));
    if (!lens_) continue;
    Recording recording;
    recording.operation = questions.back().operation;
    recording.request = std::move(questions.back().request);
    lens_(recording);
    questions.back().request = std::move(recording.request);
  }
  if (!row) return std::unexpected(row.error());
  return questions;
}

core::Result<void> Store::each(const std::function<void(const Passage&)>& visit,
                               std::optional<std::string_view> operation) {
  const std::lock_guard lock(mutex_);
  auto rows = connection_.prepare(operation ? kPassagesOfOperation : kPassages);
  if (!rows) return std::unexpected(rows.error());
  if (operation) rows->bind_text(1, *operation);
  auto row = rows->step();
  for (; row && *row; row = rows->step()) visit(Passage(*rows));
  if (!row) return std::unexpected(row.error());
  rows->reset();
  connection_.forget_pages();
  return {};
}

}  // namespace dynatape::cassettes
