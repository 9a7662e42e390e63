// The public classes: each call is guarded and handed to its use case.
#include "crmcore/database.hpp"

#include <iterator>
#include <new>
#include <thread>
#include <utility>

#include "base/csv.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "base/sum.hpp"
#include "base/text.hpp"
#include "engine/archive/change_log.hpp"
#include "engine/core/cursor.hpp"
#include "engine/core/request.hpp"
#include "engine/core/session.hpp"
#include "engine/database/backup.hpp"
#include "engine/database/gateway.hpp"
#include "engine/ledger/verify.hpp"

namespace crmcore {

using engine::Session;

OpenOptions OpenOptions::from_json(std::string_view json) {
  return engine::read_options(json, [](ObjectReader& in) {
    OpenOptions options;
    options.create = in.boolean("create").value_or(options.create);
    options.access = in.word<Access>("access").value_or(options.access);
    options.durability = static_cast<Durability>(in.word("durability", {"strict", "relaxed"}).value_or(0));
    options.busy_timeout_ms = static_cast<std::int32_t>(
        in.integer("busy_timeout_ms", 0, INT32_MAX).value_or(options.busy_timeout_ms));
    options.query_memory_bytes =
        in.integer("query_memory_bytes", 0, kIntegerMax).value_or(options.query_memory_bytes);
    options.base_currency = in.text("base_currency", 64).value_or(options.base_currency);
    if (const auto digits = in.integer("currency_digits", INT32_MIN, INT32_MAX)) {
      options.currency_digits = static_cast<int>(*digits);
    }
    options.time_zone = in.text("time_zone", Zone::kNameBytesMax).value_or(options.time_zone);
    return options;
  });
}

namespace {

Rows::Type type_in_row(const sqlite::Statement& row, int column) {
  return static_cast<Rows::Type>(row.column_type(column));
}

void append_column(std::string& out, const sqlite::Statement& row, int column) {
  switch (type_in_row(row, column)) {
    case Rows::Type::null:
      out.append("null");
      break;
    case Rows::Type::integer: {
      const Sum sum = to_sum(row.integer(column));
      out.append(dump_json(sum.number ? Json(*sum.number) : Json(sum.text)));
      break;
    }
    case Rows::Type::real:
      out.append(dump_json(Json(row.real(column))));
      break;
    default:
      if (text::find_invalid_utf8(row.text(column))) {
        throw Error(Code::utf8,
                    "column '" + std::string(row.column_name(column)) + "' holds bytes that are not UTF-8");
      }
      append_json_text(out, row.text(column));
  }
}

constexpr std::int64_t kRowsAtOnceMax = 100'000;
constexpr std::size_t kBytesAtOnce = 1u << 20;

// For a reader that takes integers of 64 bits, and tells blobs from texts.
void append_exact(std::string& out, const sqlite::Statement& row, int column) {
  switch (type_in_row(row, column)) {
    case Rows::Type::integer:
      fmt::format_to(std::back_inserter(out), "{}", row.integer(column));
      break;
    case Rows::Type::blob: {
      out.append(R"({"blob":")");
      for (const char byte : row.text(column))
        fmt::format_to(std::back_inserter(out), "{:02x}", static_cast<unsigned char>(byte));
      out.append("\"}");
      break;
    }
    default:
      append_column(out, row, column);
  }
}

// Appends what is left by one call, so that it can be interrupted as a whole.
template <class Append>
void drain(engine::Cursor& cursor, const std::string& out, Append append_row) {
  const Session::Call call(cursor.session());
  while (cursor.next()) {
    append_row(cursor.columns());
    engine::Cursor::require_room(cursor.session(), out.size());
  }
}

}  // namespace

struct Database::File {
  std::shared_ptr<engine::File> file;
};

struct Rows::Cursor {
  std::unique_ptr<engine::Cursor> cursor;
};

Database Database::open(const std::string& path, const OpenOptions& options) {
  return Database(std::make_shared<const File>(File{engine::File::open(path, options)}));
}

Connection Database::connect() const {
  file_->file->require_same_process();
  return Connection(std::make_shared<Connection::Session>(file_->file));
}

const std::string& Database::path() const {
  return file_->file->path();
}
std::string Database::base_currency() const {
  return file_->file->facts().base_currency;
}
std::string Database::time_zone() const {
  return file_->file->facts().zone.name();
}
int Database::currency_digits() const {
  return file_->file->facts().currency_digits;
}

void Connection::begin() {
  Session::Call call(*session_);
  session_->require_no_hold();
  session_->begin();
}

void Connection::commit() {
  Session::Call call(*session_);
  session_->require_no_hold();
  session_->commit();
}

void Connection::rollback() {
  Session::Call call(*session_);
  session_->require_no_hold();
  session_->rollback();
}

bool Connection::in_transaction() const {
  Session::Call call(*session_);
  return session_->in_transaction();
}

void Connection::set_now(std::optional<std::int64_t> microseconds) {
  Session::Call call(*session_);
  session_->set_now(microseconds);
}

void Connection::set_today(Date date) {
  Session::Call call(*session_);
  session_->set_now(session_->zone().noon_of(date).microseconds);
}

void Connection::set_actor(std::string_view actor) {
  Session::Call call(*session_);
  session_->set_actor(actor);
}

void Connection::set_progress(Progress progress) {
  Session::Call call(*session_);
  session_->set_progress(std::move(progress));
}

void Connection::interrupt() noexcept {
  session_->interrupt();
}

bool Connection::abandon() noexcept {
  return session_->abandon();
}

Rows Connection::query(std::string_view sql, std::string_view parameters) {
  Session::Call call(*session_);
  auto cursor = std::make_unique<Rows::Cursor>();
  cursor->cursor = std::make_unique<engine::Cursor>(session_, sql, parameters);
  return Rows(std::move(cursor));
}

std::string Connection::call(std::string_view method, std::string_view request) {
  Session::Call call(*session_);
  engine::Hold hold(*session_);
  std::string response = engine::call_method(*session_, method, request);
  hold.apply();
  return response;
}

std::vector<Change> Connection::changes(std::int64_t after_seq, std::int64_t limit) {
  Session::Call call(*session_);
  return engine::changes_after(*session_, after_seq, limit);
}

std::string Connection::verify(bool rebuild) {
  Session::Call call(*session_);
  engine::Hold hold(*session_);
  std::string findings = dump_json(engine::verify_file(*session_, rebuild));
  hold.apply();
  return findings;
}

std::string Connection::backup(const std::string& path) {
  Session::Call call(*session_);
  engine::Hold hold(*session_);
  std::string findings = dump_json(engine::back_up(*session_, path));
  hold.apply();
  return findings;
}

struct Hold::Held {
  explicit Held(std::shared_ptr<Connection::Session> of)
      : session(std::move(of)), hold(*session), is_outermost(hold.is_outermost()) {
    if (is_outermost) session->set_holder(std::this_thread::get_id());
  }
  std::shared_ptr<Connection::Session> session;
  engine::Hold hold;
  bool is_outermost;
};

Hold::Hold(Connection& connection) {
  Session::Call call(connection.session());
  held_ = std::make_unique<Held>(connection.session_);
}

Hold::~Hold() {
  const auto session = held_->session;  // outlives the call that ends here
  Session::Call call(*session, std::nothrow);
  if (held_->is_outermost) session->set_holder({});
  held_.reset();
}

void Hold::apply() {
  Session::Call call(*held_->session);
  held_->hold.apply();
}

std::string changes_json(std::span<const Change> changes, std::int64_t after_seq) {
  return dump_json(engine::changes_after_json(changes, after_seq));
}

std::string describe() {
  return engine::describe_methods();
}

std::string_view version() noexcept {
  return CRMCORE_VERSION;
}

Rows::Rows(std::unique_ptr<Cursor> cursor) noexcept : cursor_(std::move(cursor)) {}
Rows::Rows(Rows&&) noexcept = default;
Rows& Rows::operator=(Rows&& other) noexcept {
  cursor_.swap(other.cursor_);
  return *this;
}
Rows::~Rows() {
  if (cursor_) Session::retire(std::move(cursor_->cursor));
}

bool Rows::next() {
  Session::Call call(cursor_->cursor->session());
  return cursor_->cursor->next();
}

int Rows::column_count() const {
  return cursor_->cursor->columns().column_count();
}

std::string_view Rows::column_name(int column) const {
  const auto& statement = cursor_->cursor->columns();
  if (column < 0 || column >= statement.column_count()) throw Error(Code::misuse, "no such column");
  return statement.column_name(column);
}

Rows::Type Rows::type(int column) const {
  return type_in_row(cursor_->cursor->row(column), column);
}
std::int64_t Rows::integer(int column) const {
  return cursor_->cursor->row(column).integer(column);
}
double Rows::real(int column) const {
  return cursor_->cursor->row(column).real(column);
}
std::string_view Rows::text(int column) const {
  return cursor_->cursor->row(column).text(column);
}

std::string Rows::read_json(std::int64_t count_max) {
  if (count_max < 1 || count_max > kRowsAtOnceMax) {
    throw Error(Code::range, fmt::format("{} rows; 1 to {} are allowed", count_max, kRowsAtOnceMax),
                "/count");
  }
  engine::Cursor& cursor = *cursor_->cursor;
  const Session::Call call(cursor.session());
  std::string out = "[";
  for (std::int64_t count = 0; count < count_max && out.size() < kBytesAtOnce && cursor.next(); ++count) {
    const sqlite::Statement& row = cursor.columns();
    out.append(count == 0 ? "[" : ",[");
    for (int column = 0; column < row.column_count(); ++column) {
      if (column > 0) out.push_back(',');
      append_exact(out, row, column);
    }
    out.push_back(']');
  }
  out.push_back(']');
  return out;
}

std::string Rows::drain_json() {
  std::string out = "[";
  drain(*cursor_->cursor, out, [&](const sqlite::Statement& row) {
    out.append(out.size() == 1 ? "{" : ",{");
    for (int column = 0; column < row.column_count(); ++column) {
      if (column > 0) out.push_back(',');
      append_json_text(out, row.column_name(column));
      out.push_back(':');
      append_column(out, row, column);
    }
    out.push_back('}');
  });
  out.push_back(']');
  return out;
}

std::string Rows::drain_csv(bool lossless) {
  const csv::Safety safety = lossless ? csv::Safety::lossless : csv::Safety::spreadsheet;
  std::string out;
  for (int column = 0; column < column_count(); ++column) {
    if (column > 0) out.push_back(',');
    csv::append_field(out, column_name(column), safety, false);
  }
  out.append("\r\n");
  drain(*cursor_->cursor, out, [&](const sqlite::Statement& row) {
    for (int column = 0; column < row.column_count(); ++column) {
      if (column > 0) out.push_back(',');
      const Type type = type_in_row(row, column);
      if (type == Type::null) continue;
      const bool is_number = type == Type::integer || type == Type::real;
      csv::append_field(out, row.text(column), safety, is_number);
    }
    out.append("\r\n");
  });
  return out;
}

}  // namespace crmcore
