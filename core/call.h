#pragma once

// A request understood as a DynamoDB call: which operation, by whom, on which tables. The JSON
// document is built on first use only, because most calls pass no interceptor that reads it.

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/message.h"
#include "core/operation.h"

namespace dynatape::core {

/// Who calls, as the Authorization header says; empty where it does not.
struct Identity {
  std::string access_key;
  std::string region;

  bool operator==(const Identity&) const = default;
};

/// Reads `Credential=AKID/date/region/service/aws4_request` of a SigV4 Authorization header.
/// Verifies nothing.
[[nodiscard]] Identity identity_of(const Headers& headers);

class Call {
 public:
  /// `request` must outlive the call.
  explicit Call(const Request& request);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  /// nullptr where X-Amz-Target is missing or names no operation of the service.
  [[nodiscard]] const Operation* operation() const { return operation_; }
  /// The operation's name, or "" where there is none.
  [[nodiscard]] std::string_view name() const { return operation_ ? operation_->name : ""; }
  [[nodiscard]] const Identity& identity() const { return identity_; }

  /// `amz-sdk-invocation-id`: the same for every attempt of one SDK call, another for each call.
  /// Empty where not sent.
  [[nodiscard]] std::string_view invocation_id() const;

  /// The body as JSON; a null document where it is not JSON.
  [[nodiscard]] const nlohmann::json& params() const;

  /// Every table the call names, each once, in order: TableName, the ARN of a table or of what it
  /// has, PartiQL statements, RequestItems, TransactItems. ARNs stand as sent.
  [[nodiscard]] const std::vector<std::string>& tables() const;

  /// Reads the body anew when asked: it has come only now.
  void reread();

 private:
  const Request& request_;
  const Operation* operation_;
  Identity identity_;
  mutable std::unique_ptr<const nlohmann::json> params_;
  mutable std::optional<std::vector<std::string>> tables_;
};

}  // namespace dynatape::core
