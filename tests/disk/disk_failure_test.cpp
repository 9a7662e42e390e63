// The disk fails at every operation of every kind of write, or is full: the write is applied or it is not, as
// its answer says, and nothing else is lost.
#include <algorithm>
#include <doctest/doctest.h>
#include <map>
#include <optional>
#include <vector>

#include "disk/archive_state.hpp"
#include "disk/memory_disk.hpp"
#include "effort.hpp"
#include "fault/small_archive.hpp"
#include "open_or_make.hpp"

namespace crmcore::fault {
namespace {

struct KindOfWrite {
  const char* name;
  void (*write)(Connection&);
};

constexpr KindOfWrite kWrites[] = {
    {"a customer", [](Connection& c) { put_customer(c, "N"); }},
    {"an entry", [](Connection& c) { post(c, entry("C1", "new", 1000)); }},
    {"many entries",
     [](Connection& c) {
       std::string entries = entry("C1", "new", 1000);
       for (int i = 0; i < 500; ++i) entries += "," + entry("C2", fmt::format("new-{}", i), 10 + i);
       post(c, entries);
     }},
    {"a group",
     [](Connection& c) {
       c.begin();
       put_customer(c, "N");
       post(c, entry("N", "new", 1000));
       c.commit();
     }},
    {"nodes",
     [](Connection& c) {
       c.call("classification.put_nodes",
              R"({"axis":"region","nodes":[{"code":"GZ","name":"广州","parent":"CN"}]})");
     }},
    {"a manager",
     [](Connection& c) {
       c.call("assignment.put_managers", R"({"managers":[{"code":"M2","name":"王芳","span":10}]})");
     }},
    {"a review",
     [](Connection& c) {
       c.call("grading.commit", R"({"scheme":"value","as_of":"2024-06-02","kind":"ad_hoc"})");
     }},
    {"a blacklisting",
     [](Connection& c) { c.call("grading.blacklist", R"({"customer":"C1","reason":"unpaid"})"); }},
    {"a review and a run of assignment",
     [](Connection& c) {
       c.begin();
       put_customer(c, "N");
       post(c, entry("N", "new", 1000));
       c.call("grading.commit", R"({"scheme":"value","as_of":"2024-06-02","kind":"ad_hoc"})");
       c.call("assignment.commit", R"({"policy":"service","as_of":"2024-06-02"})");
       c.commit();
     }},
};

// The code that `call` ends with; none when it ends well.
template <class Call>
std::optional<Code> failure_of(Call&& call) {
  try {
    call();
    return std::nullopt;
  } catch (const Error& error) {
    return error.code();
  }
}

class DiskFailure {
 public:
  DiskFailure() {
    const MemoryDisk disk;
    {
      Connection connection = connect(open_or_make(path_));
      fill(connection, 3);
      before_ = sums_of(connection);
    }
    files_ = disk.files();
  }

  // Lets the write fail at each operation; gives how many there are.
  long try_every_operation(const KindOfWrite& kind, bool is_lasting, bool is_full) {
    after_ = after(kind);
    REQUIRE(after_ != before_);
    long number = 1;
    while (fails_well(kind, {number, is_lasting, is_full})) number += testing::stride();
    return number - 1;
  }

  // The same for the opening of what a process left that did not close it.
  long try_every_operation_of_opening(bool is_lasting, bool is_full) {
    const Files left = left_open();
    for (long number = 1;; number += testing::stride()) {
      CAPTURE(number);
      MemoryDisk disk(left);
      disk.fail({number, is_lasting, is_full});
      const auto code = failure_of([&] { open_or_make(path_); });
      const bool has_failed = disk.has_failed();
      if (code) CHECK((code == Code::io || code == Code::full));
      disk.fail({});
      require_state({after_});
      if (!has_failed) return number - 1;
    }
  }

  // How often a write ended with each code.
  const std::map<Code, long>& answers() const { return answers_; }

 private:
  std::string after(const KindOfWrite& kind) const {
    const MemoryDisk disk(files_);
    Connection connection = connect(open_or_make(path_));
    kind.write(connection);
    return sums_of(connection);
  }

  Files left_open() {
    const MemoryDisk disk(files_);
    const Database database = open_or_make(path_);
    Connection connection = connect(database);
    put_customer(connection, "N");
    after_ = sums_of(connection);
    return disk.files();
  }

  // False when the write ended before that operation.
  bool fails_well(const KindOfWrite& kind, Failure failure) {
    CAPTURE(failure.number);
    MemoryDisk disk(files_);
    std::optional<Code> code;
    bool has_failed = false;
    {
      const Database database = open_or_make(path_);
      Connection connection = connect(database);
      disk.fail(failure);
      code = failure_of([&] { kind.write(connection); });
      if (code) ++answers_[*code];
      // While the disk still fails, the handle answers.
      failure_of([&] { sums_of(connection); });
      has_failed = disk.has_failed();
      if (code) CHECK((code == Code::io || code == Code::unknown || code == Code::full));
      if (connection.in_transaction()) connection.rollback();
      disk.fail({});
      require_answer(connection, kind, code);
    }
    // What a full disk refused was repeated on the same handle.
    if (!code || code == Code::full) {
      require_state({after_});
    } else if (code == Code::unknown) {
      require_state({before_, after_});
    } else {
      require_state({before_});
    }
    return has_failed;
  }

  // The handle that failed, when the disk is well again.
  void require_answer(Connection& connection, const KindOfWrite& kind, std::optional<Code> code) const {
    if (!code) {
      CHECK(sums_of(connection) == after_);
    } else if (code == Code::full) {
      CHECK(sums_of(connection) == before_);
      kind.write(connection);
      CHECK(sums_of(connection) == after_);
    } else {
      // It asks to be closed and opened again, or knows that nothing was written.
      std::string sums;
      const auto refused = failure_of([&] { sums = sums_of(connection); });
      if (refused) {
        CHECK(refused == Code::io);
      } else {
        CHECK(sums == before_);
      }
    }
  }

  void require_state(const std::vector<std::string>& allowed) const {
    const Database database = open_or_make(path_);
    Connection connection = connect(database);
    const std::string found = sums_of(connection);
    CHECK(std::find(allowed.begin(), allowed.end(), found) != allowed.end());
    CHECK(is_verified(connection));
  }

  Folder folder_;
  std::string path_ = folder_ / "failing.crm";
  Files files_;
  std::string before_;
  std::string after_;
  std::map<Code, long> answers_;
};

TEST_CASE("a disk that fails or is full at any operation of a write leaves it done or undone") {
  DiskFailure disk;
  for (const bool is_full : {false, true}) {
    for (const bool is_lasting : {false, true}) {
      CAPTURE(is_full);
      CAPTURE(is_lasting);
      std::string operations;
      for (const KindOfWrite& kind : kWrites) {
        CAPTURE(std::string(kind.name));
        const long count = disk.try_every_operation(kind, is_lasting, is_full);
        CHECK(count > 3);
        operations += fmt::format(" {} {};", kind.name, count);
      }
      const long count = disk.try_every_operation_of_opening(is_lasting, is_full);
      CHECK(count > 3);
      MESSAGE(fmt::format("{} {}:{} opening {}", is_full ? "full" : "failing",
                          is_lasting ? "from then on" : "once", operations, count));
    }
  }
  for (const Code code : {Code::io, Code::unknown, Code::full}) {
    CAPTURE(code_name(code));
    CHECK(disk.answers().contains(code));
  }
  for (const auto& [code, count] : disk.answers()) MESSAGE(std::string(code_name(code)) << ": " << count);
}

}  // namespace
}  // namespace crmcore::fault
