#include "interceptors/when_reader.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/time_text.h"
#include "interceptors/predicate_reader.h"
#include "interceptors/suggestion.h"

namespace dynatape::interceptors {
namespace {

constexpr std::uint64_t kLongestSequence = 1'000'000;

constexpr auto kOperationNames = [] {
  std::array<std::string_view, std::size(core::kOperations)> names{};
  std::ranges::transform(core::kOperations, names.begin(), &core::Operation::name);
  return names;
}();

void read_operation(const JsonField& value, When& when) {
  for (const JsonField& name : value.one_or_more()) {
    when.operations.push_back(
        core::find_operation(name.choice(kOperationNames, "an operation of DynamoDB")));
  }
}

void read_table(const JsonField& value, When& when) {
  for (const JsonField& name : value.one_or_more()) {
    when.tables.push_back(parse_table_name(name.text()));
  }
}

std::vector<std::string> texts(const JsonField& value) {
  std::vector<std::string> texts;
  for (const JsonField& text : value.one_or_more()) texts.push_back(text.text());
  return texts;
}

void read_key(const JsonField& value, When& when) {
  for (const JsonField& key : value.one_or_more()) when.keys.push_back(read_path_predicates(key));
}

/// "boto3" or "boto3/1.26"
void read_sdk(const JsonField& value, When& when) {
  for (const JsonField& field : value.one_or_more()) {
    const std::string text = field.text();
    const auto slash = text.find('/');
    SdkName sdk{text.substr(0, slash), slash == std::string::npos ? "" : text.substr(slash + 1)};
    const bool whole = !sdk.name.empty() && (slash == std::string::npos || !sdk.version.empty());
    if (!whole)
      field.must_be(R"(an SDK as its User-Agent has it, such as "boto3" or "boto3/1.26")");
    when.sdks.push_back(std::move(sdk));
  }
}

void read_header(const JsonField& value, When& when) {
  value.must_be_object();
  for (const std::string& name : value.member_names()) {
    when.headers.push_back({name, read_predicate(*value.member(name))});
  }
  if (value.is_object() && when.headers.empty()) {
    value.must_be("an object from header names to values or predicates");
  }
}

/// "09:30" as the time since midnight.
std::optional<core::Duration> parse_clock_time(std::string_view text) {
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) {
    return std::nullopt;
  }
  const int hours = (text[0] - '0') * 10 + (text[1] - '0');
  const int minutes = (text[3] - '0') * 10 + (text[4] - '0');
  if (hours > 24 || minutes > 59 || (hours == 24 && minutes > 0)) return std::nullopt;
  return std::chrono::hours(hours) + std::chrono::minutes(minutes);
}

void read_between_times(const JsonField& value, When& when) {
  constexpr auto* kRight =
      R"(a list of two times, such as ["2026-11-20T09:00:00Z", "2026-11-20T10:00:00Z"], or of each day: ["22:00", "06:00"])";
  const auto ends = value.elements();
  const bool two = ends.size() == 2 && ends[0].is_string() && ends[1].is_string();
  if (!two) return value.must_be(kRight);
  const auto from = core::parse_time(ends[0].text());
  const auto to = core::parse_time(ends[1].text());
  if (from && to) {
    if (*from >= *to) value.mistake("the first time must be before the second");
    when.between = Window{Period{*from, *to}};
    return;
  }
  const auto daily_from = parse_clock_time(ends[0].text());
  const auto daily_to = parse_clock_time(ends[1].text());
  if (!daily_from || !daily_to) return value.must_be(kRight);
  if (*daily_from == *daily_to) value.mistake("the two times must differ");
  when.between = Window{Daily{*daily_from, *daily_to}};
}

void read_sequence(const JsonField& value, When& when) {
  static constexpr std::string_view kMembers[] = {"fail", "pass", "rounds"};
  value.only(kMembers);
  Sequence sequence;
  sequence.fail =
      value.required("fail", R"("fail", how many calls are hit)").count(1, kLongestSequence);
  sequence.pass = value.required("pass", R"("pass", how many calls are not hit then)")
                      .count(1, kLongestSequence);
  if (const auto rounds = value.member("rounds")) sequence.rounds = rounds->count(1);
  when.sequence = sequence;
}

void read_per(const JsonField& value, When& when) {
  static constexpr std::string_view kPer[] = {"key"};
  when.per_key = value.choice(kPer, "what calls are counted by") == "key";
}

constexpr WhenPart kParts[] = {
    {"operation", "name or list of names", "these operations", read_operation, Stage::head},
    {"table", "name, ARN or list of these", "calls that name one of these tables", read_table},
    {"index", "name or list of names", "calls that read one of these indexes",
     [](const JsonField& value, When& when) { when.indexes = texts(value); }},
    {"key", "attributes and predicates, or a list of these", "calls on an item with such a key",
     read_key},
    {"item", "attributes and predicates", "calls that put such an item",
     [](const JsonField& value, When& when) { when.item = read_path_predicates(value); }},
    {"body", "paths and predicates", "calls whose parameters are so",
     [](const JsonField& value, When& when) { when.body = read_path_predicates(value); }},
    {"header", "names and predicates", "calls whose HTTP headers are so", read_header, Stage::head},
    {"region", "name or list of names", "calls signed for one of these regions",
     [](const JsonField& value, When& when) { when.regions = texts(value); }, Stage::head},
    {"session", "name or list of names", "calls of one of these sessions",
     [](const JsonField& value, When& when) { when.sessions = texts(value); }, Stage::connection},
    {"sdk", "NAME, NAME/VERSION or list of these", "calls of one of these SDKs, by User-Agent",
     read_sdk, Stage::head},
    {"between", "[time, time]", "calls at these times of the session's clock", read_between_times,
     Stage::connection},
    {"nth", "1, 2, ...", "the nth call that matches",
     [](const JsonField& value, When& when) { when.nth = value.count(1); }, Stage::connection},
    {"first", "1, 2, ...", "the first so many",
     [](const JsonField& value, When& when) { when.first = value.count(1); }, Stage::connection},
    {"every", "1, 2, ...", "every so manieth",
     [](const JsonField& value, When& when) { when.every = value.count(1); }, Stage::connection},
    {"after", "1, 2, ...", "all but the first so many",
     [](const JsonField& value, When& when) { when.after = value.count(1); }, Stage::connection},
    {"sequence", R"({"fail": count, "pass": count, "rounds": count})",
     "so many, then not to so many, and again; for ever without rounds", read_sequence,
     Stage::connection},
    {"per", "key", "the same, with the calls of each key counted by themselves", read_per},
    {"attempt", "1, 2, ... or a list", "these attempts of a call only",
     [](const JsonField& value, When& when) {
       for (const JsonField& n : value.one_or_more()) when.attempts.push_back(n.count(1));
     },
     Stage::head},
    {"probability", "0 to 1", "so many of them, by chance",
     [](const JsonField& value, When& when) { when.probability = value.probability(); },
     Stage::connection},
};

constexpr auto kNames = [] {
  std::array<std::string_view, std::size(kParts)> names{};
  std::ranges::transform(kParts, names.begin(), &WhenPart::name);
  return names;
}();

}  // namespace

std::span<const WhenPart> when_parts() { return kParts; }

When read_when(const JsonField& field) {
  When when;
  field.only(kNames);
  for (const WhenPart& part : kParts) {
    if (const auto value = field.member(part.name)) part.read(*value, when);
  }
  if (const auto per = field.member("per"); per && !when.counts()) {
    per->mistake("it needs one of nth, first, every, after, sequence beside it");
  }
  if (!when.picks_any()) {
    field.mistake("nth, first, every, after and sequence together pick no call");
  }
  return when;
}

void must_be_known(const JsonField& when, Stage stage, std::string_view fault) {
  for (const WhenPart& part : kParts) {
    const auto asked = when.member(part.name);
    if (!asked || part.known <= stage) continue;
    std::vector<std::string_view> known;
    for (const WhenPart& other : kParts) {
      if (other.known <= stage) known.push_back(other.name);
    }
    asked->mistake(std::string(fault) + " acts " + std::string(moment_of(stage)) +
                   ", when nothing is known of it but " + joined(known));
  }
}

}  // namespace dynatape::interceptors
