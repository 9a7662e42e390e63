// What the programs measured against each other share: the clock, the arguments, the line of JSON that each
// prints per job, and the sizes of batches, so that all do the same work.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

inline constexpr std::size_t kCustomerChunk = 4096;
inline constexpr std::size_t kPostBatch = 100'000;  // entries in one transaction of a bulk feed

// Adds up the time between start and stop; what is made or checked in between is not measured.
class Stopwatch {
 public:
  void start() noexcept { from_ = Clock::now(); }
  void stop() noexcept { spent_ += Clock::now() - from_; }
  double seconds() const noexcept { return std::chrono::duration<double>(spent_).count(); }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point from_;
  Clock::duration spent_{};
};

// PROGRAM JOB CUSTOMERS PLACE: PLACE is a directory, or what else the peer connects to.
struct Arguments {
  std::string job;
  std::int64_t customers = 0;
  std::string place;
};

// Ends the program with a message when the arguments are not of that form.
Arguments parse_arguments(int argc, char** argv);

// Ends the program: a peer that fails must not print a number.
[[noreturn]] void fail(const std::string& message);

// One result: n things done in so many seconds.
class Report {
 public:
  Report(std::string_view peer, const Arguments& arguments, std::int64_t n, double seconds);
  // Another number, such as the part of the time spent on writing or the size of the file.
  Report& add(std::string_view name, double value);
  // What the peer computed, to be compared with what the others computed.
  Report& check(const std::string& value);
  // The resident set of another process than this one, in kB.
  Report& resident_kb(std::int64_t kb);
  void print();

 private:
  std::string line_;
  double rss_mb_;
};

double median(std::vector<double> values);

// Ids 1 to `customers` at random, the same for all peers.
std::vector<std::int64_t> lookup_ids(std::int64_t customers, std::size_t count);

std::int64_t file_bytes(const std::string& path) noexcept;
// Removes a SQLite file and what belongs to it.
void remove_database(const std::string& path) noexcept;

}  // namespace bench
