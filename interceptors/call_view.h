#pragma once

// What rules ask of a call beyond its operation and tables, each found on first use: the items it
// is about, the index, the SDK, the time.

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/exchange.h"
#include "interceptors/outline.h"
#include "interceptors/table_name.h"

namespace dynatape::cassettes {
struct ImpliedItem;
}

namespace dynatape::interceptors {

/// One item that a call reads or writes: by its key, or whole.
struct Subject {
  std::string_view table;                ///< as the call names it
  const nlohmann::json* key = nullptr;   ///< where the call gives the key alone, or sets it equal
  const nlohmann::json* item = nullptr;  ///< where it gives the item; its key is among it

  /// Whether its table has that plain name.
  [[nodiscard]] bool on(std::string_view name) const;
};

/// "boto3/1.26.27": a product of a User-Agent.
struct Product {
  std::string_view name;
  std::string_view version;  ///< empty where there is none
};

class CallView {
 public:
  /// `exchange` must outlive the view.
  explicit CallView(const core::Exchange& exchange) : exchange_(exchange) {}
  CallView(const CallView&) = delete;
  CallView& operator=(const CallView&) = delete;

  [[nodiscard]] const core::Exchange& exchange() const { return exchange_; }
  [[nodiscard]] const core::Call& call() const { return exchange_.call(); }
  /// It lives as an Outline does: what asks for it comes before what parses anything.
  [[nodiscard]] const std::optional<Outline>& outline();
  /// Of GetItem, PutItem, UpdateItem, DeleteItem, and the batches and transactions of these; what a
  /// Query's key condition and PartiQL statements set equal to a value.
  [[nodiscard]] const std::vector<Subject>& subjects();
  /// Named by IndexName or in PartiQL.
  [[nodiscard]] const std::vector<std::string>& indexes();
  [[nodiscard]] const std::vector<Product>& products();
  [[nodiscard]] core::TimePoint now();

 private:
  const core::Exchange& exchange_;
  std::optional<std::optional<Outline>> outline_;
  std::optional<std::vector<Subject>> subjects_;
  std::shared_ptr<const std::vector<cassettes::ImpliedItem>>
      implied_;  // not known here: no unique_ptr
  std::optional<std::vector<std::string>> indexes_;
  std::optional<std::vector<Product>> products_;
  std::optional<core::TimePoint> now_;
};

}  // namespace dynatape::interceptors
