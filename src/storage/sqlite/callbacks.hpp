// What SQLite calls back; for the files of this folder.
#pragma once

#include "storage/sqlite/connection_state.hpp"

namespace crmcore::sqlite {

// Installs the busy handler, the question whether to go on, the checkpoints of a writer and the authorizer.
void install_callbacks(Connection::State& state);

// Whether the host says so, who is asked.
bool must_stop(Connection::State& state) noexcept;

// After so many steps of SQLite's it is asked whether to go on.
inline constexpr int kStepsUsually = 4000;
inline constexpr int kStepsOfHost = 16;  // which may take a long value each
void ask_every(Connection::State& state, int steps) noexcept;

}  // namespace crmcore::sqlite
