#include "emulator/operations/operations.h"
#include "emulator/operations/read_page.h"
#include "emulator/operations/read_plan.h"
#include "emulator/operations/start_key.h"

namespace dynatape::operations {
namespace {

struct ScanInput : ReadRequest {
  std::optional<wire::Named<Condition>> scan_filter;
  std::optional<std::int32_t> segment;
  std::optional<std::int32_t> total_segments;
};

constexpr std::int64_t kMaxSegments = 1'000'000;

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::ScanInput> {
  using T = operations::ScanInput;
  static constexpr std::string_view kName = "ScanInput";
  static constexpr auto kMembers = std::tuple_cat(
      std::tuple{
          member("Limit", &T::limit, {.min = 1}), member("ScanFilter", &T::scan_filter),
          member("Segment", &T::segment, {.min = 0, .max = operations::kMaxSegments - 1}),
          member("TotalSegments", &T::total_segments, {.min = 1, .max = operations::kMaxSegments})},
      operations::kReadMembers);
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {
namespace {

using model::Outcome;

/// In us-east-1 Scan still runs the older validation (October 2026).
constexpr ReadWords kWords = {Layer::older, Layer::older};

Outcome<void> check_segments(const ScanInput& input) {
  if (input.segment && !input.total_segments) {
    return model::invalid(
        "The TotalSegments parameter is required but was not present in the request when Segment "
        "parameter is present");
  }
  if (input.total_segments && !input.segment) {
    return model::invalid(
        "The Segment parameter is required but was not present in the request when parameter "
        "TotalSegments is present");
  }
  if (!input.segment || *input.segment < *input.total_segments) return {};
  return model::invalid(
      "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
      "Segment: " +
      std::to_string(*input.segment) +
      " is not less than TotalSegments: " + std::to_string(*input.total_segments));
}

Outcome<void> check_parameters(const ScanInput& input) {
  if (auto good = check(input); !good) return good;
  const bool filter = input.filter_expression.has_value();
  const bool projection = input.projection_expression.has_value();
  if (auto good =
          check_no_mix({{"AttributesToGet", input.attributes_to_get.has_value()},
                        {"ScanFilter", input.scan_filter.has_value()},
                        {"ConditionalOperator", input.conditional_operator.has_value()}},
                       {{"ProjectionExpression", projection}, {"FilterExpression", filter}});
      !good) {
    return good;
  }
  return {};
}

/// Everything that can be said without the table, in the service's order.
Outcome<ReadPlan> plan(ScanInput& input) {
  const auto failed = [](const Outcome<void>& outcome) { return std::unexpected(outcome.error()); };
  if (auto good = check_parameters(input); !good) return failed(good);
  expression::Placeholders placeholders = take_placeholders(input);
  const bool filter = input.filter_expression.has_value();
  if (auto good = placeholders.check_allowed(filter || input.projection_expression, filter);
      !good) {
    return failed(good);
  }
  if (auto good = check_filter(input.scan_filter, kWords.values); !good) return failed(good);
  if (auto good = check_start_key_values(input, kWords.values); !good) return failed(good);
  if (auto good = check_segments(input); !good) return failed(good);
  if (auto good = check_selection(input, kWords); !good) return failed(good);
  if (auto good = placeholders.check_keys(); !good) return failed(good);
  if (input.values) {
    if (auto good = check_expression_values(input.values->problem, kWords.values); !good) {
      return failed(good);
    }
  }
  auto planned = plan_read(input, std::move(input.scan_filter), placeholders, kWords);
  if (!planned) return planned;
  if (auto good = placeholders.check_all_used(); !good) return failed(good);
  return planned;
}

/// What an index's start key must be before its selection is looked at.
Outcome<void> check_start_shape(const ReadSource& source, const model::Item& start) {
  if (auto good = check_start_count(source, start); !good) return good;
  if (auto good = check_start_attributes(source.key().hash, start); !good) return good;
  return check_start_present(source.key().range, start);
}

/// The start key on a table is refused as a whole, on an index part by part.
Outcome<void> check_start(const ReadSource& source, const model::Item& start) {
  if (source.index == nullptr) {
    const bool good = check_start_count(source, start) && row_key(source, start);
    if (!good) return std::unexpected(start_mismatch());
    return {};
  }
  for (const auto* part : {&source.key().hash, &source.key().range}) {
    if (auto good = check_start_attributes(*part, start); !good) return good;
  }
  return check_start_table_key(source, start);
}

/// The rows of the segment after the start key.
Outcome<Walk> walk(const ScanInput& input, const ReadSource& source, const ReadPlan& plan) {
  Walk walk;
  if (input.segment) {
    walk.range = storage::segment_range(static_cast<std::uint32_t>(*input.segment),
                                        static_cast<std::uint32_t>(*input.total_segments));
  }
  const auto* start = input.exclusive_start_key ? &input.exclusive_start_key->item : nullptr;
  if (start != nullptr && source.index != nullptr) {
    if (auto good = check_start_shape(source, *start); !good) return std::unexpected(good.error());
  }
  if (auto good = check_index_selection(source, plan); !good) return std::unexpected(good.error());
  if (start == nullptr) return walk;
  if (auto good = check_start(source, *start); !good) return std::unexpected(good.error());
  const std::string row = row_key(source, *start).value();
  if (!walk.range.contains(row)) {
    return model::invalid(
        "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use "
        "ExclusiveStartKey with correct Segment. TotalSegments: " +
        std::to_string(*input.total_segments) + " Segment: " + std::to_string(*input.segment));
  }
  walk.range = rest_of(walk.range, row, true);
  return walk;
}

}  // namespace

Answer scan(const Context& context, const wire::Json& body) {
  auto input = read<ScanInput>(body);
  if (!input) return std::unexpected(input.error());
  const auto planned = plan(*input);
  if (!planned) return std::unexpected(planned.error());

  const storage::Snapshot snapshot = context.database.snapshot();
  const auto source = find_source(context, *input, snapshot);
  if (!source) return std::unexpected(source.error());
  const auto walked = walk(*input, *source, *planned);
  if (!walked) return std::unexpected(walked.error());
  if (auto good = check_scalar_keys(source->table(), *planned); !good) {
    return std::unexpected(good.error());
  }
  return read_page(*input, *planned, *source, *walked);
}

}  // namespace dynatape::operations
