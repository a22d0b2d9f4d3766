// The route table.

#include "proxy/admin/handlers.h"

namespace dynatape::admin {
namespace {

using enum Scope;

constexpr std::span<const Member> kNone;

constexpr Member kNewSession[] = {
    {"name", Type::text, true, "1 to 64 of a-z, A-Z, 0-9, '-', '_' and '.'"},
    {"access_keys", Type::texts, false, "access key ids whose calls choose this session"},
    {"port", Type::whole_number, false, "a port of the session's own; 0 is any free one"},
    {"cassette", Type::text, false, "path of the cassette to record to and replay from"},
    {"mode", Type::text, false, "once (default), new, all or none, as --mode has them"},
    {"rules", Type::object, false, "a rule file's content"},
    {"database", Type::text, false,
     "path of the state of the emulator that the session begins with"},
    {"backups", Type::text, false, "path of the file that keeps the session's backups"},
    {"seed", Type::whole_number, false, "of every random decision; goes before the rules' own"},
    {"clock", Type::text, false, "system, frozen, frozen:TIME or xN, as --clock has them"},
    {"upstream", Type::text, false, "emulator or an http:// URL; default: the default session's"},
    {"behaviour", Type::text, false, "aws-2026-10 or aws-2026-05, of the emulator"},
    {"table_delay", Type::text, false, "how long the emulator's tables change, such as 2s"},
    {"fork", Type::text, false, "a session whose databases this one begins with, as copies"},
    {"account", Type::text, false,
     "whose databases all calls of the session see; default: those of each call's access key id"},
};

constexpr Member kRuleFile[] = {
    {"", Type::any, true, "a rule file's content: rules, seed, keys"},
};

constexpr Member kRule[] = {
    {"", Type::any, true, "one rule: name, when, then, times"},
};

constexpr Member kClock[] = {
    {"freeze", Type::any, false, "true: stand still now; a time: stand still there"},
    {"set", Type::text, false, "a time such as 2026-10-09T12:00:00Z; the rate stays"},
    {"advance", Type::text, false, "a duration such as 90s, 1.5h or 7d"},
    {"scale", Type::number, false, "how many times as fast, above 0"},
    {"resume", Type::flag, false, "true: go on at the pace of real time"},
    {"system", Type::flag, false, "true: the system's time again"},
};

constexpr Member kAwait[] = {
    {"timeout", Type::text, false, "a duration of real time; default 30s"},
};

constexpr Member kCassette[] = {
    {"cassette", Type::text, true, "a path"},
    {"mode", Type::text, false, "once (default), new, all or none"},
};

constexpr Member kFork[] = {
    {"from", Type::text, true, "the session whose databases are copied"},
};

constexpr Member kDatabase[] = {
    {"account", Type::text, false, "an access key id"},
    {"region", Type::text, false, "default us-east-1"},
};

constexpr Member kItems[] = {
    {"account", Type::text, false, "an access key id"},
    {"region", Type::text, false, "default us-east-1"},
    {"table", Type::text, true, "the table's name"},
    {"limit", Type::text, false, "at most that many items; default 100"},
    {"after", Type::text, false, "the LastEvaluatedKey of the page before, as JSON"},
};

constexpr Member kLines[] = {
    {"", Type::text, true, R"(lines of {"operation": NAME, "input": {}}, as the export writes)"},
};

constexpr Member kExchanges[] = {
    {"operation", Type::text, false, "only this operation's"},
    {"table", Type::text, false, "only those that name this table"},
    {"session", Type::text, false, "only this session's"},
    {"status", Type::text, false, "only those answered with this HTTP status"},
    {"rule", Type::text, false, "only those that this rule has hit"},
    {"limit", Type::text, false, "at most that many; default 100, there are up to 1000"},
};

constexpr Route kRoutes[] = {
    {"GET", "/health", process, "Whether calls are answered, and by which version", kNone, kNone,
     "status and version", get_health},
    {"GET", "/metrics", process, "Calls, answers, durations and faults", kNone, kNone,
     "Prometheus text", get_metrics},
    {"GET", "/openapi.json", process, "This API as an OpenAPI document", kNone, kNone,
     "an OpenAPI 3.1 document", get_openapi},
    {"GET", "/interceptors", process, "Every interceptor with its options", kNone, kNone,
     "interceptors, a list", list_interceptors},
    {"GET", "/exchanges", process, "The latest exchanges, the last first", kExchanges, kNone,
     "exchanges, a list", get_exchanges},
    {"GET", "/exchanges/stream", process, "Exchanges as they happen, as server-sent events",
     kExchanges, kNone, "text/event-stream; an event `exchange` each", stream_exchanges},
    {"GET", "/sessions", process, "All sessions with their summaries", kNone, kNone,
     "sessions, a list", list_sessions},
    {"POST", "/sessions", process, "Make a session", kNone, kNewSession, "the session",
     create_session},
    {"GET", "/sessions/{session}", process, "A session with its summary", kNone, kNone,
     "the session", get_session},
    {"DELETE", "/sessions/{session}", process,
     "Close a session: wait for its calls, close its cassette", kNone, kNone,
     "the session and its final summary", delete_session},
    {"POST", "/reset", session,
     "Put everything of a session back to its beginning: rules, databases, clock, counts", kNone,
     kNone, "the session", post_reset},
    {"GET", "/rules", session, "The rules with what they have come to", kNone, kNone,
     "rules, seed, and counts by rule", get_rules},
    {"PUT", "/rules", session, "Put other rules in the place of all", kNone, kRuleFile, "the rules",
     put_rules},
    {"POST", "/rules", session, "Add a rule behind the others", kNone, kRule, "the rules",
     post_rule},
    {"DELETE", "/rules", session, "Take all rules away", kNone, kNone, "the rules, none",
     delete_rules},
    {"DELETE", "/rules/{rule}", session, "Take a rule away", kNone, kNone, "the rules",
     delete_rule},
    {"POST", "/rules/check", process, "Say what a rule file says; changes nothing", kNone,
     kRuleFile, "says, a text", check_rules},
    {"GET", "/holds", session, "The calls that rules hold, in order of arrival", kNone, kNone,
     "holds, a list", get_holds},
    {"DELETE", "/holds", session, "Release all calls that are held", kNone, kNone,
     "released, a number", delete_holds},
    {"DELETE", "/holds/{rule}", session, "Release the calls that one rule holds", kNone, kNone,
     "released, a number", delete_hold},
    {"GET", "/clock", session, "What time it is, and how fast it passes", kNone, kNone,
     "now, rate, steered", get_clock},
    {"POST", "/clock", session, "Steer the clock: exactly one of the members", kNone, kClock,
     "the clock", post_clock},
    {"POST", "/await", session,
     "Do the work that time has brought (expired items, states of tables), and wait for its end",
     kNone, kAwait, "the clock", post_await},
    {"GET", "/cassette", session, "The cassette: counts, misses, unused recordings", kNone, kNone,
     "the cassette, or null", get_cassette},
    {"GET", "/misses", session,
     "Calls that the cassette has no answer to: what is nearest, what differs, what to do", kNone,
     kNone, "missed, a count, and misses, the first that differ", get_misses},
    {"PUT", "/cassette", session, "Close the cassette and go on with another", kNone, kCassette,
     "the cassette", put_cassette},
    {"DELETE", "/cassette", session, "Close the cassette and go on without", kNone, kNone,
     "the cassette as it ended", delete_cassette},
    {"GET", "/databases", session, "The databases with their tables", kNone, kNone,
     "databases, a list", list_databases},
    {"DELETE", "/databases", session, "Empty one database, or all", kDatabase, kNone,
     "databases, a list", delete_databases},
    {"POST", "/databases/fork", session, "Copy another session's databases over", kNone, kFork,
     "databases, a list", fork_databases},
    {"GET", "/databases/items", session, "Items of a table, as Scan answers", kItems, kNone,
     "a Scan's answer", get_items},
    {"GET", "/databases/export", session, "A database as the calls that make it", kDatabase, kNone,
     "a line of JSON for each call", export_database},
    {"POST", "/databases/import", session, "Make the calls of an export; all or none", kDatabase,
     kLines, "the database", import_database},
};

}  // namespace

std::span<const Route> routes() { return kRoutes; }

}  // namespace dynatape::admin
