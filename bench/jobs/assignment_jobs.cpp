// A first placement of all customers who have a grade: planned, and planned and written.
#include <array>
#include <string>
#include <vector>

#include "jobs/jobs.hpp"

namespace bench {
namespace {

// Who serves the grade, the county and the industry; else the county; else whoever has room.
constexpr const char* kPlacingPolicy = R"({
  "code": "w", "scheme": "w", "grades": ["A", "B", "C", "D", "E"],
  "levels": ["ordinary", "advanced", "senior"],
  "stages": [
    {"rule": "quality", "params": {"table": [{"grade": "A", "min_level": "senior"},
       {"grade": "B", "min_level": "advanced"}, {"grade": "C", "max_level": "advanced"},
       {"grade": "D", "max_level": "ordinary"}, {"grade": "E", "max_level": "ordinary"}]},
     "requires": [{"rule": "territory"}, {"rule": "segment", "params": {"axis": "industry"}}]},
    {"rule": "territory"},
    {"rule": "least_loaded"}]
})";

}  // namespace

std::vector<crmcore::ManagerInput> managers_of(const Workload& workload) {
  constexpr std::array kLevels = {"ordinary", "advanced", "senior"};
  std::vector<crmcore::ManagerInput> inputs;
  for (int number = 1; number <= workload.managers(); ++number) {
    const Manager made = workload.manager(number);
    crmcore::ManagerInput& input = inputs.emplace_back();
    input.code = made.code;
    input.name = made.name;
    input.level = kLevels.at(static_cast<std::size_t>(made.level));
    input.level_since = crmcore::Date{kFirstDay};
    input.span = made.span;
    input.segments.emplace();
    for (const int index : made.regions) input.segments->push_back({"region", region(index).code});
    for (const int index : made.industries) input.segments->push_back({"industry", industry_code(index)});
  }
  return inputs;
}

void assign_all(const Arguments& arguments) {
  copy_file(arguments, kReviewFile, kAssignedFile);
  Stopwatch watch;
  crmcore::AssignmentSummary summary;
  {
    const crmcore::Database database = open_existing(arguments, kAssignedFile);
    crmcore::Connection connection = database.connect();
    crmcore::Assignment assignment(connection);
    assignment.put_managers(managers_of(Workload(arguments.customers)));
    assignment.put_policy(kPlacingPolicy);
    crmcore::AssignmentRequest request;
    request.policy = "w";
    request.as_of = crmcore::Date{kEndDay};
    watch.start();
    summary = arguments.job == "assign" ? assignment.commit(request) : assignment.preview(request);
    watch.stop();
  }
  Report(kUs, arguments, arguments.customers, watch)
      .add("file_mb", file_megabytes(arguments, kAssignedFile))
      .check(std::to_string(summary.placed) + " " + std::to_string(summary.unassigned))
      .print();
}

}  // namespace bench
