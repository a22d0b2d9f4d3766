#pragma once

// A BatchGetItem or BatchWriteItem taken apart: the request for some of its entries alone, and the
// answer to all of them made from the answer to these. Functions from JSON to JSON; it sends
// nothing.

#include <expected>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/call.h"
#include "core/message.h"
#include "core/result.h"

namespace dynatape::interceptors {

/// A key to read, or a write request. Borrows the call's parameters.
struct BatchEntry {
  std::string_view table;       ///< as the request names it
  const nlohmann::json* entry;  ///< {"id": {"S": "a"}}, or {"PutRequest": {"Item": {…}}}
};

/// Whether an entry is left out, in the order of Batch::entries().
using LeftOut = std::vector<bool>;

class Batch {
 public:
  /// `call` must outlive the batch, unedited. The error is a fixed sentence: the call is no batch,
  /// or one that no upstream would take.
  [[nodiscard]] static std::expected<Batch, std::string_view> of(const core::Call& call);

  /// By table, then as the request has them.
  [[nodiscard]] const std::vector<BatchEntry>& entries() const { return entries_; }
  /// The attributes that say which item an entry is about: its key, or the whole item to put.
  [[nodiscard]] static const nlohmann::json& attributes(const BatchEntry& entry);

  /// The request's body without the entries left out; at least one must stay.
  [[nodiscard]] std::string without(const LeftOut& left_out) const;
  /// The answer to without(), with the entries left out among its unprocessed ones. Empty where
  /// `answer` is none that could be understood.
  [[nodiscard]] std::string completed(std::string_view answer, const LeftOut& left_out) const;
  /// The same for a whole answer; whether it is a success that could be completed.
  [[nodiscard]] bool complete(core::Result<core::Reply>& answer, const LeftOut& left_out) const;
  /// The answer where every entry is left out.
  [[nodiscard]] std::string all_unprocessed() const;

 private:
  Batch(const nlohmann::json& params, bool reads) : params_(&params), reads_(reads) {}

  [[nodiscard]] std::string_view take_entries();
  /// The part of RequestItems about those entries whose place in `left_out` is `value`.
  [[nodiscard]] nlohmann::json part(const LeftOut& left_out, bool value) const;

  const nlohmann::json* params_;
  bool reads_;
  std::vector<BatchEntry> entries_;
};

}  // namespace dynatape::interceptors
