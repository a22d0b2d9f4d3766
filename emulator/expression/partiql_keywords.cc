#include "emulator/expression/partiql_keywords.h"

#include <algorithm>
#include <array>
#include <utility>

namespace dynatape::expression::partiql {

namespace {

using Kind = Token::Kind;

constexpr auto kKeywords = std::to_array<std::string_view>({"absolute",
                                                            "action",
                                                            "add",
                                                            "all",
                                                            "allocate",
                                                            "alter",
                                                            "any",
                                                            "are",
                                                            "assertion",
                                                            "authorization",
                                                            "avg",
                                                            "bag",
                                                            "begin",
                                                            "bigint",
                                                            "bit",
                                                            "bit_length",
                                                            "blob",
                                                            "bool",
                                                            "boolean",
                                                            "can_cast",
                                                            "can_lossless_cast",
                                                            "cascade",
                                                            "cascaded",
                                                            "case",
                                                            "cast",
                                                            "catalog",
                                                            "char",
                                                            "char_length",
                                                            "character",
                                                            "character_length",
                                                            "check",
                                                            "clob",
                                                            "close",
                                                            "coalesce",
                                                            "collate",
                                                            "collation",
                                                            "column",
                                                            "commit",
                                                            "conflict",
                                                            "connect",
                                                            "connection",
                                                            "constraint",
                                                            "constraints",
                                                            "continue",
                                                            "convert",
                                                            "corresponding",
                                                            "count",
                                                            "create",
                                                            "cross",
                                                            "current",
                                                            "current_date",
                                                            "current_time",
                                                            "current_timestamp",
                                                            "current_user",
                                                            "cursor",
                                                            "date",
                                                            "date_add",
                                                            "date_diff",
                                                            "deallocate",
                                                            "dec",
                                                            "decimal",
                                                            "declare",
                                                            "default",
                                                            "deferrable",
                                                            "deferred",
                                                            "delete",
                                                            "describe",
                                                            "descriptor",
                                                            "diagnostics",
                                                            "disconnect",
                                                            "distinct",
                                                            "do",
                                                            "domain",
                                                            "double",
                                                            "drop",
                                                            "else",
                                                            "end",
                                                            "escape",
                                                            "exception",
                                                            "exec",
                                                            "execute",
                                                            "exists",
                                                            "external",
                                                            "extract",
                                                            "fetch",
                                                            "float",
                                                            "foreign",
                                                            "found",
                                                            "from",
                                                            "full",
                                                            "get",
                                                            "global",
                                                            "go",
                                                            "goto",
                                                            "grant",
                                                            "group",
                                                            "having",
                                                            "identity",
                                                            "immediate",
                                                            "index",
                                                            "indicator",
                                                            "initially",
                                                            "inner",
                                                            "input",
                                                            "insensitive",
                                                            "insert",
                                                            "int",
                                                            "int2",
                                                            "int4",
                                                            "int8",
                                                            "integer",
                                                            "integer2",
                                                            "integer4",
                                                            "integer8",
                                                            "interval",
                                                            "into",
                                                            "isolation",
                                                            "join",
                                                            "key",
                                                            "language",
                                                            "left",
                                                            "let",
                                                            "level",
                                                            "limit",
                                                            "list",
                                                            "local",
                                                            "lower",
                                                            "match",
                                                            "max",
                                                            "min",
                                                            "modified",
                                                            "module",
                                                            "names",
                                                            "national",
                                                            "natural",
                                                            "nchar",
                                                            "new",
                                                            "next",
                                                            "no",
                                                            "nothing",
                                                            "nullif",
                                                            "numeric",
                                                            "octet_length",
                                                            "of",
                                                            "offset",
                                                            "old",
                                                            "on",
                                                            "only",
                                                            "open",
                                                            "option",
                                                            "order",
                                                            "outer",
                                                            "output",
                                                            "overlaps",
                                                            "pad",
                                                            "partial",
                                                            "pivot",
                                                            "position",
                                                            "precision",
                                                            "prepare",
                                                            "preserve",
                                                            "primary",
                                                            "prior",
                                                            "privileges",
                                                            "procedure",
                                                            "public",
                                                            "read",
                                                            "real",
                                                            "references",
                                                            "relative",
                                                            "remove",
                                                            "restrict",
                                                            "returning",
                                                            "revoke",
                                                            "right",
                                                            "rollback",
                                                            "rows",
                                                            "schema",
                                                            "scroll",
                                                            "section",
                                                            "select",
                                                            "session",
                                                            "session_user",
                                                            "set",
                                                            "sexp",
                                                            "size",
                                                            "smallint",
                                                            "some",
                                                            "space",
                                                            "sql",
                                                            "sqlcode",
                                                            "sqlerror",
                                                            "sqlstate",
                                                            "string",
                                                            "struct",
                                                            "substring",
                                                            "sum",
                                                            "symbol",
                                                            "system_user",
                                                            "table",
                                                            "temporary",
                                                            "then",
                                                            "time",
                                                            "timestamp",
                                                            "to",
                                                            "transaction",
                                                            "translate",
                                                            "translation",
                                                            "trim",
                                                            "tuple",
                                                            "unique",
                                                            "unknown",
                                                            "unpivot",
                                                            "update",
                                                            "upper",
                                                            "usage",
                                                            "user",
                                                            "using",
                                                            "value",
                                                            "values",
                                                            "varchar",
                                                            "varying",
                                                            "view",
                                                            "when",
                                                            "whenever",
                                                            "where",
                                                            "with",
                                                            "work",
                                                            "write",
                                                            "zone"});
static_assert(std::ranges::is_sorted(kKeywords));

constexpr auto kInfixWords = std::to_array<std::string_view>(
    {"and", "between", "except", "in", "intersect", "is", "like", "not", "or", "union"});
static_assert(std::ranges::is_sorted(kInfixWords));

constexpr auto kFunctionKeywords = std::to_array<std::string_view>(
    {"avg", "bag", "bit_length", "char_length", "character_length", "count", "exists", "list",
     "lower", "max", "min", "octet_length", "sexp", "size", "sum", "upper"});
static_assert(std::ranges::is_sorted(kFunctionKeywords));

struct WordKind {
  std::string_view word;
  Kind kind;
};
constexpr auto kOtherWords = std::to_array<WordKind>({
    {"as", Kind::alias_as},
    {"asc", Kind::ascending},
    {"at", Kind::alias_at},
    {"by", Kind::alias_by},
    {"desc", Kind::descending},
    {"false", Kind::boolean},
    {"first", Kind::other_word},
    {"for", Kind::other_word},
    {"last", Kind::other_word},
    {"missing", Kind::missing},
    {"null", Kind::null},
    {"nulls", Kind::other_word},
    {"true", Kind::boolean},
});

/// Keywords that mean the same as another one.
constexpr auto kSynonyms = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"bigint", "integer8"},
    {"bool", "boolean"},
    {"char", "character"},
    {"dec", "decimal"},
    {"int", "integer"},
    {"int2", "smallint"},
    {"int4", "integer4"},
    {"int8", "integer8"},
    {"integer2", "smallint"},
    {"varchar", "character_varying"},
});

struct Merge {
  std::string_view first;
  std::string_view second;
  MergedWords result;
};
constexpr auto kMerges = std::to_array<Merge>({
    {"not", "in", {Kind::infix, "not_in"}},
    {"is", "not", {Kind::infix, "is_not"}},
    {"not", "between", {Kind::infix, "not_between"}},
    {"not", "like", {Kind::infix, "not_like"}},
    {"character", "varying", {Kind::keyword, "character_varying"}},
    {"double", "precision", {Kind::keyword, "double_precision"}},
    {"insert", "into", {Kind::keyword, "insert_into"}},
    {"on", "conflict", {Kind::keyword, "on_conflict"}},
    {"do", "nothing", {Kind::keyword, "do_nothing"}},
    {"modified", "old", {Kind::keyword, "modified_old"}},
    {"modified", "new", {Kind::keyword, "modified_new"}},
    {"all", "old", {Kind::keyword, "all_old"}},
    {"all", "new", {Kind::keyword, "all_new"}},
});

}  // namespace

std::optional<Kind> word_kind(std::string_view word) {
  if (std::ranges::binary_search(kKeywords, word)) return Kind::keyword;
  if (std::ranges::binary_search(kInfixWords, word)) return Kind::infix;
  const auto* const other = std::ranges::find(kOtherWords, word, &WordKind::word);
  return other == kOtherWords.end() ? std::nullopt : std::optional(other->kind);
}

std::string_view canonical_word(std::string_view word) {
  const auto* const found =
      std::ranges::find(kSynonyms, word, &std::pair<std::string_view, std::string_view>::first);
  return found == kSynonyms.end() ? word : found->second;
}

bool is_function_keyword(std::string_view word) {
  return std::ranges::binary_search(kFunctionKeywords, word);
}

std::optional<MergedWords> merged_words(std::string_view first, std::string_view second) {
  const auto* const found = std::ranges::find_if(
      kMerges, [&](const Merge& merge) { return merge.first == first && merge.second == second; });
  return found == kMerges.end() ? std::nullopt : std::optional(found->result);
}

}  // namespace dynatape::expression::partiql
