// What a lock file says: who had the archive open last, and how far it had come.
//
// A commit that was acknowledged may be in the write-ahead log alone. Where the log is lost or another one
// lies in its place, nothing in the archive tells; so the lock file says, after each commit, which link the
// journal had come to. It is written after the commit and synced with nothing: under strict durability it
// says no more than the disk has, whatever happens; under relaxed durability that holds until the machine
// stops.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.hpp"

namespace crmcore::sqlite {

struct LockNote {
  bool is_open = true;       // false: the last that had it open closed it in good order
  std::int64_t process = 0;  // the last that opened it, or wrote
  std::string boot;          // of the machine, when this was written
  bool is_strict = true;
  std::string archive;     // its identity; empty: the file has none yet
  std::int64_t links = 0;  // of the journal
  Digest node{};           // of the last of them

  friend bool operator==(const LockNote&, const LockNote&) = default;
};

inline constexpr std::size_t kLockNoteBytes = 320;
using LockNoteText = std::array<char, kLockNoteBytes>;

// One line of JSON with a checksum, made without memory of its own: it is written after each commit.
LockNoteText lock_note_text(const LockNote& note) noexcept;
// Nothing when it is cut off, or damaged.
std::optional<LockNote> parse_lock_note(std::string_view text);
// A lock file of ours has such a text, whole or damaged, or nothing but zeros.
bool may_be_lock_note(std::string_view text) noexcept;

// What the kernel calls this run of the machine; empty when it does not say.
std::string boot_id();

}  // namespace crmcore::sqlite
