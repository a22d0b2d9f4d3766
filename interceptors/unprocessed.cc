#include "interceptors/unprocessed.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <variant>

#include "core/digest.h"
#include "interceptors/batch.h"
#include "interceptors/json_field.h"
#include "interceptors/rewritten_call.h"

namespace dynatape::interceptors {
namespace {

using nlohmann::json;

struct Count {
  std::uint64_t count;
};
struct Fraction {
  double fraction;
};
/// Any of these sets of attributes.
struct Keys {
  std::vector<json> keys;
};
using Choice = std::variant<Count, Fraction, Keys>;

/// A hash for each entry, of what it is about and not of where it stands.
std::vector<std::uint64_t> hashes_of(const Batch& batch, std::uint64_t seed) {
  std::vector<std::uint64_t> hashes;
  for (const BatchEntry& entry : batch.entries()) {
    hashes.push_back(core::StableHash(seed)
                         .add(entry.table)
                         .add(entry.entry->dump(-1, ' ', true, json::error_handler_t::replace))
                         .value());
  }
  return hashes;
}

LeftOut choose(const Count& choice, const Batch& batch, core::Rng& rng) {
  const auto hashes = hashes_of(batch, rng.next());
  std::vector<std::size_t> order(hashes.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(hashes[i], i); });
  LeftOut left_out(hashes.size(), false);
  for (std::size_t n = 0; n < order.size() && n < choice.count; ++n) left_out[order[n]] = true;
  return left_out;
}

LeftOut choose(const Fraction& choice, const Batch& batch, core::Rng& rng) {
  LeftOut left_out;
  for (const std::uint64_t hash : hashes_of(batch, rng.next())) {
    left_out.push_back(core::Rng(hash).chance(choice.fraction));
  }
  return left_out;
}

bool has(const json& attributes, const json& key) {
  return std::ranges::all_of(key.items(), [&](const auto& wanted) {
    const auto found = attributes.find(wanted.key());
    return found != attributes.end() && *found == wanted.value();
  });
}

LeftOut choose(const Keys& choice, const Batch& batch, core::Rng&) {
  LeftOut left_out;
  for (const BatchEntry& entry : batch.entries()) {
    const json& attributes = Batch::attributes(entry);
    left_out.push_back(
        std::ranges::any_of(choice.keys, [&](const json& key) { return has(attributes, key); }));
  }
  return left_out;
}

std::string text_of(const Count& choice) { return std::to_string(choice.count) + " entries"; }
std::string text_of(const Fraction& choice) {
  return "each entry with probability " + json(choice.fraction).dump();
}
std::string text_of(const Keys& choice) {
  std::string text = "the entries of ";
  for (const json& key : choice.keys)
    text += (&key == choice.keys.data() ? "" : " or ") + key.dump();
  return text;
}

class Unprocessed final : public Fault {
 public:
  explicit Unprocessed(Choice choice) : choice_(std::move(choice)) {}

  [[nodiscard]] std::string_view name() const override { return "unprocessed"; }
  [[nodiscard]] std::string describe() const override {
    return "leaves unprocessed " +
           std::visit([](const auto& choice) { return text_of(choice); }, choice_);
  }
  [[nodiscard]] bool draws() const override { return !std::holds_alternative<Keys>(choice_); }

  [[nodiscard]] core::Task<core::Result<core::Reply>> handle(core::Exchange& exchange,
                                                             Firing& firing,
                                                             Inner inner) const override {
    const auto batch = Batch::of(exchange.call());
    if (!batch) {
      firing.undelivered(batch.error());
      co_return co_await inner(exchange);
    }
    const LeftOut left_out = std::visit(
        [&](const auto& choice) { return choose(choice, *batch, firing.rng()); }, choice_);
    const auto count = std::ranges::count(left_out, true);
    if (count == 0) {
      firing.undelivered("it chose no entry of the batch");
      co_return co_await inner(exchange);
    }
    exchange.note("unprocessed", std::string(firing.rule()) + ": " + std::to_string(count) +
                                     " of " + std::to_string(left_out.size()) + " entries");
    if (std::ranges::all_of(left_out, std::identity())) {
      firing.delivered(exchange);
      co_return nothing_done(*batch);
    }
    auto result = co_await send_rewritten(exchange, inner, batch->without(left_out));
    if (result && refuses_signature(*result)) {
      firing.undelivered(kSignatureInTheWay);
      co_return co_await inner.past_rules(exchange);
    }
    batch->complete(result, left_out)
        ? firing.delivered(exchange)
        : firing.undelivered("the rest of the batch was not carried out");
    co_return result;
  }

 private:
  static core::Reply nothing_done(const Batch& batch) {
    return {{200, {{"Content-Type", "application/x-amz-json-1.0"}}, batch.all_unprocessed()},
            core::Source::fault,
            {}};
  }

  Choice choice_;
};

Keys read_keys(const JsonField& field) {
  Keys keys;
  for (const JsonField& key : field.one_or_more()) {
    const bool good = key.is_object() && !key.value().empty() &&
                      std::ranges::all_of(key.value(), [](const json& value) {
                        return value.is_object() && value.size() == 1;
                      });
    if (!good) key.must_be(R"(attributes with their values, such as {"id": {"S": "a"}})");
    keys.keys.push_back(key.value());
  }
  return keys;
}

}  // namespace

std::unique_ptr<const Fault> make_unprocessed(const JsonField& options) {
  options.must_be_object();
  const auto count = options.member("count");
  const auto fraction = options.member("fraction");
  const auto key = options.member("key");
  if (count.has_value() + fraction.has_value() + key.has_value() != 1) {
    options.mistake("it takes exactly one of count, fraction, key");
    return nullptr;
  }
  if (count) return std::make_unique<Unprocessed>(Count{count->count(1, 100)});
  if (fraction) return std::make_unique<Unprocessed>(Fraction{fraction->probability()});
  return std::make_unique<Unprocessed>(read_keys(*key));
}

}  // namespace dynatape::interceptors
