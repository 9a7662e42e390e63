#include "storage/sqlite/connection.hpp"

#include <cassert>
#include <new>
#include <sqlite3.h>
#include <unistd.h>

#include "base/format.hpp"
#include "storage/sqlite/connection_state.hpp"
#include "storage/sqlite/opening.hpp"
#include "storage/sqlite/page_digest.hpp"
#include "storage/sqlite/result_code.hpp"

namespace crmcore::sqlite {
namespace {

constexpr Sql kApplicationIdRead{"PRAGMA application_id"};
constexpr Sql kUserVersionRead{"PRAGMA user_version"};
constexpr Sql kHasSchema{"SELECT 1 FROM sqlite_schema LIMIT 1"};
constexpr std::string_view kNoMemory = "error code=7";
constexpr std::string_view kNoMemoryToRead = "error code=3082";
constexpr Sql kQuickCheck{"PRAGMA quick_check"};
constexpr Sql kDataVersion{"PRAGMA data_version"};

sqlite3_stmt* prepare_handle(sqlite3* db, std::string_view sql, unsigned flags) {
  sqlite3_stmt* handle = nullptr;
  const int result =
      sqlite3_prepare_v3(db, sql.data(), static_cast<int>(sql.size()), flags, &handle, nullptr);
  if (result != SQLITE_OK) throw_sqlite_error(db, result, "preparing a statement");
  return handle;
}

}  // namespace

std::unique_ptr<Connection> Connection::open(const std::string& path, Role role, const OpenOptions& options,
                                             std::int32_t schema_version_max,
                                             const std::function<void(Connection&)>& check) {
  auto owned = std::make_unique<State>();
  State& state = *owned;
  state.role = role;
  state.access = options.access;
  state.path = path;
  state.query_memory_bytes = options.query_memory_bytes;
  state.busy_timeout_us = std::int64_t{options.busy_timeout_ms} * 1000;
  state.jitter =
      (static_cast<std::uint64_t>(::getpid()) << 32U ^ reinterpret_cast<std::uintptr_t>(&state)) | 1U;
  open_file(state, role == Role::writer && options.create, schema_version_max);
  std::unique_ptr<Connection> connection(new Connection(std::move(owned)));
  try {
    prepare_connection(*connection, options, schema_version_max, check);
  } catch (const Error& error) {
    if (error.message().find(path) != std::string::npos) throw;
    throw Error(error.code(), fmt::format("opening {}: {}", path, error.message()), error.path());
  }
  return connection;
}

void Connection::abandon(std::unique_ptr<Connection> connection) noexcept {
  if (!connection) return;
  sqlite3* const db = connection->handle();
  connection->state().is_abandoned = true;
  // Never destroyed: statements that are gone with their frames may be leased from it.
  static_cast<void>(connection.release());
  while (sqlite3_stmt* const statement = sqlite3_next_stmt(db, nullptr)) sqlite3_finalize(statement);
  sqlite3_close_v2(db);
}

bool has_wal_reset_fix() noexcept {
  const int version = sqlite3_libversion_number();
  return version >= 3'051'003 || (version >= 3'050'007 && version < 3'051'000) ||
         (version >= 3'044'006 && version < 3'045'000);
}

bool is_bundled() noexcept {
  return CRMCORE_SQLITE_BUNDLED != 0;
}

std::string_view library_version() noexcept {
  return sqlite3_libversion();
}

std::string_view source_id() noexcept {
  return sqlite3_sourceid();
}

Connection::State::~State() {
  cache.clear();
  // A lease that outlives its connection is a defect; close_v2 keeps it from becoming a crash.
  assert(db == nullptr || sqlite3_next_stmt(db, nullptr) == nullptr);
  sqlite3_close_v2(db);
}

void Connection::State::require_trusted() const {
  if (must_reopen) {
    throw Error(Code::io, "an earlier write to the file failed; close it and open it again");
  }
}

void Connection::State::roll_back_left_open() {
  if (sqlite3_get_autocommit(db) == 0) run_script(db, "ROLLBACK");
  is_left_open = false;
}

void run_script(sqlite3* db, const char* script) {
  const int result = sqlite3_exec(db, script, nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) throw_sqlite_error(db, result, "running a script");
}

Connection::Connection(std::unique_ptr<State> state) : state_(std::move(state)) {}

Connection::~Connection() = default;

Statement Connection::use(const Sql& sql) {
  return use(sql.text, [&] { return std::string(sql.text); });
}

Statement Connection::use(const char* key, FunctionRef<std::string()> text) {
  state_->end_left_open();
  CachedStatement* cached = state_->cache.find(key);
  if (cached == nullptr) cached = &state_->cache.add(key);
  if (cached->handle == nullptr)
    cached->handle = prepare_handle(state_->db, text(), SQLITE_PREPARE_PERSISTENT);
  assert(!cached->in_use && "the statement is leased already");
  // In a release the outer lease stays whole, at the price of a second statement.
  if (cached->in_use) return prepare(text());
  cached->in_use = true;
  return Statement(cached->handle, &cached->in_use);
}

Statement Connection::prepare(std::string_view sql) {
  state_->end_left_open();
  return Statement(prepare_handle(state_->db, sql, 0), nullptr);
}

void Connection::run(const Sql& sql) {
  run_script(state_->db, sql.text);
}

void Connection::add_view(const Sql& sql) {
  const bool is_reader = state_->role == Role::reader;
  if (is_reader) run_script(state_->db, "PRAGMA query_only = OFF");
  run_script(state_->db, sql.text);
  if (is_reader) run_script(state_->db, "PRAGMA query_only = ON");
}

std::int64_t Connection::total_changes() const noexcept {
  return sqlite3_total_changes64(state_->db);
}

std::int64_t Connection::changes() const noexcept {
  return sqlite3_changes64(state_->db);
}

bool Connection::in_transaction() const noexcept {
  return sqlite3_get_autocommit(state_->db) == 0;
}

FileHeader Connection::header() {
  const auto read = [this](const Sql& sql) {
    Statement statement = use(sql);
    return statement.step() ? static_cast<std::int32_t>(statement.integer(0)) : 0;
  };
  FileHeader header;
  header.application_id = read(kApplicationIdRead);
  header.user_version = read(kUserVersionRead);
  header.is_empty = read(kHasSchema) == 0;
  return header;
}

void Connection::set_user_version(std::int32_t version) {
  run_script(state_->db, fmt::format("PRAGMA user_version = {}", version).c_str());
}

void Connection::set_clock(const Clock* clock) noexcept {
  state_->clock = clock;
}

void Connection::set_zone(const Zone& zone) {
  state_->zone = zone;
}

Date Connection::today() const noexcept {
  return state_->today();
}

void Connection::set_cache_kib(std::int32_t kib) {
  run_script(state_->db, fmt::format("PRAGMA cache_size = {}", -kib).c_str());
}

void Connection::drop_cache() noexcept {
  sqlite3_db_release_memory(state_->db);
}

int Connection::wal_pages() const noexcept {
  return state_->wal_pages.load(std::memory_order_relaxed);
}

std::int64_t Connection::data_version() {
  Statement statement = use(kDataVersion);
  return statement.step() ? statement.integer(0) : 0;
}

void Connection::checkpoint() {
  state_->require_trusted();
  const int result =
      sqlite3_wal_checkpoint_v2(state_->db, "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  if (result == SQLITE_OK) {
    state_->wal_pages = 0;
    return;
  }
  if (code_of(result) == Code::io) state_->must_reopen = true;
  throw_sqlite_error(state_->db, result, "copying the write-ahead log into the file");
}

std::string Connection::quick_check() {
  std::string findings;
  for (Statement statement = use(kQuickCheck); statement.step();) {
    if (statement.text(0) == "ok") continue;
    // SQLite tells a page for which it found no memory as one that is damaged.
    const std::string_view finding = statement.text(0);
    if (finding.ends_with(kNoMemory) || finding.ends_with(kNoMemoryToRead)) throw std::bad_alloc();
    if (!findings.empty()) findings += '\n';
    findings += finding;
  }
  return findings;
}

bool Connection::has_page_digests() const {
  return sqlite::has_page_digests(state_->db);
}

sqlite3* Connection::handle() const noexcept {
  return state_->db;
}

}  // namespace crmcore::sqlite
