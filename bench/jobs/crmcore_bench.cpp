// crmcore_bench JOB CUSTOMERS DIRECTORY, the jobs in the order of targets.py: a job copies or reads the file
// that one before it left.
#include <filesystem>
#include <unistd.h>

#include "crmcore/error.hpp"

#include "jobs/jobs.hpp"

namespace bench {

crmcore::Database open_existing(const Arguments& arguments, const char* file) {
  crmcore::OpenOptions options;
  options.create = false;
  return crmcore::Database::open(arguments.place + file, options);
}

void copy_file(const Arguments& arguments, const char* from, const char* to) {
  remove_database(arguments.place + to);
  std::filesystem::copy_file(arguments.place + from, arguments.place + to);
  sync();
}

double file_megabytes(const Arguments& arguments, const char* file) {
  const std::string path = arguments.place + file;
  return static_cast<double>(file_bytes(path) + file_bytes(path + "-wal")) / 1e6;
}

namespace {

struct Job {
  std::string_view name;
  void (*run)(const Arguments& arguments);
};

constexpr Job kJobs[] = {
    {"load", load_customers},
    {"lookup_id", look_up},
    {"lookup_code", look_up},
    {"lookup_full", look_up},
    {"lookup_code_gateway", look_up},
    {"lookup_id_c", look_up_typed_c},
    {"lookup_code_c", look_up_typed_c},
    {"open", open_and_close},
    {"open_read", open_and_close},
    {"post", post_in_bulk},
    {"post_durable", post_durably},
    {"post_small", post_small},
    {"view_month", view_month},
    {"metrics", measure_metrics},
    {"review", review_all},
    {"cutoffs", cut_off},
    {"review_1pct", review_changed},
    {"reads_file", make_reads_file},
    {"views", view_one_customer},
    {"cross_tab", count_by_four},
    {"facets", ask_gateway},
    {"facets_all", ask_gateway},
    {"list_axes", ask_gateway},
    {"list_grade", ask_gateway},
    {"list_manager", ask_gateway},
    {"list_name", ask_gateway},
    {"pyramid", ask_gateway},
    {"concentration", ask_gateway},
    {"movers", ask_gateway},
    {"loads", ask_gateway},
    {"manager_load", load_of_managers},
    {"assign_preview", assign_all},
    {"assign", assign_all},
    {"online_retail", run_online_retail},
};

void run(const Arguments& arguments) {
  for (const Job& job : kJobs) {
    if (job.name == arguments.job) return job.run(arguments);
  }
  fail("crmcore_bench has no job \"" + arguments.job + "\"");
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  const bench::Arguments arguments = bench::parse_arguments(argc, argv);
  try {
    bench::run(arguments);
  } catch (const crmcore::Error& error) {
    bench::fail("crmcore: " + std::string(error.message()) + " at " + std::string(error.path()));
  } catch (const std::exception& error) {
    bench::fail(std::string("crmcore: ") + error.what());
  }
}
