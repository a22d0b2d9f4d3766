#include "interceptors/logged_moment.h"

#include "interceptors/upstream_call.h"
#include "interceptors/written_keys.h"

namespace dynatape::interceptors {
namespace {

constexpr std::size_t kPage = 200;  // items

class Reader final : public core::Upstream {
 public:
  Reader(std::shared_ptr<const WriteLog> log, LoggedTable table, WriteLog::Second second,
         ordered_json description)
      : log_(std::move(log)),
        table_(std::move(table)),
        second_(second),
        description_(std::move(description)) {}

  [[nodiscard]] core::Task<core::Result<core::Reply>> send(core::Exchange& exchange) override {
    const std::string_view operation = exchange.call().name();
    if (operation == "DescribeTable") co_return success({{"Table", description_}});
    if (operation == "Scan") co_return scan(ordered_json(exchange.call().params()));
    co_return exception(exchange, "UnknownOperationException", "");
  }

 private:
  [[nodiscard]] Answer scan(const ordered_json& params) const {
    const std::string after = params.contains("ExclusiveStartKey")
                                  ? key_text(params.at("ExclusiveStartKey"), table_.keys)
                                  : "";
    const auto found = log_->items(table_.id, second_, after, kPage);
    if (!found) return std::unexpected(found.error());
    ordered_json page = {{"Items", ordered_json::array()}};
    for (const WriteLog::Version& version : *found) {
      page["Items"].push_back(ordered_json::parse(*version.item));
    }
    page["Count"] = page["Items"].size();
    if (found->size() < kPage) return success(page);
    for (const std::string& name : table_.keys) {
      page["LastEvaluatedKey"][name] = page["Items"].back().at(name);
    }
    return success(page);
  }

  const std::shared_ptr<const WriteLog> log_;  // shared: a moment outlives an edit of the session
  const LoggedTable table_;
  const WriteLog::Second second_;
  const ordered_json description_;
};

class LoggedMoment final : public core::Snapshot {
 public:
  explicit LoggedMoment(std::unique_ptr<Reader> reader) : reader_(std::move(reader)) {}
  [[nodiscard]] core::Upstream& reader() const override { return *reader_; }

 private:
  const std::unique_ptr<Reader> reader_;
};

}  // namespace

std::shared_ptr<const core::Snapshot> logged_moment(std::shared_ptr<const WriteLog> log,
                                                    LoggedTable table, WriteLog::Second second,
                                                    const ordered_json& description) {
  return std::make_shared<LoggedMoment>(
      std::make_unique<Reader>(std::move(log), std::move(table), second, description));
}

}  // namespace dynatape::interceptors
