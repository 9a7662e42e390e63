// Opens a file in the order of docs/architecture.md, "Opening a file": nothing is written before the file has
// proved to be ours and of a version that we know. The header is read through SQLite's own descriptor, since
// closing another one would drop the locks that this process holds on the file.
#include "storage/sqlite/opening.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <sqlite3.h>
#include <utility>

#include "base/format.hpp"
#include "storage/sqlite/callbacks.hpp"
#include "storage/sqlite/descriptor.hpp"
#include "storage/sqlite/page_digest.hpp"
#include "storage/sqlite/result_code.hpp"
#include "storage/sqlite/text_functions.hpp"

namespace crmcore::sqlite {
namespace {

constexpr int kHeaderBytes = 100;
constexpr int kVersionNumberMin = 3'040'000;
constexpr char kMagic[] = "SQLite format 3";  // with its NUL, 16 bytes

struct Setting {
  int option;
  int value;
};

constexpr Setting kLimits[] = {
    {SQLITE_LIMIT_LENGTH, kValueBytesMax},
    {SQLITE_LIMIT_SQL_LENGTH, 1 << 20},
    {SQLITE_LIMIT_COLUMN, 200},
    {SQLITE_LIMIT_EXPR_DEPTH, 200},
    {SQLITE_LIMIT_COMPOUND_SELECT, 50},
    {SQLITE_LIMIT_VDBE_OP, 100'000},
    {SQLITE_LIMIT_FUNCTION_ARG, 100},
    {SQLITE_LIMIT_ATTACHED, 0},
    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 256},
    {SQLITE_LIMIT_VARIABLE_NUMBER, 1000},
    {SQLITE_LIMIT_TRIGGER_DEPTH, 8},
    {SQLITE_LIMIT_WORKER_THREADS, 0},
#ifdef SQLITE_LIMIT_PARSER_DEPTH
    {SQLITE_LIMIT_PARSER_DEPTH, 250},
#endif
};

// The schema has no triggers, so that one in the file was put there by somebody else.
constexpr Setting kConfiguration[] = {
    {SQLITE_DBCONFIG_DEFENSIVE, 1},
    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
    {SQLITE_DBCONFIG_DQS_DML, 0},
    {SQLITE_DBCONFIG_DQS_DDL, 0},
    {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
    {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
    // Without it SQLite prepares some joins anew for every bound value, which takes ten times as long as they
    // do.
    {SQLITE_DBCONFIG_ENABLE_QPSG, 1},
    {SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1},  // until the file is known to be ours
#ifdef SQLITE_DBCONFIG_ENABLE_ATTACH_CREATE
    {SQLITE_DBCONFIG_ENABLE_ATTACH_CREATE, 0},
#endif
#ifdef SQLITE_DBCONFIG_ENABLE_ATTACH_WRITE
    {SQLITE_DBCONFIG_ENABLE_ATTACH_WRITE, 0},
#endif
};

void configure(sqlite3* db, Setting setting) {
  const int result = sqlite3_db_config(db, setting.option, setting.value, nullptr);
  if (result != SQLITE_OK)
    throw_sqlite_error(db, result, fmt::format("setting SQLite's option {}", setting.option));
}

// The name of a file of which SQLite is told that nobody writes it.
std::string still_name(const std::string& path) {
  std::string name = "file:";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      name += fmt::format("%{:02x}", c);
    } else {
      name += c;
    }
  }
  return name + "?immutable=1";
}

// crmcore_today(): the day, as a number like all days of the file, that the connection's clock says.
void add_today(Connection::State& state) {
  const auto answer = [](sqlite3_context* context, int, sqlite3_value**) {
    sqlite3_result_int(context, static_cast<Connection::State*>(sqlite3_user_data(context))->today().days);
  };
  const int result = sqlite3_create_function_v2(state.db, "crmcore_today", 0, SQLITE_UTF8 | SQLITE_INNOCUOUS,
                                                &state, answer, nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) throw_sqlite_error(state.db, result, "adding a function");
}

void open_handle(Connection::State& state, bool may_create) {
  int flags = SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX;
  flags |= state.access == Access::write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  // On disk the file exists by now, with its mode; a VFS that keeps files elsewhere still has to make it.
  if (may_create) flags |= SQLITE_OPEN_CREATE;
  if (state.access == Access::still) flags |= SQLITE_OPEN_URI;
  const std::string name = state.access == Access::still ? still_name(state.path) : state.path;
  const int result = sqlite3_open_v2(name.c_str(), &state.db, flags, digesting_vfs());
  if (result != SQLITE_OK) throw_sqlite_error(state.db, result, "opening " + state.path);
  for (const Setting& limit : kLimits) sqlite3_limit(state.db, limit.option, limit.value);
  for (const Setting& setting : kConfiguration) configure(state.db, setting);
  install_callbacks(state);
  replace_text_functions(state);
  add_today(state);
  if (state.access == Access::write && sqlite3_db_readonly(state.db, "main") == 1) {
    throw Error(Code::io, fmt::format("opening {}: no permission to write to it", state.path));
  }
}

std::int32_t big_endian(const unsigned char* bytes) {
  return static_cast<std::int32_t>(std::uint32_t{bytes[0]} << 24U | std::uint32_t{bytes[1]} << 16U |
                                   std::uint32_t{bytes[2]} << 8U | std::uint32_t{bytes[3]});
}

void require_ours(const std::string& path, std::int32_t application_id, std::int32_t user_version,
                  std::int32_t schema_version_max) {
  if (application_id != kApplicationId) {
    throw Error(Code::not_a_database,
                fmt::format("{} is a SQLite file of another program (application_id {:#x}, expected {:#x})",
                            path, static_cast<std::uint32_t>(application_id), kApplicationId));
  }
  if (user_version < 0) {
    throw Error(Code::corrupt, fmt::format("{} says it has schema version {}", path, user_version));
  }
  if (user_version > schema_version_max) {
    throw Error(Code::newer, fmt::format("{} has schema version {}; this crmcore knows up to {}", path,
                                         user_version, schema_version_max));
  }
}

// Tells whether SQLite keeps a file of this suffix beside the database and has something in it.
bool has_companion(const Connection::State& state, const char* suffix) {
  sqlite3_vfs* vfs = nullptr;
  sqlite3_file_control(state.db, "main", SQLITE_FCNTL_VFS_POINTER, &vfs);
  int exists = 0;
  return vfs != nullptr &&
         vfs->xAccess(vfs, (state.path + suffix).c_str(), SQLITE_ACCESS_EXISTS, &exists) == SQLITE_OK &&
         exists != 0;
}

// A file whose first transaction was cut by a power loss: zeros, and the journal that takes them back.
bool awaits_rollback(const Connection::State& state, const std::array<unsigned char, kHeaderBytes>& header) {
  if (std::any_of(header.begin(), header.end(), [](unsigned char byte) { return byte != 0; })) return false;
  return has_companion(state, "-journal");
}

// SQLite reads zeros where the last page is cut off; a log that was not copied yet may bring it back.
bool ends_inside_page(const Connection::State& state, const std::array<unsigned char, kHeaderBytes>& header) {
  const std::int64_t page_bytes = std::max(512, header[16] << 8 | header[17]);
  sqlite3_file* file = nullptr;
  sqlite3_file_control(state.db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  sqlite3_int64 bytes = 0;
  return file->pMethods->xFileSize(file, &bytes) == SQLITE_OK && bytes % page_bytes != 0 &&
         !has_companion(state, "-wal") && !has_companion(state, "-journal");
}

// Fills `bytes` from the start of the file; false when it ends before them, the rest is zero then.
bool read_start(const Connection::State& state, std::span<unsigned char> bytes) {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(state.db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (file == nullptr || file->pMethods == nullptr) throw Error(Code::io, "SQLite cannot read " + state.path);
  const int result = file->pMethods->xRead(file, bytes.data(), static_cast<int>(bytes.size()), 0);
  if (result == SQLITE_OK) return true;
  if (result != SQLITE_IOERR_SHORT_READ) throw_sqlite_error(nullptr, result, "reading " + state.path);
  return false;
}

// Judges the bytes of the file as they lie there, before anything is rolled back.
void check_raw_header(const Connection::State& state, std::int32_t schema_version_max) {
  std::array<unsigned char, kHeaderBytes> header = {};
  // Not xFileSize, which takes a file of one byte for an empty one.
  if (!read_start(state, std::span(header).first(1))) return;
  const bool is_whole = read_start(state, header);
  if (awaits_rollback(state, header)) return;
  if (std::memcmp(header.data(), kMagic, sizeof kMagic) != 0) {
    throw Error(Code::not_a_database, state.path + " is not a SQLite file");
  }
  if (!is_whole) throw Error(Code::corrupt, state.path + " is cut off inside its header");
  require_ours(state.path, big_endian(&header[68]), big_endian(&header[60]), schema_version_max);
  if (ends_inside_page(state, header)) throw Error(Code::corrupt, state.path + " is cut off inside a page");
  // 0 until the schema has its first table.
  if (const std::int32_t encoding = big_endian(&header[56]); encoding != 0 && encoding != 1) {
    throw Error(Code::corrupt, state.path + " is not encoded as UTF-8");
  }
}

std::int32_t read_number(Connection& connection, std::string_view pragma) {
  Statement statement = connection.prepare(pragma);
  return statement.step() ? static_cast<std::int32_t>(statement.integer(0)) : 0;
}

// "wal", "delete" …; `pragma` reads or sets journal_mode.
std::string journal_mode(Connection& connection, std::string_view pragma) {
  Statement statement = connection.prepare(pragma);
  return statement.step() ? std::string(statement.text(0)) : std::string();
}

void require_wal(const std::string& path, const std::string& mode) {
  if (mode == "wal") return;
  throw Error(Code::unsupported,
              fmt::format("{} cannot use a write-ahead log here (journal mode {})", path, mode));
}

constexpr const char* kCommonPragmas =
    "PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;";
// EXTRA until the log is in use: without it, power loss can bring the journal's directory entry back.
constexpr const char* kBeforeWal = "PRAGMA synchronous = EXTRA;";
// Taken as it is needed. Bulk work touches the pages of all customers again and again, and what does not fit
// goes through the log.
constexpr std::int32_t kWriterCacheKib = 64 << 10;
// The packed numbers that a million customers are counted by, and some more.
constexpr std::int32_t kReaderCacheKib = 16 << 10;
constexpr const char* kWriterPragmas = "PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 16777216;";

void prepare_writer(Connection& connection, const OpenOptions& options) {
  require_wal(connection.state().path, journal_mode(connection, "PRAGMA journal_mode = WAL"));
  run_script(connection.handle(), options.durability == Durability::strict ? "PRAGMA synchronous = FULL"
                                                                           : "PRAGMA synchronous = NORMAL");
  run_script(connection.handle(), kWriterPragmas);
  connection.set_cache_kib(kWriterCacheKib);
  configure(connection.handle(), {SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0});
}

void prepare_reader(Connection& connection) {
  if (connection.state().access != Access::still) {
    require_wal(connection.state().path, journal_mode(connection, "PRAGMA journal_mode"));
  }
  run_script(connection.handle(), "PRAGMA query_only = ON");
  connection.set_cache_kib(kReaderCacheKib);
}

// Asked of SQLite, which first takes back a transaction that was cut: where the very first one was cut, the
// bytes of the file are ours, and a journal empties it again.
bool is_empty(Connection& connection) {
  return read_number(connection, "PRAGMA page_count") == 0;
}

void set_up(Connection& connection, const OpenOptions& options) {
  const Connection::State& state = connection.state();
  if (state.role != Role::writer || !options.create) {
    throw Error(Code::not_a_database, state.path + " is empty");
  }
  set_page_digests(state.db, true);
  run_script(state.db, fmt::format("PRAGMA application_id = {}", kApplicationId).c_str());
}

}  // namespace

void open_file(Connection::State& state, bool may_create, std::int32_t schema_version_max) {
  if (sqlite3_libversion_number() < kVersionNumberMin) {
    throw Error(Code::unsupported, fmt::format("SQLite {} is older than 3.40", sqlite3_libversion()));
  }
  if (may_create) make_file(state.path);
  open_handle(state, may_create);
  check_raw_header(state, schema_version_max);
}

void prepare_connection(Connection& connection, const OpenOptions& options, std::int32_t schema_version_max,
                        const std::function<void(Connection&)>& check) {
  const Connection::State& state = connection.state();
  run_script(state.db, kCommonPragmas);
  if (state.role == Role::writer) run_script(state.db, kBeforeWal);
  // One snapshot for all that is looked at: by itself each statement takes and leaves the locks of the log.
  run_script(state.db, "BEGIN");
  if (is_empty(connection)) {
    run_script(state.db, "COMMIT");
    set_up(connection, options);
    run_script(state.db, "BEGIN");
  }
  // Once more with what the log says beyond the file.
  require_ours(state.path, read_number(connection, "PRAGMA application_id"),
               read_number(connection, "PRAGMA user_version"), schema_version_max);
  if (check) check(connection);
  run_script(state.db, "COMMIT");
  if (state.role == Role::writer) {
    prepare_writer(connection, options);
  } else {
    prepare_reader(connection);
  }
}

}  // namespace crmcore::sqlite
