// A cursor that is read while much is written ends before it starves the writer.
#include <doctest/doctest.h>
#include <filesystem>

#include "fault/small_archive.hpp"
#include "open_or_make.hpp"

namespace crmcore::fault {
namespace {

constexpr int kCustomers = 1000;
constexpr std::uintmax_t kMiB = 1 << 20;

// Changes a long text of every customer: some 4 MiB of the log.
void change_all(Connection& connection, int version) {
  const std::string text(1000, static_cast<char>('a' + version % 26));
  std::string list;
  for (int i = 0; i < kCustomers; ++i) {
    list += fmt::format(R"({}{{"code":"C{}","name":"x","attributes":{{"note":"{}"}}}})", i == 0 ? "" : ",", i,
                        text);
  }
  connection.call("archive.put", fmt::format(R"({{"customers":[{}]}})", list));
}

class Busy {
 public:
  Busy() : database_(open(path())), writer(connect(database_)), reader(connect(database_)) {
    writer.call("archive.define_attribute", R"({"code":"note","name":"x","type":"text"})");
    change_all(writer, 0);
  }

  std::uintmax_t log_bytes() const { return std::filesystem::file_size(path() + "-wal"); }

 private:
  static Database open(const std::string& path) {
    OpenOptions options;
    options.durability = Durability::relaxed;
    return open_or_make(path, options);
  }
  std::string path() const { return folder_ / "busy.crm"; }

  Folder folder_;
  Database database_;

 public:
  Connection writer;
  Connection reader;
};

TEST_CASE("rows end when 32 MiB were written while they were read, and the log is shed then") {
  Busy busy;
  Rows rows = busy.reader.query("SELECT code FROM customer");
  Code code = Code::ok;
  int version = 0;
  while (code == Code::ok && version < 40) {
    try {
      rows.next();
      change_all(busy.writer, ++version);
    } catch (const Error& error) {
      code = error.code();
    }
  }
  CHECK(code == Code::cancelled);
  CHECK(version > 3);
  CHECK(busy.log_bytes() > 32 * kMiB);
  CHECK(busy.log_bytes() < 48 * kMiB);
  CHECK_THROWS_AS(rows.next(), Error);
  CHECK_THROWS_AS(rows.text(0), Error);
  for (int i = 0; i < 3; ++i) change_all(busy.writer, ++version);
  CHECK(busy.log_bytes() < 32 * kMiB);
  CHECK(integer(busy.reader, "SELECT count(*) FROM customer") == kCustomers);
}

TEST_CASE("rows of a transaction see what it writes, however much that is") {
  Busy busy;
  busy.writer.begin();
  Rows rows = busy.writer.query("SELECT code FROM customer");
  for (int version = 1; version < 15; ++version) {
    REQUIRE(rows.next());
    change_all(busy.writer, version);
  }
  busy.writer.rollback();
}

}  // namespace
}  // namespace crmcore::fault
