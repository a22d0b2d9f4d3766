// TagResource, UntagResource and ListTagsOfResource for upstreams without tags, such as DynamoDB
// Local. The refusals are in the words of AWS (October 2026), as the emulator has them.

#include <algorithm>

#include "interceptors/backup_shapes.h"
#include "interceptors/parameters.h"
#include "interceptors/polyfill.h"
#include "interceptors/table_name.h"

namespace dynatape::interceptors {
namespace {

constexpr std::size_t kMostTags = 50;
constexpr std::size_t kLongestKey = 128;    // characters
constexpr std::size_t kLongestValue = 256;  // characters

/// A text that is wrong, as a ValidationException says it; or nothing.
using Mistake = std::optional<std::string>;

const std::string kTooMany = "Number of Tags exceed the current limit for the provided ResourceArn";

/// Letters and digits of any script, and a few signs; at most `longest` characters.
bool is_valid(std::string_view text, std::size_t longest) {
  constexpr std::string_view kSigns = "+-=._:/@ ";
  std::size_t characters = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool ascii = byte < 0x80;
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (ascii && !letter && kSigns.find(c) == std::string_view::npos) return false;
    characters += (byte & 0xc0) != 0x80;  // the first byte of each
  }
  return characters <= longest;
}

std::string text_of(const ordered_json& object, const char* member) {
  if (!object.is_object() || !object.contains(member) || !object.at(member).is_string()) return {};
  return object.at(member).get<std::string>();
}

Mistake mistake_in_key(const std::string& key) {
  if (key.empty() || !is_valid(key, kLongestKey)) {
    return "The Tag Key provided is invalid, Key: " + (key.empty() ? "null" : key);
  }
  if (core::equals_ignoring_case(key.substr(0, 4), "aws:")) {
    return "Tag Key cannot be prefixed with aws:, Key: " + key;
  }
  return std::nullopt;
}

Mistake mistake_in(const ordered_json& tags) {
  if (tags.empty()) return "Atleast one Tag needs to be provided as Input.";
  if (tags.size() > kMostTags) return kTooMany;
  std::vector<std::string> keys;
  for (const ordered_json& tag : tags) {
    const std::string key = text_of(tag, "Key");
    if (auto mistake = mistake_in_key(key)) return mistake;
    if (!tag.contains("Value") || !is_valid(text_of(tag, "Value"), kLongestValue)) {
      return "The Tag Value provided is invalid, Value: " +
             (tag.contains("Value") ? text_of(tag, "Value") : "null");
    }
    if (std::ranges::find(keys, key) != keys.end()) {
      return "Duplicate Tag Keys provided as input: Duplicate Tag Key found " + key;
    }
    keys.push_back(key);
  }
  return std::nullopt;
}

Mistake mistake_in_keys(const ordered_json& keys) {
  if (keys.empty()) return "Atleast one Tag Key needs to be provided as Input.";
  if (keys.size() > kMostTags) return kTooMany;
  for (const ordered_json& key : keys) {
    if (auto mistake = mistake_in_key(key.is_string() ? key.get<std::string>() : "")) {
      return mistake;
    }
  }
  return std::nullopt;
}

/// ResourceArn, which must be a table's.
Attempt<std::string> table_arn_in(Parameters& parameters, const core::Exchange& exchange) {
  const auto arn = parameters.text("ResourceArn", {.max = 1283});
  if (const auto problem = parameters.problem()) {
    return refusal(exchange, problem->exception, problem->message);
  }
  if (!arn) return refusal(exchange, "ValidationException", "Invalid TableArn");
  if (parse_table_name(*arn).arn != *arn) {
    return refusal(exchange, "ValidationException",
                   "Invalid TableArn: Invalid ResourceArn provided as input " + *arn);
  }
  return *arn;
}

ordered_json kept_tags(const PolyfillContext& context, const std::string& table_id) {
  ordered_json tags = context.settings->get(TableSettings::Subject::tags, table_id);
  return tags.is_array() ? tags : ordered_json::array();
}

/// TagResource and UntagResource answer nothing at all.
core::Reply nothing() {
  return {{200, {{"Content-Type", "application/x-amz-json-1.0"}}, ""}, core::Source::proxy, {}};
}

}  // namespace

core::Task<Answer> tag_resource(const PolyfillContext& context, core::Exchange& exchange) {
  Parameters parameters(exchange);
  const auto tags = parameters.list("Tags");
  const auto arn = table_arn_in(parameters, exchange);
  if (!arn) co_return arn.error();
  if (const auto mistake = mistake_in(tags.value_or(ordered_json::array()))) {
    co_return exception(exchange, "ValidationException", *mistake);
  }
  const auto table = co_await describe_table_or(
      exchange, *context.upstream, *arn,
      exception(exchange, "ResourceNotFoundException",
                "Requested resource not found: ResourcArn: " + *arn + " not found"));
  if (!table) co_return table.error();
  ordered_json all = kept_tags(context, table_id(*table));
  for (const ordered_json& tag : *tags) {
    const auto same = std::ranges::find_if(
        all, [&](const ordered_json& one) { return text_of(one, "Key") == text_of(tag, "Key"); });
    if (same == all.end()) {
      all.push_back(tag);
    } else {
      *same = tag;
    }
  }
  if (all.size() > kMostTags) co_return exception(exchange, "ValidationException", kTooMany);
  if (auto kept =
          context.settings->set(TableSettings::Subject::tags, table_id(*table), std::move(all));
      !kept) {
    co_return std::unexpected(kept.error());
  }
  co_return nothing();
}

core::Task<Answer> untag_resource(const PolyfillContext& context, core::Exchange& exchange) {
  Parameters parameters(exchange);
  const auto keys = parameters.list("TagKeys");
  const auto arn = table_arn_in(parameters, exchange);
  if (!arn) co_return arn.error();
  if (const auto mistake = mistake_in_keys(keys.value_or(ordered_json::array()))) {
    co_return exception(exchange, "ValidationException", *mistake);
  }
  const auto table = co_await describe_table_or(
      exchange, *context.upstream, *arn,
      exception(exchange, "ResourceNotFoundException", "Requested resource not found"));
  if (!table) co_return table.error();
  ordered_json left = ordered_json::array();
  for (const ordered_json& tag : kept_tags(context, table_id(*table))) {
    const auto taken = std::ranges::find(*keys, ordered_json(text_of(tag, "Key")));
    if (taken == keys->end()) left.push_back(tag);
  }
  if (auto kept =
          context.settings->set(TableSettings::Subject::tags, table_id(*table), std::move(left));
      !kept) {
    co_return std::unexpected(kept.error());
  }
  co_return nothing();
}

core::Task<Answer> list_tags_of_resource(const PolyfillContext& context, core::Exchange& exchange) {
  Parameters parameters(exchange);
  const auto token = parameters.text("NextToken", {});
  const auto arn = table_arn_in(parameters, exchange);
  if (!arn) co_return arn.error();
  // One answer holds all tags that a table may have, so no token was ever given out.
  if (token) co_return exception(exchange, "ValidationException", "Invalid NextToken: " + *token);
  const std::string user = "User: arn:aws:iam::000000000000:user/";
  const auto table = co_await describe_table_or(
      exchange, *context.upstream, *arn,
      exception(
          exchange, "AccessDeniedException",
          user + exchange.call().identity().access_key +
              " is not authorized to perform: dynamodb:ListTagsOfResource on resource: " + *arn));
  if (!table) co_return table.error();
  co_return success({{"Tags", kept_tags(context, table_id(*table))}});
}

}  // namespace dynatape::interceptors
