#include "interceptors/system_backup.h"

#include "tests/support/temp_dir.h"
#include "written_tables_lab.h"

namespace dynatape::interceptors {
namespace {

using namespace std::chrono_literals;

/// Moments of an endpoint that says of each of its tables that it can be recovered, or not.
class Moments final : public core::Snapshots {
 public:
  Moments(std::shared_ptr<PlainEndpoint> endpoint, std::string status)
      : endpoint_(std::move(endpoint)), status_(std::move(status)) {}

  [[nodiscard]] std::shared_ptr<const core::Snapshot> take(const core::Exchange&) override {
    return std::make_shared<Moment>(*endpoint_, status_);
  }
  [[nodiscard]] bool fill(const core::Exchange&, std::string_view to, const core::Snapshot& from,
                          std::string_view source) override {
    auto& then = dynamic_cast<const Moment&>(from).endpoint();
    endpoint_->tables[std::string(to)] = then.tables.at(std::string(source));
    return true;
  }

 private:
  class Moment final : public core::Snapshot, public core::Upstream {
   public:
    Moment(const PlainEndpoint& endpoint, std::string status)
        : endpoint_(std::make_unique<PlainEndpoint>(endpoint)), status_(std::move(status)) {}
    [[nodiscard]] core::Upstream& reader() const override { return const_cast<Moment&>(*this); }
    [[nodiscard]] PlainEndpoint& endpoint() const { return *endpoint_; }
    core::Task<core::Result<core::Reply>> send(core::Exchange& exchange) override {
      if (exchange.call().name() != "DescribeContinuousBackups") {
        return endpoint_->send(exchange);
      }
      return told();
    }

   private:
    core::Task<core::Result<core::Reply>> told() {
      co_return success(
          {{"ContinuousBackupsDescription",
            {{"PointInTimeRecoveryDescription", {{"PointInTimeRecoveryStatus", status_}}}}}});
    }

    std::unique_ptr<PlainEndpoint> endpoint_;
    std::string status_;
  };

  std::shared_ptr<PlainEndpoint> endpoint_;
  std::string status_;
};

void can_snapshot(PolyfillLab& it, const std::string& recovery) {
  it.context.snapshots = std::make_shared<Moments>(it.endpoint, recovery);
  it.lab.pipeline.interceptors = {make_polyfills(it.context)};
}

}  // namespace

TEST_CASE("system backups: a foreign table that is deleted leaves one") {
  PolyfillLab it;
  enable_recovery(it);
  it.lab.clock.advance(10s);
  put(it, "d");
  it.call("DeleteTable", kNotes);
  REQUIRE(it.status == 200);
  CHECK(!it.context.written->any());
  const json list = system_backups(it);
  REQUIRE(list.size() == 1);
  CHECK(list[0]["BackupName"] == "notes$DeletedTableBackup");
  CHECK(list[0]["BackupExpiryDateTime"] == 1700000010.0 + 35 * 24 * 3600);
  restore_system_backup(it);
  CHECK(it.endpoint->tables["again"].size() == 4);
}

TEST_CASE("system backups: they are gone after 35 days, also from a file") {
  const support::TempDir folder;
  {
    PolyfillLab it(folder.file("kept.db"));
    enable_recovery(it);
    it.call("DeleteTable", kNotes);
    REQUIRE(system_backups(it).size() == 1);
  }
  PolyfillLab it(folder.file("kept.db"));
  it.lab.clock.advance(35 * 24h - 1us);
  const json list = system_backups(it);
  REQUIRE(list.size() == 1);
  const json described = {{"BackupArn", list[0]["BackupArn"]}};
  CHECK(it.call("DescribeBackup", described).contains("BackupDescription"));
  it.lab.clock.advance(1us);
  CHECK(system_backups(it).empty());
  CHECK(it.refused("DescribeBackup", described).starts_with("BackupNotFoundException: "));
}

TEST_CASE("system backups: a table that could not be deleted leaves none, and stays recoverable") {
  PolyfillLab it;
  enable_recovery(it);
  it.endpoint->refusals["DeleteTable"] = exception_of("ResourceInUseException", "not now");
  CHECK(it.refused("DeleteTable", kNotes) == "ResourceInUseException: not now");
  CHECK(system_backups(it).empty());
  CHECK(it.context.written->any());
}

TEST_CASE("system backups: of a moment before the table was deleted, where it can be recovered") {
  PolyfillLab it;
  can_snapshot(it, "ENABLED");
  it.call("DeleteTable", kNotes);
  restore_system_backup(it);
  CHECK(items_of(it, "again") == "a b c ");
}

TEST_CASE("system backups: a table without recovery leaves none") {
  PolyfillLab it;
  can_snapshot(it, "DISABLED");
  it.call("DeleteTable", kNotes);
  REQUIRE(it.status == 200);
  CHECK(system_backups(it).empty());
}

}  // namespace dynatape::interceptors
