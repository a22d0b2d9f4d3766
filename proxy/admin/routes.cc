// The route table.

#include "proxy/admin/handlers.h"

namespace dynatape::admin {
namespace {

constexpr Member kNewSession[] = {
    {"name", Type::text, true, "1 to 64 of a-z, A-Z, 0-9, '-', '_' and '.'"},
    {"access_keys", Type::texts, false, "access key ids whose calls choose this session"},
    {"cassette", Type::text, false, "path of the cassette to record to and replay from"},
    {"mode", Type::text, false, "once (default), new, all or none, as --mode has them"},
    {"rules", Type::object, false, "a rule file's content"},
    {"seed", Type::whole_number, false, "of every random decision; goes before the rules' own"},
    {"clock", Type::text, false, "system, frozen, frozen:TIME or xN, as --clock has them"},
    {"upstream", Type::text, false, "emulator or an http:// URL; default: the default session's"},
    {"behaviour", Type::text, false, "aws-2026-10 or aws-2026-05, of the emulator"},
    {"account", Type::text, false,
     "whose databases all calls of the session see; default: those of each call's access key id"},
};

constexpr Route kRoutes[] = {
    {"GET",
     "/health",
     Scope::process,
     "Whether calls are answered, and by which version",
     {},
     {},
     "status and version",
     get_health},
    {"GET",
     "/metrics",
     Scope::process,
     "Calls, answers, durations and faults",
     {},
     {},
     "Prometheus text",
     get_metrics},
    {"GET",
     "/sessions",
     Scope::process,
     "All sessions with their summaries",
     {},
     {},
     "sessions, a list",
     list_sessions},
    {"POST",
     "/sessions",
     Scope::process,
     "Make a session",
     {},
     kNewSession,
     "the session",
     create_session},
    {"GET",
     "/sessions/{session}",
     Scope::process,
     "A session with its summary",
     {},
     {},
     "the session",
     get_session},
    {"DELETE",
     "/sessions/{session}",
     Scope::process,
     "Close a session: wait for its calls, close its cassette",
     {},
     {},
     "the session and its final summary",
     delete_session},
};

}  // namespace

std::span<const Route> routes() { return kRoutes; }

}  // namespace dynatape::admin
