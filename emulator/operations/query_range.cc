#include "emulator/operations/query_range.h"

#include "emulator/operations/start_key.h"

namespace dynatape::operations {
namespace {

using expression::KeyBounds;
using expression::KeyComparator;
using model::Outcome;

storage::SortComparison comparison(KeyComparator comparator) {
  switch (comparator) {
    case KeyComparator::lt:
      return storage::SortComparison::less;
    case KeyComparator::le:
      return storage::SortComparison::less_equal;
    case KeyComparator::gt:
      return storage::SortComparison::greater;
    case KeyComparator::ge:
      return storage::SortComparison::greater_equal;
    case KeyComparator::between:
      return storage::SortComparison::between;
    case KeyComparator::begins_with:
      return storage::SortComparison::begins_with;
    default:
      return storage::SortComparison::equal;
  }
}

/// The rows of the partition that `hash` names, as far as the range attributes are bound.
storage::KeyRange range_of(const KeyBounds& bounds, std::span<const model::AttributeValue> hash) {
  storage::KeyRange partition = storage::partition_range(hash);
  const std::span<const model::AttributeValue> equals = bounds.equals;
  if (bounds.last) {
    const auto& values = bounds.last->values;
    return storage::sort_range(partition, equals, comparison(bounds.last->comparator),
                               values.front(), values.size() > 1 ? &values[1] : nullptr);
  }
  if (equals.empty()) return partition;
  return storage::sort_range(partition, equals.first(equals.size() - 1),
                             storage::SortComparison::equal, equals.back());
}

/// Before the key condition is bound.
Outcome<void> check_start_shape(const ReadSource& source, const model::Item& start) {
  if (auto good = check_start_count(source, start); !good) return good;
  return check_start_attributes(source.key().hash, start);
}

/// After it: the other key attributes, and that the start lies where the query looks.
Outcome<void> check_start_place(const ReadSource& source, const model::Item& start,
                                const KeyBounds& bounds) {
  if (auto good = check_start_attributes(source.key().range, start); !good) return good;
  if (auto good = check_start_table_key(source, start); !good) return good;
  const std::optional<std::string> row = row_key(source, start);
  if (range_of(bounds, bounds.hash).contains(*row)) return {};

  // Which of the texts is said depends on the range attributes in the start's own partition.
  std::vector<model::AttributeValue> own;
  for (const model::AttributeDefinition& attribute : source.key().hash) {
    const model::AttributeValue* value = start.find(attribute.name);
    if (value != nullptr) own.push_back(*value);
  }
  if (!range_of(bounds, own).contains(*row)) {
    return model::invalid("The provided starting key does not match the range key predicate");
  }
  if (bounds.last || !bounds.equals.empty()) {
    return model::invalid("The query can return at most one row and cannot be restarted");
  }
  return model::invalid(
      "The provided starting key is outside query boundaries based on provided conditions");
}

}  // namespace

Outcome<Walk> query_walk(const ReadRequest& request, const ReadSource& source, const ReadPlan& plan,
                         const expression::KeyCondition& condition, bool forward) {
  const model::Item* start =
      request.exclusive_start_key ? &request.exclusive_start_key->item : nullptr;
  if (start != nullptr) {
    if (auto good = check_start_shape(source, *start); !good) return std::unexpected(good.error());
  }
  const auto bounds = expression::bind(condition, source.key());
  if (!bounds) return std::unexpected(bounds.error());
  if (start != nullptr) {
    if (auto good = check_start_present(source.key().range, *start); !good) {
      return std::unexpected(good.error());
    }
  }
  if (auto good = check_index_selection(source, plan); !good) return std::unexpected(good.error());
  Walk walk{range_of(*bounds, bounds->hash), forward};
  if (start == nullptr) return walk;
  if (auto good = check_start_place(source, *start, *bounds); !good) {
    return std::unexpected(good.error());
  }
  walk.range = rest_of(walk.range, *row_key(source, *start), forward);
  return walk;
}

}  // namespace dynatape::operations
