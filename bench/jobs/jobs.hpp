// crmcore's side of the benchmark: what its jobs share. Each job runs in a process of its own and prints one
// line of JSON; README.md says what is done in which and what the clock counts.
#pragma once

#include <string>
#include <vector>

#include "crmcore/assignment.hpp"
#include "crmcore/database.hpp"

#include "measure.hpp"
#include "workload.hpp"

namespace bench {

inline constexpr const char* kUs = "crmcore";

// The files in the order in which the jobs make them, each out of a copy of the one before, so that every
// round of a job begins with the same file.
inline constexpr const char* kCustomersFile = "/crmcore_customers.db";
inline constexpr const char* kLedgerFile = "/crmcore_ledger.db";
inline constexpr const char* kReviewFile = "/crmcore_review.db";
inline constexpr const char* kChangedFile = "/crmcore_changed.db";
inline constexpr const char* kAssignedFile = "/crmcore_assigned.db";
inline constexpr const char* kReadsFile = "/crmcore_reads.db";

// How often a call is made: a tenth of `full` for small archives, where instructions are counted one by one.
inline std::size_t call_count(const Arguments& arguments, std::size_t full) {
  return arguments.customers < 100'000 ? full / 10 : full;
}

// Opens `file` in the directory of the arguments; ends the program when it is not there.
crmcore::Database open_existing(const Arguments& arguments, const char* file);
// Copies a closed file and brings the disk to rest.
void copy_file(const Arguments& arguments, const char* from, const char* to);
double file_megabytes(const Arguments& arguments, const char* file);

// Of the axis "industry".
std::string industry_code(int industry);
// The workload's managers with the regions and industries that they serve.
std::vector<crmcore::ManagerInput> managers_of(const Workload& workload);

void load_customers(const Arguments& arguments);
void look_up(const Arguments& arguments);
void open_and_close(const Arguments& arguments);
void post_in_bulk(const Arguments& arguments);
void post_durably(const Arguments& arguments);
void post_small(const Arguments& arguments);
void view_month(const Arguments& arguments);
void measure_metrics(const Arguments& arguments);
void review_all(const Arguments& arguments);
void review_changed(const Arguments& arguments);
void assign_all(const Arguments& arguments);
void cut_off(const Arguments& arguments);
void make_reads_file(const Arguments& arguments);
void view_one_customer(const Arguments& arguments);
void count_by_four(const Arguments& arguments);
void ask_gateway(const Arguments& arguments);
void load_of_managers(const Arguments& arguments);
void run_online_retail(const Arguments& arguments);
// Through the C ABI alone.
void look_up_typed_c(const Arguments& arguments);

}  // namespace bench
