// What SQLite calls back; for the files of this folder.
#pragma once

#include "storage/sqlite/connection_state.hpp"

namespace crmcore::sqlite {

// Installs the busy handler, the checkpoints of a writer and the authorizer.
void install_callbacks(Connection::State& state);

}  // namespace crmcore::sqlite
