// The handles that more than one file knows.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "crmcore/database.hpp"

#include "handle.hpp"

namespace crmcore::c {

struct OpenFile {
  explicit OpenFile(Database opened) : database(std::move(opened)), base_currency(database.base_currency()) {}
  Database database;
  std::string base_currency;
};

}  // namespace crmcore::c

struct crmcore_db final : crmcore::c::Shell<crmcore::c::OpenFile, crmcore::c::Kind::db> {
  using Shell::Shell;
};
struct crmcore_conn final : crmcore::c::Shell<crmcore::Connection, crmcore::c::Kind::conn> {
  using Shell::Shell;
};
struct crmcore_buf final : crmcore::c::Shell<std::string, crmcore::c::Kind::buf> {
  using Shell::Shell;
};

namespace crmcore::c {

// Hands a text to the caller.
inline crmcore_buf* make_buf(std::string text) {
  return make<crmcore_buf>(std::move(text));
}

// Hands the text that `run()` gives to the caller. What it wrote is applied last, when nothing but a commit
// can fail any more: what is answered with CRMCORE_E_NO_MEMORY was not applied.
template <class Run>
void answer_write(Connection& connection, crmcore_buf*& out, Run run) {
  Hold hold(connection);
  std::unique_ptr<crmcore_buf> buf(make_buf(run()));
  hold.apply();
  out = buf.release();
}

}  // namespace crmcore::c
