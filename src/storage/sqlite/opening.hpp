// The steps of opening a file; for the files of this folder.
#pragma once

#include <cstdint>
#include <functional>

#include "storage/sqlite/connection_state.hpp"

namespace crmcore::sqlite {

// Opens the file at the state's path, made empty when it `may_create`, and refuses what is none of ours.
// Throws Error: unsupported, io, not_a_database, newer, corrupt.
void open_file(Connection::State& state, bool may_create, std::int32_t schema_version_max);
// Hardens an opened connection and asks `check` before anything is written.
void prepare_connection(Connection& connection, const OpenOptions& options, std::int32_t schema_version_max,
                        const std::function<void(Connection&)>& check);

}  // namespace crmcore::sqlite
