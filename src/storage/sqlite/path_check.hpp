// Names of files, before anything is opened.
//
// Beside a file lie its companions: "-journal", "-wal" and "-shm" are SQLite's, ".lock" and ".unfinished"
// ours. What is kept under their names is deleted or overwritten with the file, so that nothing else may have
// them, and nothing is opened beside one that is of another program. tests/storage/path_check_test.cpp has
// them all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace crmcore::sqlite {

// The name of the network file system with statfs magic `magic`, or, for FUSE, of type `fuse_type` as in
// /proc/self/mountinfo ("fuse.sshfs"); empty for a local one.
std::string_view network_file_system(std::uint64_t magic, std::string_view fuse_type) noexcept;

// Resolves `path` to an absolute path without symbolic links in its directory part. Throws Error:
// invalid (empty, NUL inside, "file:" URI, ":memory:", the name of a companion), io (no such directory),
// unsupported (network file system), not_a_database (exists and is not a regular file: directory, FIFO,
// device, symbolic link).
std::string checked_path(const std::string& path);

// Throws Error(not_a_database) when something else than a regular file has this name.
void require_regular_or_absent(const std::string& path);

// Tells whether a write-ahead log with contents lies beside the file at `path`.
bool has_log(const std::string& path);
// Throws Error: not_a_database when a companion of the file at `path` is none of SQLite's, corrupt when a log
// with contents lies beside a file that is absent or empty.
void require_own_companions(const std::string& path);

}  // namespace crmcore::sqlite
