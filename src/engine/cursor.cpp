#include "engine/cursor.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/json.hpp"

namespace crmcore::engine {

Cursor::Cursor(std::shared_ptr<Session> session, std::string_view sql, std::string_view parameters)
    : session_(std::move(session)) {
  if (session_->in_transaction()) {
    statement_.emplace(session_->db().prepare_public_query(sql));
  } else {
    reader_ = session_->take_cursor_reader();
    statement_.emplace(reader_->prepare_public_query(sql));
  }
  bind(parameters);
  session_->add(this);
}

Cursor::~Cursor() {
  session_->remove(this);
  if (!session_->file().is_same_process()) {
    // The handles belong to the parent of the fork.
    if (statement_) new sqlite::Statement(std::move(*statement_));
    static_cast<void>(reader_.release());
    return;
  }
  statement_.reset();
  if (reader_) session_->give_back(std::move(reader_));
}

void Cursor::bind(std::string_view parameters) {
  if (parameters.empty()) return;
  // SQLite keeps no copy of bound texts, so they live in the document as long as the cursor.
  parameters_ = std::make_unique<Json>(parse_json(parameters));
  const auto bind_one = [&](int index, const Json& value, const std::string& path) {
    if (value.is_null()) {
      statement_->bind_null(index);
    } else if (value.is_boolean()) {
      statement_->bind(index, std::int64_t{value.get<bool>()});
    } else if (value.is_number_integer()) {
      statement_->bind(index, value.get<std::int64_t>());
    } else if (value.is_number_float()) {
      statement_->bind(index, value.get<double>());
    } else if (value.is_string()) {
      statement_->bind(index, std::string_view(value.get_ref<const std::string&>()));
    } else {
      throw Error(Code::invalid, "a parameter is a text, a number, true, false or null", path);
    }
  };
  if (parameters_->is_array()) {
    if (static_cast<int>(parameters_->size()) != statement_->parameter_count()) {
      throw Error(Code::invalid, fmt::format("{} parameters for a query that has {}", parameters_->size(),
                                             statement_->parameter_count()), "/parameters");
    }
    int index = 0;
    for (const Json& value : *parameters_) {
      ++index;
      bind_one(index, value, fmt::format("/parameters/{}", index - 1));
    }
  } else if (parameters_->is_object()) {
    for (const auto& [name, value] : parameters_->items()) {
      const std::string path = join_path("/parameters", name);
      const int index = statement_->parameter_index(":" + name);
      if (index == 0) throw Error(Code::invalid, fmt::format("the query has no parameter :{}", name), path);
      bind_one(index, value, path);
    }
  } else {
    throw Error(Code::invalid, "parameters are a JSON array or object", "/parameters");
  }
}

const sqlite::Statement& Cursor::columns() const {
  if (!statement_) throw Error(Code::misuse, "the cursor ended with its transaction");
  return *statement_;
}

const sqlite::Statement& Cursor::row(int column) const {
  const sqlite::Statement& statement = columns();
  if (!has_row_) throw Error(Code::misuse, "there is no current row; call next() first");
  if (column < 0 || column >= statement.column_count()) {
    throw Error(Code::misuse, fmt::format("no column {}; the query has {}", column, statement.column_count()));
  }
  return statement;
}

bool Cursor::next() {
  columns();
  if (is_at_end_) return false;
  has_row_ = statement_->step();
  is_at_end_ = !has_row_;
  return has_row_;
}

void Cursor::transaction_ended() noexcept {
  if (reader_) return;  // it reads a snapshot of its own
  statement_.reset();
  has_row_ = false;
}

}  // namespace crmcore::engine
