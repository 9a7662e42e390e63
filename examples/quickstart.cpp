// A first program in C++: put customers, post what they bought, grade them with a preview, read the result.
// Link crmcore::crmcore_static (find_package(crmcore)). Run: ./quickstart [FILE]
#include <array>
#include <iostream>

#include <crmcore/archive.hpp>
#include <crmcore/classification.hpp>
#include <crmcore/database.hpp>
#include <crmcore/grading.hpp>
#include <crmcore/ledger.hpp>

namespace {

constexpr const char* kScheme = R"({
  "code": "value", "population": {"status": ["existing"]},
  "grades": {"order": ["A", "B", "C"], "blocked": "X"}, "calendar": {"timezone": "Asia/Shanghai"}, "returns": "gross",
  "factors": [{"code": "revenue", "metric": {"kind": "revenue", "window": {"kind": "rolling", "months": 12}}}],
  "cut": {"kind": "pareto", "on": "revenue", "cuts": [70, 90]}
})";

crmcore::CustomerInput company(const char* code, const char* name, const char* ownership) {
  crmcore::CustomerInput input;
  input.code = code;
  input.name = name;
  input.classes = {{"ownership", ownership}};
  return input;
}

void fill(crmcore::Connection& connection) {
  connection.begin();  // all of it, or nothing
  crmcore::Classification(connection).define_ready_made();
  crmcore::Archive archive(connection);
  const std::array customers = {company("C-001", "北京云杉科技", "private"),
                                company("C-002", "Harbour Trading Ltd", "foreign"),
                                company("C-003", "老王杂货铺", "private")};
  archive.put(customers);

  const crmcore::Date day = *crmcore::parse_date("2024-03-01");
  const auto sale = [&](const char* code, std::int64_t fen, const char* invoice) {
    crmcore::EntryInput entry;
    entry.customer = *archive.id_of(code);
    entry.date = day;
    entry.amount = crmcore::Money{fen};  // money is integers in minor units
    entry.document = invoice;
    return entry;
  };
  const std::array entries = {sale("C-001", 480'000'00, "INV-1"), sale("C-002", 150'000'00, "INV-2"),
                              sale("C-003", 9'000'00, "INV-3")};
  crmcore::Ledger(connection).post({"billing", "2024-03-01"}, entries);
  connection.commit();
}

void grade(crmcore::Connection& connection) {
  crmcore::Grading grading(connection);
  grading.put_scheme(kScheme);
  crmcore::ReviewRequest request;
  request.scheme = "value";
  request.as_of = *crmcore::parse_date("2024-04-01");
  request.kind = crmcore::ReviewKind::ad_hoc;
  request.plan = grading.preview(request).plan;  // what is committed is what was seen, or nothing
  grading.commit(request);
}

}  // namespace

int main(int count, char** arguments) try {
  crmcore::OpenOptions options;
  options.create = true;
  options.time_zone = "Asia/Shanghai";
  const auto database = crmcore::Database::open(count > 1 ? arguments[1] : "quickstart.crm", options);
  auto connection = database.connect();
  connection.set_actor("quickstart");
  fill(connection);
  grade(connection);
  auto rows = connection.query(
      "SELECT c.code, g.grade, c.name FROM customer c JOIN grade_current g ON g.customer_id = c.customer_id "
      "ORDER BY c.code");
  while (rows.next()) std::cout << rows.text(0) << '\t' << rows.text(1) << '\t' << rows.text(2) << '\n';
} catch (const crmcore::Error& error) {
  std::cerr << crmcore::code_name(error.code()) << ' ' << error.path() << ": " << error.message() << '\n';
  return 1;
}
