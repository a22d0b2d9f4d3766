#pragma once

// The emulator as a stand-in behind a tape: it is given the tables, items and writes of the calls
// that were replayed so far, and answers a call that the tape lacks where these determine the
// answer. What they leave open it refuses, with the reason. For one thread at a time.

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "cassettes/effects.h"
#include "cassettes/standby.h"
#include "emulator/emulator.h"
#include "proxy/sessions/table_knowledge.h"
#include "proxy/sessions/tape_facts.h"

namespace dynatape::sessions {

class HydratedEmulator final : public cassettes::Standby {
 public:
  explicit HydratedEmulator(emulator::Options options);

  void describe(std::string_view answer) override;
  void learn(const core::Exchange& exchange, const core::Response& response) override;
  [[nodiscard]] bool claims(const core::Exchange& exchange) override;
  [[nodiscard]] std::expected<core::Response, std::string> answer(
      const core::Exchange& exchange) override;

 private:
  using Json = nlohmann::json;

  emulator::Answer run(std::string_view operation, const Json& request);
  /// All items that a Query or Scan sees, through all of its pages.
  [[nodiscard]] std::vector<Json> all_items(std::string_view operation, Json request);
  [[nodiscard]] Json item_at(const std::string& table, const Json& key);
  /// nullptr where its schema is not known.
  [[nodiscard]] TableKnowledge* known(const std::string& table);
  void create(const Json& request, bool is_new);
  void drop(const std::string& table);

  void take_in(const Fact& fact);
  void take_in_item(const Fact& fact, TableKnowledge& table);
  void take_in_absence(const Fact& fact, TableKnowledge& table);
  void take_in_update(const Fact& fact, TableKnowledge& table);
  void take_in_query(const Fact& fact, TableKnowledge& table);
  void take_in_scan(const Fact& fact, TableKnowledge& table);
  void take_in_all_of(const Fact& fact, TableKnowledge& table, const std::vector<Json>& before);

  /// Why it is not known; an empty text where it is.
  [[nodiscard]] std::string unknown(const Need& need);

  emulator::Emulator emulator_;
  emulator::CallContext context_;
  std::map<std::string, TableKnowledge, std::less<>> tables_;
  cassettes::TableKeys keys_;  ///< of the same
  /// What answers of its own have written, by table.
  std::map<std::string, std::vector<cassettes::Effects>, std::less<>> own_;
};

}  // namespace dynatape::sessions
