#include "measure.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <utility>

#include "workload.hpp"

#ifdef CRMCORE_CALLGRIND
#include <valgrind/callgrind.h>
#endif

namespace bench {
namespace {

int running_watches = 0;

// Under callgrind only what the clock measures is counted (instructions.py).
void toggle_counting() noexcept {
#ifdef CRMCORE_CALLGRIND
  CALLGRIND_TOGGLE_COLLECT;
#endif
}

std::string number(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.9g", value);
  return text;
}

double peak_resident_mb() noexcept {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

double clock_seconds(clockid_t clock) noexcept {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace

void Stopwatch::start() noexcept {
  cpu_from_ = clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
  if (running_watches++ == 0) toggle_counting();
  from_ = clock_seconds(CLOCK_MONOTONIC);
}

double Stopwatch::stop() noexcept {
  const double spent = clock_seconds(CLOCK_MONOTONIC) - from_;
  if (--running_watches == 0) toggle_counting();
  cpu_seconds_ += clock_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_from_;
  seconds_ += spent;
  return spent;
}

Arguments parse_arguments(int argc, char** argv) {
  if (argc != 4) fail(std::string("usage: ") + argv[0] + " JOB CUSTOMERS PLACE");
  Arguments arguments;
  arguments.job = argv[1];
  arguments.customers = std::strtoll(argv[2], nullptr, 10);
  arguments.place = argv[3];
  if (arguments.customers <= 0)
    fail("CUSTOMERS must be a positive number, not \"" + std::string(argv[2]) + "\"");
  return arguments;
}

void fail(const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  std::exit(EXIT_FAILURE);
}

Report::Report(std::string_view peer, const Arguments& arguments, std::int64_t n, const Stopwatch& watch)
    : cpu_seconds_(watch.cpu_seconds()), rss_mb_(peak_resident_mb()) {
  line_ = "{\"peer\":\"" + std::string(peer) + "\",\"job\":\"" + arguments.job +
          "\",\"customers\":" + std::to_string(arguments.customers) + ",\"n\":" + std::to_string(n) +
          ",\"seconds\":" + number(watch.seconds());
}

Report& Report::add(std::string_view name, double value) {
  line_ += ",\"" + std::string(name) + "\":" + number(value);
  return *this;
}

Report& Report::check(const std::string& value) {
  line_ += ",\"check\":\"" + value + "\"";
  return *this;
}

Report& Report::done_elsewhere(std::int64_t resident_kb) {
  cpu_seconds_ = 0;
  rss_mb_ = static_cast<double>(resident_kb) / 1024;
  return *this;
}

void Report::print() {
  if (cpu_seconds_ > 0) add("cpu_seconds", cpu_seconds_);
  std::printf("%s,\"rss_mb\":%.1f}\n", line_.c_str(), rss_mb_);
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void report_small_posts(std::string_view peer, const Arguments& arguments,
                        const std::function<void(std::span<const Entry>)>& post) {
  struct Size {
    std::size_t entries;
    int posts;
  };
  constexpr Size kSizes[] = {{1, 400}, {16, 200}, {100, 100}, {2000, 25}};
  std::vector<std::pair<std::string, double>> found;
  std::vector<Entry> entries;
  Stopwatch all;
  std::int64_t made = 0;
  // Who buys is who bought before, as often as in the workload.
  const Workload workload(arguments.customers);
  EntryStream stream(workload);
  std::vector<Entry> known(100'000);
  const auto count_known = static_cast<std::int64_t>(stream.next(known));
  for (const Size& size : kSizes) {
    Stopwatch watch;
    std::vector<double> seconds;
    for (int i = 0; i < size.posts; ++i) {
      entries.clear();
      while (entries.size() < size.entries) {
        ++made;
        const Entry& before = known[static_cast<std::size_t>(made * 7919 % count_known)];
        entries.push_back({before.customer_id, made, 100 + made, kEndDay, 1, Kind::revenue});
      }
      all.start();
      watch.start();
      post(entries);
      seconds.push_back(watch.stop());
      all.stop();
    }
    const auto count = static_cast<double>(size.entries);
    found.emplace_back("us_" + std::to_string(size.entries), median(seconds) / count * 1e6);
    found.emplace_back("cpu_us_" + std::to_string(size.entries),
                       watch.cpu_seconds() / (count * size.posts) * 1e6);
  }
  Report report(peer, arguments, made, all);
  for (const auto& [name, value] : found) report.add(name, value);
  report.print();
}

std::vector<std::int64_t> lookup_ids(std::int64_t customers, std::size_t count) {
  Random random(kSeed);
  std::vector<std::int64_t> ids(count);
  for (std::int64_t& id : ids) id = 1 + random.below(customers);
  return ids;
}

std::int64_t file_bytes(const std::string& path) noexcept {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? status.st_size : 0;
}

void remove_database(const std::string& path) noexcept {
  for (const char* suffix : {"", "-wal", "-shm", "-journal", ".lock", ".wal"})
    std::remove((path + suffix).c_str());
}

}  // namespace bench
