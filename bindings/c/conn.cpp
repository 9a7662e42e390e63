// Connections and their transactions.
#include <memory>

#include "arguments.hpp"
#include "callback.hpp"
#include "guard.hpp"
#include "handles.hpp"

namespace crmcore::c {
#pragma GCC visibility push(default)
extern "C" {

int32_t crmcore_conn_open(crmcore_db* db, crmcore_conn** conn, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(db, "db");
    crmcore_conn*& out = required(conn, "conn");
    out = make<crmcore_conn>(use->database.connect());
  });
}

void crmcore_conn_free(crmcore_conn* conn) {
  // A call that a callback left by longjmp() never ends: what it holds is given up here.
  guard(nullptr, [&] { Use(conn, "conn")->abandon(); });
  free_handle(conn);
}

int32_t crmcore_conn_set_now(crmcore_conn* conn, int64_t microseconds, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    in_terms({{"/now", "/microseconds"}}, [&] { use->set_now(microseconds); });
  });
}

int32_t crmcore_conn_clear_now(crmcore_conn* conn, crmcore_error** error) {
  return guard(error, [&] { Use(conn, "conn")->set_now(std::nullopt); });
}

int32_t crmcore_conn_set_actor(crmcore_conn* conn, const char* actor, int64_t actor_size,
                               crmcore_error** error) {
  return guard(error, [&] { Use(conn, "conn")->set_actor(text(actor, actor_size, "actor")); });
}

int32_t crmcore_conn_set_progress(crmcore_conn* conn, crmcore_progress_fn progress, void* user,
                                  crmcore_free_fn free_user, crmcore_error** error) {
  UserData owned(user, free_user);
  return guard(error, [&] {
    const Use use(conn, "conn");
    if (!progress) return use->set_progress({});
    const auto kept = std::make_shared<const UserData>(std::move(owned));
    use->set_progress([progress, kept](std::int64_t done, std::int64_t total) {
      return progress(kept->get(), done, total) != 0;
    });
  });
}

int32_t crmcore_conn_interrupt(crmcore_conn* conn, crmcore_error** error) {
  return guard(error, [&] { Use(conn, "conn")->interrupt(); });
}

int32_t crmcore_conn_begin(crmcore_conn* conn, crmcore_error** error) {
  return guard(error, [&] { Use(conn, "conn")->begin(); });
}

int32_t crmcore_conn_commit(crmcore_conn* conn, crmcore_error** error) {
  return guard(error, [&] { Use(conn, "conn")->commit(); });
}

int32_t crmcore_conn_rollback(crmcore_conn* conn, crmcore_error** error) {
  return guard(error, [&] { Use(conn, "conn")->rollback(); });
}

int32_t crmcore_conn_is_in_transaction(crmcore_conn* conn, int32_t* is_open, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    required(is_open, "is_open") = use->in_transaction();
  });
}

}  // extern "C"
#pragma GCC visibility pop
}  // namespace crmcore::c
