// Everything that an archive has of one customer, as the law lets a person ask for it. What there is is what
// the public views tell by customer, so that a view that is added is exported too.
// tests/engine/subject_test.cpp.
#include <algorithm>

#include "base/json.hpp"
#include "base/schema.hpp"
#include "engine/archive/change_log.hpp"
#include "engine/archive/customers.hpp"
#include "engine/core/cursor.hpp"
#include "engine/core/room.hpp"
#include "engine/database/row_json.hpp"
#include "storage/migrations.hpp"
#include "storage/sqlite/transaction.hpp"
#include "storage/view_rows.hpp"

namespace crmcore::engine {
namespace {

class SubjectExport {
 public:
  SubjectExport(Session& session, CustomerId customer)
      : session_(session), customers_(merged_with(session.db(), customer)) {}

  Json run() {
    Json views = Json::object();
    for (const std::string& view : storage::public_views(session_.db())) {
      if (!storage::has_customers(session_.db(), view)) continue;
      Json rows = rows_of(view);
      if (!rows.empty()) views[view] = std::move(rows);
    }
    return views;
  }

 private:
  // Under what is merged into it, too; in an order that does not depend on that of the rows.
  Json rows_of(const std::string& view) {
    std::vector<std::pair<std::string, Json>> rows;
    for (const CustomerId customer : customers_) {
      storage::visit_rows(session_.db(), view, customer, [&](const sqlite::Statement& row) {
        Json one = Json::object();
        for (int column = 0; column < row.column_count(); ++column)
          one[row.column_name(column)] = value_json(row, column);
        std::string text = dump_json(one);
        bytes_ += text.size();
        Cursor::require_room(session_, bytes_);
        rows.emplace_back(std::move(text), std::move(one));
      });
    }
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    Json list = Json::array();
    for (auto& [text, one] : rows) list.push_back(std::move(one));
    return list;
  }

  Session& session_;
  std::vector<CustomerId> customers_;
  std::size_t bytes_ = 0;
};

Json export_subject(Session& session, const std::string& customer) {
  const sqlite::ReadTransaction snapshot(session.db());
  const CustomerId id = require_customer(session, customer, "/customer");
  return {{"customer", find_customer(session, id)->code},
          {"day", format_date(session.today())},
          {"views", SubjectExport(session, id).run()}};
}

Json subject_answer() {
  return schema::object(
      {{"customer", schema::text()},
       {"day", schema::date()},
       {"views", schema::about("by view (docs/sql-views.md): its rows, of those that have any",
                               schema::map(schema::list(schema::map(schema::reference("json")))))}});
}

constexpr Method kSubjectMethods[] = {
    method<read_customer_code, export_subject>("archive.export_subject", 1,
                                               "Exports everything that the archive has of one customer: all "
                                               "rows of all views, its history included.",
                                               subject_answer),
};

}  // namespace

Room subject_room() noexcept {
  return {kSubjectMethods, {}};
}

}  // namespace crmcore::engine
