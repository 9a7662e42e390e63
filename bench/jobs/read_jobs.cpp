// Reading a full archive: documented views of one customer, lists, counts and reports.
//
// `reads_file` makes the file that the others read out of the one that review_1pct left: its customers get
// the managers of the workload by territory. read_sql.hpp has the same questions for the peers.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "crmcore/assignment.hpp"
#include "crmcore/classification.hpp"

#include "jobs/jobs.hpp"

namespace bench {
namespace {

constexpr const char* kPolicy = R"({"code": "w", "scheme": "w", "grades": ["A", "B", "C", "D", "E"],
  "levels": ["ordinary", "advanced", "senior"], "weights": {"A": 5, "B": 3, "C": 2, "D": 1, "E": 1},
  "stages": [{"rule": "territory"}]})";

// Adds up the time of calls of the same kind and keeps each.
class Calls {
 public:
  template <class Call>
  void time(Call call) {
    watch_.start();
    call();
    seconds_.push_back(watch_.stop());
  }
  double median_ms() const { return median(seconds_) * 1e3; }
  double worst_ms() const { return *std::max_element(seconds_.begin(), seconds_.end()) * 1e3; }
  const Stopwatch& watch() const noexcept { return watch_; }
  std::int64_t count() const noexcept { return static_cast<std::int64_t>(seconds_.size()); }

 private:
  Stopwatch watch_;
  std::vector<double> seconds_;
};

void report(const Arguments& arguments, const Calls& calls) {
  Report(kUs, arguments, calls.count(), calls.watch())
      .add("median_seconds", calls.median_ms() / 1e3)
      .add("worst_ms", calls.worst_ms())
      .print();
}

void read_rows(crmcore::Connection& connection, const std::string& sql) {
  crmcore::Rows rows = connection.query(sql);
  while (rows.next()) {
  }
}

}  // namespace

void make_reads_file(const Arguments& arguments) {
  copy_file(arguments, kChangedFile, kReadsFile);
  const crmcore::Database database = open_existing(arguments, kReadsFile);
  crmcore::Connection connection = database.connect();
  crmcore::Assignment assignment(connection);
  std::vector<crmcore::ManagerInput> managers = managers_of(Workload(arguments.customers));
  for (crmcore::ManagerInput& manager : managers) {
    manager.span = 1'000'000;  // everybody of a territory finds room
    std::erase_if(*manager.segments, [](const auto& segment) { return segment.axis != "region"; });
  }
  assignment.put_managers(managers);
  assignment.put_policy(kPolicy);
  crmcore::AssignmentRequest request;
  request.policy = "w";
  request.as_of = crmcore::Date{kEndDay + 2};
  Stopwatch watch;
  watch.start();
  assignment.commit(request);
  watch.stop();
  Report(kUs, arguments, arguments.customers, watch)
      .add("file_mb", file_megabytes(arguments, kReadsFile))
      .print();
}

// Each view that tells of customers, for one of them: the median and the worst call in milliseconds.
void view_one_customer(const Arguments& arguments) {
  constexpr std::size_t kQueries = 200;
  const crmcore::Database database = open_existing(arguments, kReadsFile);
  crmcore::Connection connection = database.connect();
  std::vector<std::pair<std::string, std::string>> views{{"customer", "code"}};
  for (const char* view :
       {"customer", "contact", "customer_attribute", "customer_class", "customer_class_past", "ledger_entry",
        "ledger_month", "change_log", "grade_current", "grade_history", "override_current",
        "blacklist_current", "grade_score", "assignment_current", "assignment_history", "assignment_reason"})
    views.emplace_back(view, "customer_id");
  for (const char* view : {"manager_current", "manager_load", "manager_absence_log"})
    views.emplace_back(view, view == std::string("manager_current") ? "code" : "manager");
  const Workload workload(arguments.customers);
  double worst = 0;
  std::vector<std::pair<std::string, double>> told;
  for (const auto& [view, column] : views) {
    Calls calls;
    const bool is_manager = view.starts_with("manager");
    for (const std::int64_t id : lookup_ids(arguments.customers, kQueries)) {
      std::string value = std::to_string(id);
      if (is_manager) {
        value = "'" + workload.manager(1 + static_cast<int>(id % workload.managers())).code + "'";
      } else if (column == "code") {
        value = "'" + workload.customer(id).code + "'";
      }
      const std::string sql = "SELECT * FROM " + view + " WHERE " + column + " = " + value;
      calls.time([&] { read_rows(connection, sql); });
      if (calls.watch().seconds() > 5) break;
    }
    told.emplace_back(view + "_" + column + "_ms", calls.median_ms());
    told.emplace_back(view + "_" + column + "_worst_ms", calls.worst_ms());
    worst = std::max(worst, calls.median_ms());
  }
  Report line(kUs, arguments, static_cast<std::int64_t>(views.size()), Stopwatch());
  line.add("median_seconds", worst / 1e3);
  for (const auto& [name, value] : told) line.add(name, value);
  line.print();
}

// One question to the gateway, asked again and again on one connection.
void ask_gateway(const Arguments& arguments) {
  struct Question {
    const char* job;
    const char* method;
    const char* request;
  };
  constexpr Question kQuestions[] = {
      {"facets", "classification.facets",
       R"({"filters": [{"axis": "region", "node": "110000"}], "dimensions": [{"axis": "region", "level": 1},
           {"axis": "ownership"}, {"axis": "industry"}, {"grade": "w"}]})"},
      {"facets_all", "classification.facets",
       R"({"dimensions": [{"axis": "region", "level": 0}, {"axis": "ownership"}, {"axis": "industry"},
           {"grade": "w"}]})"},
      {"list_axes", "classification.list",
       R"({"filters": [{"axis": "region", "node": "110101"}, {"axis": "ownership", "node": "private"}]})"},
      {"list_grade", "classification.list", R"({"filters": [{"grade": "w", "name": "A"}]})"},
      {"list_manager", "classification.list", R"({"filters": [{"manager": "M0001"}]})"},
      {"list_name", "classification.list", R"({"order": "name", "after": {"customer_id": 0, "name": "北"}})"},
      {"pyramid", "grading.pyramid", R"({"scheme": "w"})"},
      {"concentration", "grading.concentration", R"({"scheme": "w"})"},
      {"movers", "grading.movers", R"({"scheme": "w"})"},
      {"loads", "assignment.loads", R"({"policy": "w"})"},
  };
  const crmcore::Database database = open_existing(arguments, kReadsFile);
  crmcore::Connection connection = database.connect();
  for (const Question& question : kQuestions) {
    if (question.job != arguments.job) continue;
    Calls calls;
    const auto count = static_cast<int>(call_count(arguments, 100));
    for (int i = 0; i < count && calls.watch().seconds() < 5; ++i) {
      calls.time([&] { connection.call(question.method, question.request); });
    }
    return report(arguments, calls);
  }
}

// Four dimensions of everybody, by C++: the answer has up to 18,705 cells.
void count_by_four(const Arguments& arguments) {
  const crmcore::Database database = open_existing(arguments, kReadsFile);
  crmcore::Connection connection = database.connect();
  crmcore::Classification classification(connection);
  crmcore::CrossTabRequest request;
  using By = crmcore::Dimension::Kind;
  request.dimensions = {{By::axis, "region", "", 0},
                        {By::axis, "ownership", "", {}},
                        {By::axis, "industry", "", {}},
                        {By::grade, "w", "", {}}};
  Calls calls;
  const auto count = static_cast<int>(call_count(arguments, 100));
  for (int i = 0; i < count && calls.watch().seconds() < 5; ++i) {
    calls.time([&] { classification.cross_tab(request); });
  }
  report(arguments, calls);
}

void load_of_managers(const Arguments& arguments) {
  const crmcore::Database database = open_existing(arguments, kReadsFile);
  crmcore::Connection connection = database.connect();
  Calls calls;
  const auto count = static_cast<int>(call_count(arguments, 20));
  for (int i = 0; i < count && calls.watch().seconds() < 10; ++i) {
    calls.time([&] { read_rows(connection, "SELECT * FROM manager_load"); });
  }
  report(arguments, calls);
}

}  // namespace bench
