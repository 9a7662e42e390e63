#include "engine/core/file.hpp"

#include <array>
#include <filesystem>
#include <utility>

#include "base/clock.hpp"
#include "base/format.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "engine/core/room.hpp"
#include "storage/archive_store.hpp"
#include "storage/journal_store.hpp"
#include "storage/migrations.hpp"
#include "storage/sqlite/backup.hpp"
#include "storage/sqlite/path_check.hpp"
#include "storage/sqlite/random.hpp"
#include "storage/sqlite/transaction.hpp"

namespace crmcore::engine {
namespace {

constexpr std::int32_t kTimeoutMsMax = 600'000;
constexpr std::int64_t kQueryMemoryMin = 1 << 20;
constexpr std::int64_t kQueryMemoryMax = std::int64_t{1} << 40;
constexpr std::size_t kIdleReadersMax = 2;

std::string new_identity() {
  std::array<std::uint8_t, 16> bytes{};
  sqlite::fill_random(bytes);
  std::string text;
  for (const std::uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

void require_ranges(const OpenOptions& options) {
  if (options.busy_timeout_ms < 0 || options.busy_timeout_ms > kTimeoutMsMax) {
    throw Error(
        Code::range,
        fmt::format("a busy time-out of {} ms; 0 to {} are allowed", options.busy_timeout_ms, kTimeoutMsMax),
        "/busy_timeout_ms");
  }
  if (options.query_memory_bytes < kQueryMemoryMin || options.query_memory_bytes > kQueryMemoryMax) {
    throw Error(Code::range,
                fmt::format("{} bytes of memory for a query; {} to {} are allowed",
                            options.query_memory_bytes, kQueryMemoryMin, kQueryMemoryMax),
                "/query_memory_bytes");
  }
}

// UTC where none is named.
Zone zone_named(const std::string& name) {
  if (name.empty()) return {};
  if (const auto zone = Zone::find(name)) return *zone;
  throw Error(Code::invalid,
              fmt::format("unknown time zone {}; a name such as Asia/Shanghai, UTC, or an offset such as "
                          "+08:00 is allowed",
                          text::quoted(name)),
              "/time_zone");
}

ArchiveFacts facts_of_new_file(const OpenOptions& options) {
  const auto digits = currency_digits(options.base_currency);
  if (!digits) {
    throw Error(Code::invalid,
                fmt::format("unknown base currency '{}'; an ISO 4217 code is allowed", options.base_currency),
                "/base_currency");
  }
  const int chosen = options.currency_digits.value_or(*digits);
  if (chosen < 0 || chosen > kMoneyDigitsMax) {
    throw Error(Code::range,
                fmt::format("{} decimals of the currency; 0 to {} are allowed", chosen, kMoneyDigitsMax),
                "/currency_digits");
  }
  return {options.base_currency, chosen, {}, zone_named(options.time_zone)};
}

// A file keeps the zone that it was made with, since its days are counted in it.
Zone zone_of_file(const std::string& name, const OpenOptions& options) {
  if (!options.time_zone.empty() && options.time_zone != name) {
    throw Error(Code::conflict,
                fmt::format("the archive's time zone is {} since it was made, and cannot be '{}'", name,
                            options.time_zone),
                "/time_zone");
  }
  const auto zone = Zone::find(name);
  if (!zone) {
    throw Error(Code::unsupported,
                fmt::format("the archive's time zone {} is not in the zone data of this machine; install a "
                            "newer tzdata",
                            name));
  }
  return *zone;
}

void require_own_schema(sqlite::Connection& writer) {
  if (storage::schema_digest(writer) == own_schema_digest()) return;
  throw Error(
      Code::corrupt,
      "the schema is not the one that crmcore wrote: a table, view, index or trigger was added or changed");
}

// What can be told of a file before anything is written to it. Returns its schema's version.
std::int32_t require_known_schema(sqlite::Connection& writer) {
  const sqlite::FileHeader header = writer.header();
  if (header.user_version == storage::schema_version()) require_own_schema(writer);
  if (header.user_version == 0 && !header.is_empty) {
    throw Error(Code::corrupt, "the file has a schema, but says that it has none");
  }
  return header.user_version;
}

}  // namespace

File::File(std::string path, OpenOptions options)
    : path_(std::move(path)), options_(std::move(options)), process_(process_number()) {
  idle_readers_.reserve(kIdleReadersMax);  // giving one back must not fail
}

std::shared_ptr<File> File::open(const std::string& path, const OpenOptions& options) {
  return open_at(sqlite::checked_path(path), options);
}

std::shared_ptr<File> File::open_at(const std::string& path, const OpenOptions& options) {
  require_ranges(options);
  std::shared_ptr<File> file(new File(path, options));
  const bool reads_only = options.access == Access::read_only;
  if ((reads_only || !options.create) && !std::filesystem::exists(file->path_)) {
    throw Error(Code::not_found,
                fmt::format("no file at '{}'{}", path, reads_only ? "" : "; create makes one"), "/path");
  }
  if (options.create && !reads_only) facts_of_new_file(options);  // refuse before a file is made
  file->use_.emplace(file->path_, options);
  storage::AuditLink last;
  if (reads_only) {
    file->give_back(file->open_reader([&](sqlite::Connection& reader) { file->look_at(reader); }));
  } else {
    file->open_to_write();
    last = storage::JournalStore(*file->writer_).last_link();
  }
  file->use_->opened(file->facts_.identity, last);
  return file;
}

void File::open_to_write() {
  try {
    writer_ =
        sqlite::Connection::open(path_, sqlite::Role::writer, sqlite_options(), storage::schema_version(),
                                 [this](sqlite::Connection& writer) { look_at(writer); });
  } catch (const Error& error) {
    if (error.code() == Code::not_a_database && !use_->may_be_made()) use_->explain_empty();
    throw;
  }
  offer_tables(*writer_);
  if (use_->may_be_unsound()) require_sound();
  if (version_ < storage::schema_version()) make_schema(version_);
  settle(*writer_);
  offer_views(*writer_);
}

// All that is read of a file that is as it should be is read at once.
void File::look_at(sqlite::Connection& db) {
  version_ = require_known_schema(db);
  const bool is_current = version_ == storage::schema_version();
  if (!is_current && (!use_->is_first() || use_->access() != sqlite::Access::write)) {
    throw Error(
        Code::unsupported,
        fmt::format("{} has the format {}, not {}: open it once for writing, while nobody else has it open",
                    path_, version_, storage::schema_version()));
  }
  if (!is_current) return;
  // What is known already is read by other threads while a writer is opened anew.
  if (facts_.identity.empty()) read_facts(db);
  use_->require_unlost(db, facts_.identity);
}

File::~File() {
  // In a forked child the handles belong to the parent: closing them would checkpoint its file.
  if (!is_same_process()) {
    static_cast<void>(writer_.release());
    for (auto& reader : idle_readers_) static_cast<void>(reader.release());
  } else if (use_ && use_->is_opened()) {
    close();
  }
}

void File::close() noexcept {
  use_->begin_closing();
  idle_readers_.clear();
  // SQLite copies the log when the last connection closes the file, and leaves that to nobody when processes
  // that only read are the last. Nobody is waited for.
  if (writer_ && use_->is_last_writer()) {
    try {
      writer_->set_progress([] { return true; });
      writer_->checkpoint();
    } catch (const std::exception&) {
      // The log stays, and is read by the next one.
    }
  }
  writer_.reset();
  use_->end_closing();
}

sqlite::OpenOptions File::sqlite_options() const {
  return {
      options_.durability == Durability::strict ? sqlite::Durability::strict : sqlite::Durability::relaxed,
      options_.busy_timeout_ms, use_->may_be_made(), use_->access(), options_.query_memory_bytes};
}

void File::begin_first_entries() {
  data_version_ = writer_->data_version();
  first_entries_.begin_load();
}

void File::abandon_turn(const WriterQueue::Caller& caller) noexcept {
  if (!use_->has_turn(caller)) return;
  sqlite::Connection::abandon(std::move(writer_));
  first_entries_.clear();
  use_->end_turn();
}

void File::require_writer() {
  if (!writer_) open_to_write();
}

void File::refresh() {
  if (!first_entries_.is_loaded() || use_->is_sole_writer()) return;
  if (writer_->data_version() != data_version_) first_entries_.clear();
}

bool File::is_same_process() const noexcept {
  return process_number() == process_;
}

void File::require_same_process() const {
  if (!is_same_process()) {
    throw Error(Code::forked, "the file was opened before fork(); open it again in the child process");
  }
}

void File::make_schema(std::int32_t from) {
  if (from > 0) {
    if (from < storage::kZoneScript) zone_of_file(Zone().name(), options_);  // refused as it is
    keep_snapshot(from);
  }
  sqlite::WriteTransaction transaction(*writer_);
  upgrade(from);
  if (from == 0) {
    const ArchiveFacts facts = facts_of_new_file(options_);
    storage::ArchiveStore(*writer_).create(
        {facts.base_currency, facts.currency_digits, facts.zone.name(), Clock().now()});
  }
  require_own_schema(*writer_);
  transaction.commit();
  // So that the file says whose it is without its log.
  writer_->checkpoint();
  read_facts(*writer_);
}

void File::read_facts(sqlite::Connection& writer) {
  public_views_ = storage::public_views(writer);
  const auto row = storage::ArchiveStore(writer).read();
  facts_ = {row.base_currency, row.currency_digits, storage::ArchiveStore(writer).identity(),
            zone_of_file(row.time_zone, options_)};
}

// One that is there is of an attempt that did not end: the file is still what it was.
void File::keep_snapshot(std::int32_t version) {
  const std::string snapshot = fmt::format("{}.format-{}", path_, version);
  std::filesystem::remove(snapshot);
  sqlite::copy_file(*writer_, snapshot, [](std::int64_t, std::int64_t) {});
}

void File::upgrade(std::int32_t from) {
  storage::migrate(*writer_, from);
  if (from < storage::kIdentityScript) storage::ArchiveStore(*writer_).identify(new_identity());
  if (from == 0) return;
  for (const auto room : rooms()) {
    if (const auto upgrade = room().upgrade) upgrade(*this, from);
  }
}

std::shared_ptr<const Catalog> File::catalog(sqlite::Connection& db) {
  const std::int64_t version = Catalog::version_in(db);
  {
    const std::lock_guard lock(catalog_mutex_);
    if (catalog_ && catalog_->version() == version) return catalog_;
  }
  auto catalog = std::make_shared<const Catalog>(db, version);
  // A version that the writer sees may be rolled back, and its number be given again.
  if (&db == writer_.get()) return catalog;
  const std::lock_guard lock(catalog_mutex_);
  if (!catalog_ || catalog_->version() < version) catalog_ = catalog;
  return catalog;
}

void File::settle(sqlite::Connection& connection) const {
  connection.set_public_views(public_views_);
  connection.set_zone(facts_.zone);
}

void File::offer_tables(sqlite::Connection& connection) {
  for (const auto room : rooms()) {
    for (const auto table : room().tables) connection.add_table_function(table(*this));
  }
}

// After the schema is there, whose scripts speak of the file's own views of these names.
void File::offer_views(sqlite::Connection& connection) {
  for (const auto room : rooms()) {
    for (const sqlite::Sql& view : room().views) connection.add_view(view);
  }
}

void File::require_sound() {
  const std::string findings = writer_->quick_check();
  if (!findings.empty()) throw Error(Code::corrupt, "the file is damaged: " + findings);
}

std::unique_ptr<sqlite::Connection> File::take_reader() {
  {
    const std::lock_guard lock(readers_mutex_);
    if (!idle_readers_.empty()) {
      auto reader = std::move(idle_readers_.back());
      idle_readers_.pop_back();
      return reader;
    }
  }
  return open_reader({});
}

std::unique_ptr<sqlite::Connection> File::open_reader(const std::function<void(sqlite::Connection&)>& look) {
  auto reader = sqlite::Connection::open(path_, sqlite::Role::reader, sqlite_options(),
                                         storage::schema_version(), look);
  settle(*reader);
  offer_tables(*reader);
  offer_views(*reader);
  return reader;
}

void File::give_back(std::unique_ptr<sqlite::Connection> reader) noexcept {
  if (reader->in_transaction()) return;
  reader->set_progress({});
  reader->set_clock(nullptr);
  const std::lock_guard lock(readers_mutex_);
  if (idle_readers_.size() < idle_readers_.capacity()) idle_readers_.push_back(std::move(reader));
}

}  // namespace crmcore::engine
