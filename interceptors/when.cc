#include "interceptors/when.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "core/headers.h"

namespace dynatape::interceptors {
namespace {

template <class T>
bool has(const std::vector<T>& list, const auto& value) {
  return std::ranges::find(list, value) != list.end();
}

bool none_or_some(const std::vector<std::string>& wanted, const std::vector<std::string>& given) {
  return wanted.empty() ||
         std::ranges::any_of(given, [&](const auto& one) { return has(wanted, one); });
}

}  // namespace

bool SdkName::fits(const Product& product) const {
  if (!core::equals_ignoring_case(name, product.name)) return false;
  if (version.empty()) return true;
  if (!product.version.starts_with(version)) return false;
  const auto rest = product.version.substr(version.size());
  return rest.empty() || rest.starts_with('.');
}

bool Window::contains(core::TimePoint time) const {
  if (const auto* period = std::get_if<Period>(&hours)) {
    return time >= period->from && time < period->to;
  }
  const Daily daily = std::get<Daily>(hours);
  const core::Duration clock = time - std::chrono::floor<std::chrono::days>(time);
  if (daily.from < daily.to) return clock >= daily.from && clock < daily.to;
  return clock >= daily.from || clock < daily.to;
}

bool Sequence::picks(std::uint64_t ordinal) const {
  const std::uint64_t round = (ordinal - 1) / (fail + pass);
  return (ordinal - 1) % (fail + pass) < fail && (!rounds || round < *rounds);
}

std::uint64_t Sequence::next(std::uint64_t from) const {
  const std::uint64_t length = fail + pass;
  const std::uint64_t done = (from - 1) % length;  // of its round
  const std::uint64_t next = done < fail ? from : from + (length - done);
  if (next < from || (rounds && (next - 1) / length >= *rounds)) return Ordinals::kNever;
  return next;
}

std::uint64_t Ordinals::none_before(std::uint64_t from) const {
  std::uint64_t next = std::max(from, first);
  if (sequence) next = sequence->next(next);
  if (const std::uint64_t beyond = next % every; beyond != 0) {
    next = next > kNever - every ? kNever : next + (every - beyond);
  }
  return next > last ? kNever : next;
}

bool When::asks() const {
  return !indexes.empty() || !keys.empty() || !item.empty() || !body.empty() || !headers.empty() ||
         !regions.empty() || !sessions.empty() || !sdks.empty() || between;
}

bool When::fits(CallView& call) const {
  return fits_caller(call) && (!between || between->contains(call.now())) &&
         (indexes.empty() || none_or_some(indexes, call.indexes())) &&
         (body.empty() || hold(body, call.call().params())) && fits_items(call);
}

bool When::fits_caller(CallView& call) const {
  const core::Exchange& exchange = call.exchange();
  if (!regions.empty() && !has(regions, call.call().identity().region)) return false;
  if (!sessions.empty() && !has(sessions, exchange.session())) return false;
  for (const auto& [name, predicate] : headers) {
    const auto value = exchange.request().headers.get(name);
    if (value ? !predicate.holds(*value) : !predicate.absent) return false;
  }
  return sdks.empty() || std::ranges::any_of(call.products(), [&](const Product& product) {
           return std::ranges::any_of(sdks, [&](const SdkName& sdk) { return sdk.fits(product); });
         });
}

bool When::fits_items(CallView& call) const {
  if (keys.empty() && item.empty()) return true;
  const auto& region = call.call().identity().region;
  return std::ranges::any_of(call.subjects(), [&](const Subject& subject) {
    const bool here = tables.empty() || std::ranges::any_of(tables, [&](const TableName& table) {
                        return same_table(table, parse_table_name(subject.table), region);
                      });
    if (!here || (!item.empty() && (!subject.item || !hold(item, *subject.item)))) return false;
    const auto& key = subject.key ? *subject.key : *subject.item;
    return keys.empty() ||
           std::ranges::any_of(keys, [&](const PathPredicates& one) { return hold(one, key); });
  });
}

Ordinals When::ordinals() const {
  constexpr auto kNone = std::numeric_limits<std::uint64_t>::max();
  return {.first = std::max(nth.value_or(1), after.value_or(0) + 1),
          .last = std::min(nth.value_or(kNone), first.value_or(kNone)),
          .every = every.value_or(1),
          .sequence = sequence ? &*sequence : nullptr};
}

bool When::picks_attempt(std::uint64_t attempt) const {
  return attempts.empty() || has(attempts, attempt);
}

bool When::picks_any() const {
  const Ordinals all = ordinals();
  if (nth) return all.has(*nth);
  const std::uint64_t step = every.value_or(1);
  std::uint64_t ordinal = (after.value_or(0) / step + 1) * step;
  if (!sequence) return all.has(ordinal);
  // Every step-th ordinal stands at so many places of the sequence before they come again.
  const std::uint64_t round = sequence->fail + sequence->pass;
  const std::uint64_t places = round / std::gcd(round, step);
  for (std::uint64_t i = 0; i < places; ++i, ordinal += step) {
    if (all.has(ordinal)) return true;
  }
  return false;
}

}  // namespace dynatape::interceptors
