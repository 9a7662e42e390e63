// crmcore_demo [FILE]: the main job from an empty file to promotions, managers and reports.
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <sys/resource.h>

#include "crmcore/error.hpp"

#include "demo.hpp"
#include "story.hpp"

namespace {

constexpr const char* kQueries[] = {
    "SELECT grade, count(*) FROM grade_current WHERE scheme = 'value' GROUP BY grade",
    "SELECT customer_code, from_grade, to_grade, date FROM grade_history WHERE streak > 1 LIMIT 10",
};

// Makes room for a new file. Only what is called like the demo's own file is ever removed.
void remove_former(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return;
  if (path.filename() != "demo.crm")
    throw std::runtime_error(path.string() + " exists already; name a new file");
  for (const char* suffix : {"", "-wal", "-shm", "-lock"}) std::filesystem::remove(path.string() + suffix);
}

void run(const std::string& path) {
  remove_former(path);
  crmcore::OpenOptions options;
  options.create = true;
  options.time_zone = "Asia/Shanghai";
  const auto database = crmcore::Database::open(path, options);
  crmcore::Connection connection = database.connect();
  connection.set_actor("demo");
  demo::set_today(connection, "2023-01-01");
  std::cout << "crmcore " << crmcore::version() << ": the main job on a small invented business\n";
  demo::load_archive(connection);
  demo::show_classes(connection);
  const auto moves = demo::live_through(connection);
  demo::show_pyramid(connection);
  demo::show_grades_by_region(connection);
  demo::show_migration(connection);
  demo::show_moves(connection, moves);
  demo::show_explanation(connection);
  demo::show_handover(connection);
  demo::show_loads(connection);
  demo::show_service(connection);
}

}  // namespace

int main(int argc, char** argv) try {
  const std::string path = argc > 1 ? argv[1] : "demo.crm";
  run(path);
  std::cout << "\nThe file is " << path << ". Look into it:\n";
  for (const char* query : kQueries)
    std::cout << "  sqlite3 -box " << path << " \\\n    \"" << query << "\"\n";
  std::cout << std::flush;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::fprintf(stderr, "%.1f MB of memory at most\n", static_cast<double>(usage.ru_maxrss) / 1024);
  return 0;
} catch (const crmcore::Error& error) {
  for (const crmcore::Diagnostic& one : error.diagnostics()) {
    std::cerr << "crmcore_demo: " << crmcore::code_name(one.code) << " at " << one.path << ": " << one.message
              << '\n';
  }
  return 1;
} catch (const std::exception& error) {
  std::cerr << "crmcore_demo: " << error.what() << '\n';
  return 1;
}
