// CreateBackup and RestoreTableFromBackup as an interceptor: an API that the upstream lacks, in one
// file. Put it into interceptors/ and add to the table in interceptors/interceptor_table.cc
//
//   {"create_backup", "adds backups to an upstream that lacks them", {}, make_create_backup},
//
// and a rule has it as "then": {"create_backup": {}}. examples/hooks/create_backup.py is the same
// as a hook.

#include "create_backup.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "interceptors/json_field.h"
#include "interceptors/upstream_call.h"

namespace dynatape::interceptors {
namespace {

using core::Task;

struct Copy {
  ordered_json table;
  ordered_json items = ordered_json::array();
};

/// The rest of the pipeline behind this rule, for calls of our own.
class Behind final : public core::Upstream {
 public:
  explicit Behind(Inner inner) : inner_(inner) {}
  [[nodiscard]] Task<Answer> send(core::Exchange& exchange) override {
    return inner_.past_rules(exchange);
  }

 private:
  Inner inner_;
};

class CreateBackup final : public Fault {
 public:
  [[nodiscard]] std::string_view name() const override { return "create_backup"; }
  [[nodiscard]] std::string describe() const override { return "backs up and restores tables"; }

  [[nodiscard]] Task<Answer> handle(core::Exchange& exchange, Firing& firing,
                                    Inner inner) const override {
    const std::string_view operation = exchange.call().name();
    if (operation != "CreateBackup" && operation != "RestoreTableFromBackup") {
      firing.undelivered("the call is about no backup");
      co_return co_await inner(exchange);
    }
    Behind behind(inner);
    firing.delivered(exchange);
    if (operation == "CreateBackup") co_return co_await back_up(exchange, behind);
    co_return co_await restore(exchange, behind);
  }

 private:
  Task<Answer> back_up(core::Exchange& exchange, Behind& behind) const {
    const auto& params = exchange.call().params();
    ordered_json scan = {{"TableName", params.value("TableName", "")}};
    const auto described = co_await call_upstream(exchange, behind, "DescribeTable", scan);
    if (!described) co_return described.error();
    Copy copy{described->at("Table")};
    for (bool more = true; more;) {
      const auto page = co_await call_upstream(exchange, behind, "Scan", scan);
      if (!page) co_return page.error();
      for (const auto& item : page->at("Items")) copy.items.push_back(item);
      more = page->contains("LastEvaluatedKey");
      if (more) scan["ExclusiveStartKey"] = page->at("LastEvaluatedKey");
    }
    const std::string arn = copy.table.value("TableArn", "") + "/backup/" +
                            std::to_string(exchange.clock().now().time_since_epoch().count());
    const std::lock_guard lock(mutex_);
    copies_.insert_or_assign(arn, std::move(copy));
    co_return success({{"BackupDetails",
                        {{"BackupArn", arn},
                         {"BackupName", params.value("BackupName", "")},
                         {"BackupStatus", "CREATING"}}}});
  }

  Task<Answer> restore(core::Exchange& exchange, Behind& behind) const {
    const std::string arn = exchange.call().params().value("BackupArn", "");
    const auto copy = find(arn);
    if (!copy) {
      co_return exception(exchange, "BackupNotFoundException", "Backup not found: " + arn);
    }
    const std::string target = exchange.call().params().value("TargetTableName", "");
    auto made =
        co_await call_upstream(exchange, behind, "CreateTable",
                               {{"TableName", target},
                                {"KeySchema", copy->table.at("KeySchema")},
                                {"AttributeDefinitions", copy->table.at("AttributeDefinitions")},
                                {"BillingMode", "PAY_PER_REQUEST"}});
    if (!made) co_return made.error();
    for (const auto& item : copy->items) {
      const auto put = co_await call_upstream(exchange, behind, "PutItem",
                                              {{"TableName", target}, {"Item", item}});
      if (!put) co_return put.error();
    }
    co_return success(*made);
  }

  std::optional<Copy> find(const std::string& arn) const {
    const std::lock_guard lock(mutex_);
    const auto found = copies_.find(arn);
    return found == copies_.end() ? std::nullopt : std::optional(found->second);
  }

  // A rule is shared by all threads, and const; what it remembers it guards itself.
  mutable std::mutex mutex_;
  mutable std::map<std::string, Copy> copies_;
};

}  // namespace

std::unique_ptr<const Fault> make_create_backup(const JsonField& options) {
  options.must_be_object();
  return std::make_unique<CreateBackup>();
}

}  // namespace dynatape::interceptors
