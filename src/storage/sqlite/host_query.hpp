// The bounds of a query whose text came from outside, while SQLite works for it.
//
// Most of what SQLite does asks now and then whether to go on; one function over one value does not. So the
// lengths of values are bounded while a query runs, and it is asked every few steps. What only a long value
// can make slow (tests/storage/sqlite_host_query_test.cpp measures it) takes 0.1 s.
#pragma once

#include <cstdint>
#include <string>

#include "storage/sqlite/connection.hpp"

namespace crmcore::sqlite {

// Of a value in a query: more than the change of a customer with the most and longest contacts says.
inline constexpr int kQueryValueBytesMax = 384 << 10;

class HostQuery {
 public:
  explicit HostQuery(Connection::State& state) noexcept : state_(state) {}

  // Whether the query that runs has allocated more than it may, the pages of the file that are kept aside.
  bool has_too_much() noexcept;
  // What to say then; nothing when it was not so.
  std::string complaint() const;

  // Holds the bounds. After `steps` of SQLite's it is asked whether to go on.
  class Run {
   public:
    Run(HostQuery& query, int steps) noexcept;
    ~Run();
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

   private:
    HostQuery& query_;
    int length_before_;
  };

  // Lifts the bound of lengths for what the library reads on behalf of the query that runs.
  class Aside {
   public:
    explicit Aside(Connection::State& state) noexcept;
    ~Aside();
    Aside(const Aside&) = delete;
    Aside& operator=(const Aside&) = delete;

   private:
    Connection::State& state_;
  };

 private:
  Connection::State& state_;
  std::int64_t held_bytes_ = 0;  // when it does not run
  std::int64_t base_bytes_ = 0;  // while it runs: allocated_bytes() that are not its own
  bool had_too_much_ = false;
};

}  // namespace crmcore::sqlite
