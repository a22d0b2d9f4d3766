#include "cassettes/standby.h"

#include <nlohmann/json.hpp>
#include <set>

#include "cassettes/store.h"

namespace dynatape::cassettes {
namespace {

std::string table_in(std::string_view request) {
  const auto document = nlohmann::json::parse(request, nullptr, /*allow_exceptions=*/false);
  const bool object = document.is_object() && document.contains("TableName");
  return object && document["TableName"].is_string() ? document["TableName"].get<std::string>()
                                                     : "";
}

}  // namespace

core::Result<void> introduce(Store& store, Standby& standby) {
  std::set<std::string> created;
  auto read = store.each(
      [&](const Passage& passage) { created.insert(table_in(passage.request())); }, "CreateTable");
  if (!read) return read;
  return store.each(
      [&](const Passage& passage) {
        const bool found = passage.status() == 200;
        if (found && !created.contains(table_in(passage.request()))) {
          standby.describe(passage.answer());
        }
      },
      "DescribeTable");
}

}  // namespace dynatape::cassettes
