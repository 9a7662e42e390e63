// What a noun of the engine brings along. database/rooms.cpp lists all of them, once.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "crmcore/id.hpp"

#include "engine/core/method.hpp"
#include "storage/sqlite/table_function.hpp"

namespace crmcore::engine {

class File;
class Session;
class WriteScope;
struct ReviewToRevert;

struct Room {
  std::span<const Method> methods;
  std::span<const ChangeKind> changes;                           // what its use cases tell
  std::span<sqlite::TableFunction (*const)(File&)> tables = {};  // read from packed data, for its views
  // What a file of an older format needs beside the scripts, in their transaction; nullptr: nothing.
  void (*upgrade)(File& file, std::int32_t from) = nullptr;
  // Views of the library's own connections in place of the file's, which read tables where those read all
  // rows.
  std::span<const sqlite::Sql> views = {};
  // The first change whose rows are not what it tells, for verify; nullptr: the leaves of the journal say it
  // all.
  std::optional<std::int64_t> (*first_wrong_change)(Session& session, sqlite::Connection& db) = nullptr;
  // What follows from grades that a review moved, within its write; nullptr: nothing.
  void (*after_review)(Session& session, WriteScope& write, ReviewId review) = nullptr;
  // Refuses to let a review be taken back on whose grades something rests, else undoes what followed from it,
  // within the write; nullptr: nothing does.
  void (*before_revert)(Session& session, WriteScope& write, const ReviewToRevert& review) = nullptr;
};

// Every room, in the order in which its methods are told.
std::span<Room (*const)() noexcept> rooms() noexcept;

}  // namespace crmcore::engine
