#pragma once

// Polyfills before an endpoint that lacks what they add.

#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "interceptors/backup_shapes.h"
#include "interceptors/expiry.h"
#include "interceptors/polyfills.h"
#include "interceptors/recovery.h"
#include "interceptors/written_tables.h"
#include "lab.h"

namespace dynatape::interceptors {

using nlohmann::json;

/// A foreign endpoint with tables of string keys called "id" and little else; it answers two items
/// a page, and leaves the last item of each first batch unprocessed.
class PlainEndpoint final : public core::Upstream {
 public:
  core::Task<core::Result<core::Reply>> send(core::Exchange& exchange) override;

  std::map<std::string, std::map<std::string, ordered_json>> tables;
  std::map<std::string, int> deleted;           ///< how often a table of that name was
  ordered_json tells = ordered_json::object();  ///< of each table, beside the rest
  std::vector<std::string> calls;
  json created;  ///< the last CreateTable
  std::string state = "ACTIVE";
  bool wants_capacity = false;  ///< of every table
  /// The exception and message that CreateTable is answered with.
  std::optional<std::pair<std::string, std::string>> refuses = {};
  bool refuses_once = false;
  std::map<std::string, core::Response> refusals;  ///< by operation, which is not carried out
  std::string broken;                              ///< a table that nobody may describe
  /// Reads that were not asked to be consistent.
  std::vector<std::string> eventual;
  bool loses_answers = false;                      ///< of writes, which are carried out
  std::function<void()> statement;                 ///< what ExecuteStatement does
  std::string callers;                             ///< the Authorization of the last call
  std::function<void(const std::string&)> before;  ///< a call is answered, where there is one

 private:
  [[nodiscard]] ordered_json description(const std::string& table) const;
  core::Reply answer(const std::string& operation, const json& params);
  core::Reply in_table(const std::string& operation, const std::string& table, const json& params);
  core::Reply scan(const json& params);
  core::Reply write(const json& requests);
};

struct PolyfillLab {
  explicit PolyfillLab(const std::string& file = "", core::Duration delay = {});

  json call(const std::string& operation, const json& params, const std::string& region = "");
  std::string refused(const std::string& operation, const json& params,
                      const std::string& region = "");
  /// Makes a backup of "notes"; its ARN.
  std::string backup(const std::string& name = "first");
  /// Does what `expiry` has to do now.
  void sweep();

  std::shared_ptr<PlainEndpoint> endpoint = std::make_shared<PlainEndpoint>();
  PolyfillContext context;
  Lab lab;
  int status = 0;
};

/// An answer that is an exception.
[[nodiscard]] core::Response exception_of(const std::string& type, const std::string& message,
                                          int status = 400);

/// What PolyfillLab makes of a file.
[[nodiscard]] PolyfillContext polyfill_context(std::shared_ptr<core::Upstream> upstream,
                                               const std::string& file, core::Duration delay);

}  // namespace dynatape::interceptors
