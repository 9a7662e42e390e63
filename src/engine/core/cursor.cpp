#include "engine/core/cursor.hpp"

#include <new>
#include <utility>

#include "base/format.hpp"
#include "base/json.hpp"

namespace crmcore::engine {
namespace {

Json parse_parameters(std::string_view text) {
  if (text.empty()) return {};
  try {
    return parse_json(text);
  } catch (const Error& error) {
    if (error.code() == Code::cancelled) throw;
    throw Error(error.code(), error.message(), "/parameters" + error.path());
  }
}

}  // namespace

Cursor::Cursor(std::shared_ptr<Session> session, std::string_view sql, std::string_view parameters)
    : session_(std::move(session)) {
  if (session_->in_transaction()) {
    statement_.emplace(session_->db().prepare_public_query(sql));
  } else {
    reader_ = session_->take_cursor_reader();
    statement_.emplace(reader_->prepare_public_query(sql));
  }
  // SQLite keeps no copy of bound texts, so they live in the document as long as the cursor.
  parameters_ = std::make_unique<Json>(parse_parameters(parameters));
  bind(*statement_, *parameters_);
  session_->add(this);
}

Cursor::~Cursor() {
  session_->remove(this);
  if (!session_->file().is_same_process()) {
    // The handles belong to the parent of the fork.
    if (statement_) new (std::nothrow) sqlite::Statement(std::move(*statement_));
    static_cast<void>(reader_.release());
    return;
  }
  statement_.reset();
  if (reader_) session_->give_back(std::move(reader_));
}

void Cursor::bind(sqlite::Statement& statement, const Json& parameters) {
  const auto bind_one = [&](int index, const Json& value, const std::string& path) {
    if (value.is_null()) {
      statement.bind_null(index);
    } else if (value.is_boolean()) {
      statement.bind(index, std::int64_t{value.get<bool>()});
    } else if (value.is_number_integer()) {
      statement.bind(index, value.get<std::int64_t>());
    } else if (value.is_number_float()) {
      statement.bind(index, value.get<double>());
    } else if (value.is_string()) {
      statement.bind(index, std::string_view(value.text()));
    } else {
      throw Error(Code::invalid, "a parameter is a text, a number, true, false or null", path);
    }
  };
  const int expected = statement.parameter_count();
  const auto given = static_cast<int>(parameters.size());
  if (!parameters.is_null() && !parameters.is_array() && !parameters.is_object()) {
    throw Error(Code::invalid, "parameters are a JSON array or object", "/parameters");
  }
  if (given != expected) {
    throw Error(Code::invalid, fmt::format("{} parameters for a query that has {}", given, expected),
                "/parameters");
  }
  if (parameters.is_object()) {
    for (const auto& [name, value] : parameters.items()) {
      const std::string path = join_path("/parameters", name);
      const int index = statement.parameter_index(":" + name);
      if (index == 0) throw Error(Code::invalid, fmt::format("the query has no parameter :{}", name), path);
      bind_one(index, value, path);
    }
    return;
  }
  int place = 0;
  for (const Json& value : parameters) {
    const std::string path = join_path("/parameters", static_cast<std::size_t>(place));
    bind_one(++place, value, path);
  }
}

const sqlite::Statement& Cursor::columns() const {
  if (is_too_old_) {
    throw Error(Code::cancelled,
                "much was written while the rows were read, so that they are out of date; query again");
  }
  if (!statement_) throw Error(Code::misuse, "the cursor ended with its transaction");
  return *statement_;
}

const sqlite::Statement& Cursor::row(int column) const {
  const sqlite::Statement& statement = columns();
  if (session_->is_in_call())
    throw Error(Code::misuse, "the connection is in use; the row cannot be read now");
  if (!has_row_) throw Error(Code::misuse, "there is no current row; call next() first");
  if (column < 0 || column >= statement.column_count()) {
    throw Error(Code::misuse,
                fmt::format("no column {}; the query has {}", column, statement.column_count()));
  }
  return statement;
}

void Cursor::require_room(Session& session, std::size_t bytes) {
  const std::int64_t bytes_max = session.file().options().query_memory_bytes;
  if (static_cast<std::int64_t>(bytes) <= bytes_max) return;
  throw Error(Code::limit,
              fmt::format("what the rows are told as has more than the {} bytes that "
                          "\"query_memory_bytes\" of the file's opening allows; read them one by one",
                          bytes_max));
}

bool Cursor::next() {
  columns();
  if (is_at_end_) return false;
  require_young();
  has_row_ = false;
  has_row_ = statement_->step();
  is_at_end_ = !has_row_;
  return has_row_;
}

void Cursor::require_young() {
  if (!reader_) return;  // inside a transaction the writer reads, and nobody else writes
  const int pages = session_->file().wal_pages();
  if (!first_pages_) first_pages_ = pages;
  if (pages - *first_pages_ <= sqlite::kSnapshotPagesMax) return;
  statement_.reset();
  has_row_ = false;
  is_too_old_ = true;
  columns();
}

void Cursor::transaction_ended() noexcept {
  if (reader_) return;  // it reads a snapshot of its own
  statement_.reset();
  has_row_ = false;
}

}  // namespace crmcore::engine
