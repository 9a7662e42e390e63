#include "read_sql.hpp"

#include <vector>

#include "measure.hpp"
#include "workload.hpp"

namespace bench {
namespace {

constexpr std::int64_t kRowsOfInsert = 1000;

// The province that the region lies in.
int province_of(int index) {
  while (region(index).parent >= 0) index = region(index).parent;
  return index;
}

std::string quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted.append(c == '\'' ? 2 : 1, c);
  return quoted + "'";
}

}  // namespace

void make_customer_read(std::int64_t customers, const std::function<void(const std::string&)>& run) {
  run("DROP TABLE IF EXISTS customer_read");
  run("CREATE TABLE customer_read (id bigint PRIMARY KEY, name text NOT NULL, county integer NOT NULL, "
      "city integer NOT NULL, province integer NOT NULL, ownership integer NOT NULL, industry integer NOT "
      "NULL, "
      "grade integer)");
  const Workload workload(customers);
  for (std::int64_t first = 1; first <= customers; first += kRowsOfInsert) {
    std::string sql = "INSERT INTO customer_read VALUES ";
    for (std::int64_t id = first; id <= customers && id < first + kRowsOfInsert; ++id) {
      const Customer made = workload.customer(id);
      sql += (id == first ? "(" : ", (") + std::to_string(id) + ", " + quoted(made.name);
      for (const int number :
           {made.region, region(made.region).parent, province_of(made.region), made.ownership, made.industry})
        sql += ", " + std::to_string(number);
      sql += ", NULL)";
    }
    run(sql);
  }
  run("UPDATE customer_read SET grade = (SELECT grade FROM customer_grade g WHERE g.customer_id = "
      "customer_read.id)");
  run("CREATE INDEX customer_read_by_place ON customer_read (county, ownership, id)");
  run("CREATE INDEX customer_read_by_province ON customer_read (province, city, ownership, industry, grade)");
  run("CREATE INDEX customer_read_by_grade ON customer_read (grade, id)");
  run("CREATE INDEX customer_read_by_name ON customer_read (name, id)");
}

bool report_read(std::string_view peer, const Arguments& arguments,
                 const std::function<void(const std::string&, bool is_list)>& ask) {
  for (const ReadQuestion& question : kReadQuestions) {
    if (question.job != arguments.job) continue;
    Stopwatch watch;
    std::vector<double> seconds;
    for (int i = 0; i < 100 && watch.seconds() < 5; ++i) {
      watch.start();
      ask(std::string(question.sql), question.is_list);
      seconds.push_back(watch.stop());
    }
    const auto asked = static_cast<std::int64_t>(seconds.size());
    Report(peer, arguments, asked, watch).add("median_seconds", median(std::move(seconds))).print();
    return true;
  }
  return false;
}

}  // namespace bench
