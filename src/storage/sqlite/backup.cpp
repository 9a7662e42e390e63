#include "storage/sqlite/backup.hpp"

#include <memory>
#include <sqlite3.h>
#include <unistd.h>

#include "base/format.hpp"
#include "storage/sqlite/connection_state.hpp"
#include "storage/sqlite/descriptor.hpp"
#include "storage/sqlite/page_digest.hpp"
#include "storage/sqlite/result_code.hpp"
#include "storage/sqlite/transaction.hpp"

namespace crmcore::sqlite {
namespace {

constexpr int kPagesPerStep = 1024;

struct Closer {
  void operator()(sqlite3* db) const noexcept { sqlite3_close_v2(db); }
  void operator()(sqlite3_backup* backup) const noexcept { sqlite3_backup_finish(backup); }
};

std::unique_ptr<sqlite3, Closer> open_target(const std::string& path) {
  constexpr int kFlags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX;
  sqlite3* db = nullptr;
  const int result = sqlite3_open_v2(path.c_str(), &db, kFlags, digesting_vfs());
  std::unique_ptr<sqlite3, Closer> target(db);
  if (result != SQLITE_OK) throw_sqlite_error(db, result, "opening " + path);
  // The directory entry of the journal goes before the commit counts.
  run_script(db, "PRAGMA synchronous = EXTRA");
  return target;
}

void copy_pages(sqlite3* from, sqlite3* to, const std::function<void(std::int64_t, std::int64_t)>& tick) {
  std::unique_ptr<sqlite3_backup, Closer> backup(sqlite3_backup_init(to, "main", from, "main"));
  if (!backup) throw_sqlite_error(to, sqlite3_extended_errcode(to), "beginning the copy");
  int result = SQLITE_OK;
  while (result == SQLITE_OK) {
    result = sqlite3_backup_step(backup.get(), kPagesPerStep);
    const int total = sqlite3_backup_pagecount(backup.get());
    tick(total - sqlite3_backup_remaining(backup.get()), total);
  }
  if (result != SQLITE_DONE) throw_sqlite_error(nullptr, result, "copying");
  result = sqlite3_backup_finish(backup.release());
  if (result != SQLITE_OK) throw_sqlite_error(to, result, "ending the copy");
}

}  // namespace

void copy_file(Connection& source, const std::string& path,
               const std::function<void(std::int64_t, std::int64_t)>& tick) {
  const std::string journal = path + "-journal";  // there may be no memory left to name it
  if (!make_file(path)) throw Error(Code::conflict, fmt::format("there is something at {}", path), "/path");
  try {
    // One snapshot: the copy does not begin anew when somebody writes meanwhile.
    const ReadTransaction snapshot(source);
    source.header();
    const auto target = open_target(path);
    set_page_digests(target.get(), has_page_digests(source.handle()));
    copy_pages(source.handle(), target.get(), tick);
  } catch (...) {
    ::unlink(path.c_str());
    ::unlink(journal.c_str());
    throw;
  }
}

}  // namespace crmcore::sqlite
