// Opening for reading only: beside those who write, and where nothing may be written.
#include <doctest/doctest.h>
#include <filesystem>
#include <functional>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault/small_archive.hpp"
#include "open_or_make.hpp"

namespace crmcore::fault {
namespace {

using sqlite::outcome_of;

constexpr uid_t kNobody = 65534;

Database open_to_read(const std::string& path) {
  OpenOptions options;
  options.access = Access::read_only;
  return open_or_make(path, options);
}

// What `body` returns in a process without any rights, and 99 when it throws.
int as_nobody(const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0) ::_exit(98);
    try {
      ::_exit(body());
    } catch (const std::exception& error) {
      ::fprintf(stderr, "%s\n", error.what());
      ::_exit(99);
    }
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// An archive that everybody may read, in a folder in which nobody else may write.
struct Shown {
  Shown() {
    Connection connection = connect(open_or_make(path));
    ::chmod(path.c_str(), 0644);
    ::chmod(folder.path().c_str(), 0755);
    put_customer(connection, "C1");
  }
  Folder folder;
  std::string path = folder / "shown.crm";
};

TEST_CASE("one process reads what another writes, and may not write") {
  const Folder folder;
  const std::string path = folder / "a.crm";
  CHECK(outcome_of([&] { open_to_read(path); }).code == Code::not_found);
  CHECK_FALSE(std::filesystem::exists(path));
  connect(open_or_make(path));
  int go[2] = {};
  int done[2] = {};
  REQUIRE(::pipe(go) == 0);
  REQUIRE(::pipe(done) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      Connection connection = connect(open_to_read(path));
      for (std::int64_t i = 0, asked = 0; ::read(go[0], &asked, sizeof asked) == sizeof asked && asked >= 0;
           ++i) {
        const std::int64_t count = integer(connection, "SELECT count(*) FROM customer");
        if (::write(done[1], &count, sizeof count) != sizeof count) ::_exit(2);
      }
      const bool is_told =
          connection.call("database.info", "{}").find(R"("access":"read_only")") != std::string::npos;
      const Code put = outcome_of([&] { put_customer(connection, "X"); }).code;
      const Code begin = outcome_of([&] { connection.begin(); }).code;
      ::_exit(is_told && put == Code::denied && begin == Code::denied && is_verified(connection) ? 0 : 3);
    } catch (...) {
      ::_exit(1);
    }
  }
  {
    Connection connection = connect(open_or_make(path));
    std::int64_t count = 0;
    for (std::int64_t i = 0; i < 3; ++i) {
      REQUIRE(::write(go[1], &i, sizeof i) == sizeof i);
      REQUIRE(::read(done[0], &count, sizeof count) == sizeof count);
      CHECK(count == i);
      put_customer(connection, fmt::format("C{}", i));
    }
  }
  // It stays open when the writer has closed the file.
  std::int64_t asked = 0;
  REQUIRE(::write(go[1], &asked, sizeof asked) == sizeof asked);
  REQUIRE(::read(done[0], &asked, sizeof asked) == sizeof asked);
  CHECK(asked == 3);
  asked = -1;
  REQUIRE(::write(go[1], &asked, sizeof asked) == sizeof asked);
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  for (const int end : {go[0], go[1], done[0], done[1]}) ::close(end);
  Connection connection = connect(open_or_make(path));
  CHECK(integer(connection, "SELECT count(*) FROM customer") == 3);
}

TEST_CASE("a file and folder that may not be written are read, and nothing is made there") {
  const Shown shown;
  std::filesystem::remove(shown.path + ".lock");
  const auto count = [&] {
    Connection connection = connect(open_to_read(shown.path));
    return static_cast<int>(integer(connection, "SELECT count(*) FROM customer"));
  };
  CHECK(as_nobody(count) == 1);
  CHECK(std::distance(std::filesystem::directory_iterator(shown.folder.path()), {}) == 1);
  CHECK(as_nobody([&] { return static_cast<int>(outcome_of([&] { open_or_make(shown.path); }).code); }) ==
        static_cast<int>(Code::io));
}

TEST_CASE("who may not write reads beside a writer, and refuses one while it reads what stays as it is") {
  const Shown shown;
  {
    Connection connection = connect(open_or_make(shown.path));
    put_customer(connection, "C2");
    // Of another program, as a forked child may not open what its parent has open.
    CHECK(integer(connection, "SELECT count(*) FROM customer") == 2);
  }
  int ready[2] = {};
  int end[2] = {};
  REQUIRE(::pipe(ready) == 0);
  REQUIRE(::pipe(end) == 0);
  const pid_t writer = ::fork();
  if (writer == 0) {
    ::close(end[1]);
    Connection connection = connect(open_or_make(shown.path));
    put_customer(connection, "C3");
    char byte = 'r';
    if (::write(ready[1], &byte, 1) != 1) ::_exit(1);
    ::_exit(::read(end[0], &byte, 1) == 0 ? 0 : 1);  // without closing
  }
  char byte = 0;
  REQUIRE(::read(ready[0], &byte, 1) == 1);
  const auto count = [&] {
    Connection connection = connect(open_to_read(shown.path));
    return static_cast<int>(integer(connection, "SELECT count(*) FROM customer"));
  };
  CHECK(as_nobody(count) == 3);
  ::close(end[1]);
  int status = -1;
  REQUIRE(::waitpid(writer, &status, 0) == writer);
  // Its log stays; who may not write cannot copy it.
  CHECK(as_nobody([&] { return static_cast<int>(outcome_of([&] { open_to_read(shown.path); }).code); }) ==
        static_cast<int>(Code::unsupported));
  CHECK(count() == 3);
  connect(open_or_make(shown.path));
  int go[2] = {};
  REQUIRE(::pipe(go) == 0);
  const pid_t reader = ::fork();
  if (reader == 0) {
    ::close(go[1]);
    ::_exit(as_nobody([&] {
      Connection connection = connect(open_to_read(shown.path));
      if (::write(ready[1], &byte, 1) != 1) return 1;
      return ::read(go[0], &byte, 1) == 0 ? 0 : 2;
    }));
  }
  REQUIRE(::read(ready[0], &byte, 1) == 1);
  CHECK(outcome_of([&] { open_or_make(shown.path); }).code == Code::locked);
  ::close(go[1]);
  REQUIRE(::waitpid(reader, &status, 0) == reader);
  CHECK(status == 0);
  CHECK(outcome_of([&] { open_or_make(shown.path); }).code == Code::ok);
  for (const int each : {ready[0], ready[1], end[0], go[0]}) ::close(each);
}

}  // namespace
}  // namespace crmcore::fault
