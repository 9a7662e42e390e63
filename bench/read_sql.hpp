// The questions of reading as SQL, and the table that a competent user would make for them: one row a
// customer with all that is asked for, and an index for each kind of list. One text for all SQL peers.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>

namespace bench {

struct ReadQuestion {
  std::string_view job;
  std::string_view sql;  // one row of one integer, or the rows of a list
  bool is_list;
};

// The regions are the workload's indices, as customer_read has them: Beijing's first county is 330.
inline constexpr std::array<ReadQuestion, 6> kReadQuestions = {{
    {"cross_tab",
     "SELECT count(*) FROM (SELECT province, ownership, industry, grade, count(*) AS n FROM customer_read "
     "GROUP BY province, ownership, industry, grade) AS cells",
     false},
    {"facets",
     "SELECT count(*) FROM (SELECT city, count(*) FROM customer_read WHERE province = 0 GROUP BY city "
     "UNION ALL SELECT ownership, count(*) FROM customer_read WHERE province = 0 GROUP BY ownership "
     "UNION ALL SELECT industry, count(*) FROM customer_read WHERE province = 0 GROUP BY industry "
     "UNION ALL SELECT grade, count(*) FROM customer_read WHERE province = 0 GROUP BY grade) AS facets",
     false},
    {"facets_all",
     "SELECT count(*) FROM (SELECT province, count(*) FROM customer_read GROUP BY province "
     "UNION ALL SELECT ownership, count(*) FROM customer_read GROUP BY ownership "
     "UNION ALL SELECT industry, count(*) FROM customer_read GROUP BY industry "
     "UNION ALL SELECT grade, count(*) FROM customer_read GROUP BY grade) AS facets",
     false},
    {"list_axes",
     "SELECT id, name FROM customer_read WHERE county = 330 AND ownership = 2 ORDER BY id LIMIT 50", true},
    {"list_grade", "SELECT id, name FROM customer_read WHERE grade = 0 ORDER BY id LIMIT 50", true},
    {"list_name",
     "SELECT id, name FROM customer_read WHERE (name, id) > ('北', 0) ORDER BY name, id LIMIT 50", true},
}};

// Makes customer_read out of the workload and of customer_grade, which the review wrote; `run` runs one
// statement.
void make_customer_read(std::int64_t customers, const std::function<void(const std::string&)>& run);

struct Arguments;
// Asks the question of the job up to 100 times or for 5 seconds and prints the median; false: the job is none
// of these. `ask` runs the statement and reads all its rows.
bool report_read(std::string_view peer, const Arguments& arguments,
                 const std::function<void(const std::string&, bool is_list)>& ask);

}  // namespace bench
