#include "cassettes/tape_index.h"

#include <algorithm>
#include <utility>

#include "cassettes/kept_index.h"
#include "cassettes/store.h"
#include "cassettes/tape_indexer.h"
#include "cassettes/volatile.h"
#include "core/digest.h"

namespace dynatape::cassettes {
namespace {

/// Of each operation that names keys, for tables that are never described.
constexpr std::int64_t kKeysLookedAt = 1'000;

core::Result<TapeIndex> made_anew(Store& store, const MatchRules& rules = {}) {
  auto places = store.places(rules);
  if (!places) return std::unexpected(places.error());
  auto keys = table_keys(store);
  if (!keys) return std::unexpected(keys.error());
  TapeIndexer indexer(std::move(*places), std::move(*keys), rules);
  const auto read = store.each([&](const Passage& passage) { indexer.add(passage); });
  if (!read) return std::unexpected(read.error());
  return std::move(indexer).finish();
}

}  // namespace

std::vector<std::string_view> TapeIndex::literals(Ordinal call) const {
  std::vector<std::string_view> literals;
  if (hole_begin.empty()) return literals;
  for (auto hole = hole_begin[call]; hole < hole_begin[call + 1]; ++hole) {
    const std::uint32_t begin = hole == 0 ? 0 : hole_end[hole - 1];
    literals.emplace_back(hole_text.data() + begin, hole_end[hole] - begin);
  }
  return literals;
}

std::uint64_t values_of(const Shape& shape, const std::vector<std::string_view>& literals) {
  std::vector<std::string_view> identifiers(literals.size());
  for (std::size_t i = 0; i < literals.size(); ++i) {
    if (one_to_one(shape.holes[i].tag)) identifiers[i] = literals[i];
  }
  for (const Group& group : shape.groups) {
    std::vector<std::vector<std::string_view>> entries;
    auto at = identifiers.begin() + static_cast<std::ptrdiff_t>(group.first);
    for (std::size_t e = 0; e < group.entries; ++e) {
      const auto begin = at + static_cast<std::ptrdiff_t>(e * group.holes);
      entries.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(group.holes));
    }
    std::ranges::sort(entries);
    for (const auto& entry : entries) at = std::ranges::copy(entry, at).out;
  }
  core::StableHash hash(0);
  hash.add({reinterpret_cast<const char*>(shape.key.bytes.data()), shape.key.bytes.size()});
  for (const std::string_view identifier : identifiers) hash.add(identifier);
  return hash.value();
}

core::Result<TapeIndex> tape_index(Store& store, const MatchRules& rules) {
  if (!rules.empty()) return made_anew(store, rules);  // what is kept has other keys
  const auto last_id = store.last_id();
  if (!last_id) return std::unexpected(last_id.error());
  KeptIndexReader reader;
  bool right = true;
  const auto read = store.each_index_part([&](std::string_view part) {
    right = right && reader.take(part, *last_id);
    return right;
  });
  if (!read) return std::unexpected(read.error());
  if (right && reader.complete()) return std::move(reader).index();
  return made_anew(store);
}

core::Result<void> keep_index(Store& store) {
  const auto last_id = store.last_id();
  if (!last_id) return std::unexpected(last_id.error());
  if (*last_id < static_cast<std::int64_t>(TapeIndex::kWorthKeeping)) return store.drop_index();
  // Else each of the looks at the tape would go through all of it.
  if (auto added = store.add_indexes(); !added) return added;
  const auto index = made_anew(store);
  if (!index) return std::unexpected(index.error());
  return write_kept_index(store, *index, *last_id);
}

core::Result<void> close_with_index(Store& store) {
  [[maybe_unused]] const auto kept = keep_index(store);
  return store.close();
}

core::Result<TableKeys> table_keys(Store& store) {
  TableKeys keys;
  for (const std::string_view operation : kDescribing) {
    const auto read = store.each(
        [&](const Passage& passage) {
          if (passage.status() == 200) keys.learn_description(passage.answer());
        },
        operation);
    if (!read) return std::unexpected(read.error());
  }
  for (const std::string_view operation : {"GetItem", "UpdateItem", "DeleteItem"}) {
    const auto some = store.questions(0, kKeysLookedAt, operation);
    if (!some) return std::unexpected(some.error());
    for (const Question& question : *some) keys.learn_key(question.request.body);
  }
  return keys;
}

}  // namespace dynatape::cassettes
