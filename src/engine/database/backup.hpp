// Copies of an archive that is in use.
#pragma once

#include <string>

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Copies the archive as it is now into a new file, opens that and checks it against itself; answers {"path"}
// and what verify_file() found. Throws Error: misuse (inside a transaction), conflict (there is something at
// `path`), locked (another copy is being made there), invalid (the name of a companion), corrupt (the copy
// contradicts itself, as the archive then does), cancelled, full, io. What fails leaves no file.
Json back_up(Session& session, const std::string& path);

}  // namespace crmcore::engine
