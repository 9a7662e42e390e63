// What the programs measured against each other share: the clock, the arguments, the line of JSON that each
// prints per job, and the sizes of batches, so that all do the same work.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

inline constexpr std::size_t kCustomerChunk = 4096;
inline constexpr std::size_t kPostBatch = 100'000;  // entries in one transaction of a bulk feed

// Adds up the time between start and stop; what is made or checked in between is not measured.
class Stopwatch {
 public:
  void start() noexcept;
  // Returns the seconds since start.
  double stop() noexcept;
  double seconds() const noexcept { return seconds_; }
  // Processor time of all threads of this process: on a busy machine it says more.
  double cpu_seconds() const noexcept { return cpu_seconds_; }

 private:
  double from_ = 0;
  double cpu_from_ = 0;
  double seconds_ = 0;
  double cpu_seconds_ = 0;
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

// One result: n things done in the time of `watch`.
class Report {
 public:
  Report(std::string_view peer, const Arguments& arguments, std::int64_t n, const Stopwatch& watch);
  // Another number, such as the part of the time spent on writing or the size of the file.
  Report& add(std::string_view name, double value);
  // What the peer computed, to be compared with what the others computed.
  Report& check(const std::string& value);
  // The work was done by another process, with this peak of its resident set: this one's memory and
  // processor time say nothing.
  Report& done_elsewhere(std::int64_t resident_kb);
  void print();

 private:
  std::string line_;
  double cpu_seconds_;
  double rss_mb_;
};

double median(std::vector<double> values);

struct Entry;
// Durable posts of 1, 16, 100 and 2,000 entries of customers as the workload has them; `post` posts those of
// one. Prints the microseconds for an entry by each size: the median by the clock, and those of the
// processor.
void report_small_posts(std::string_view peer, const Arguments& arguments,
                        const std::function<void(std::span<const Entry>)>& post);

// Ids 1 to `customers` at random, the same for all peers.
std::vector<std::int64_t> lookup_ids(std::int64_t customers, std::size_t count);

std::int64_t file_bytes(const std::string& path) noexcept;
// Removes a SQLite file and what belongs to it.
void remove_database(const std::string& path) noexcept;

}  // namespace bench
