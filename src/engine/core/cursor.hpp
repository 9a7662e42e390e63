// A cursor of the host over a public query.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

class Cursor {
 public:
  Cursor(std::shared_ptr<Session> session, std::string_view sql, std::string_view parameters);
  ~Cursor();
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  Session& session() noexcept { return *session_; }
  const std::shared_ptr<Session>& shared_session() const noexcept { return session_; }
  // Throws Error(cancelled) when kSnapshotPagesMax were written since the first row: a snapshot that is kept
  // for ever would let the write-ahead log grow to its ceiling, where nobody may write.
  bool next();
  // What is made of the rows counts as the query's memory. Throws Error(limit).
  static void require_room(Session& session, std::size_t bytes);
  // Throws Error(misuse) when there is no current row or no such column.
  const sqlite::Statement& row(int column) const;
  const sqlite::Statement& columns() const;

  void transaction_ended() noexcept;
  // As Session::abandon().
  void abandon() noexcept { sqlite::Connection::abandon(std::move(reader_)); }

  // Binds a JSON array to ?1 … or an object to :name; null binds nothing. `parameters` must outlive the
  // statement's rows.
  static void bind(sqlite::Statement& statement, const Json& parameters);

  Cursor* next_retired = nullptr;  // Session's list

 private:
  void require_young();

  std::shared_ptr<Session> session_;
  std::unique_ptr<sqlite::Connection> reader_;  // none inside a transaction, where the writer reads
  std::optional<sqlite::Statement> statement_;
  std::unique_ptr<Json> parameters_;
  std::optional<int> first_pages_;  // in the log when the first row was read
  bool is_too_old_ = false;
  bool has_row_ = false;
  bool is_at_end_ = false;
};

}  // namespace crmcore::engine
