#include "storage/sqlite/path_check.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "storage/sqlite_files.hpp"

namespace crmcore::sqlite {
namespace {

TEST_CASE("a path is checked before anything is opened") {
  const Folder folder;
  std::filesystem::create_directory(folder / "directory");
  std::filesystem::create_directory(folder / "real");
  std::filesystem::create_directory_symlink(folder / "real", folder / "alias");
  write_bytes(folder / "file.crm", "");
  std::filesystem::create_symlink(folder / "file.crm", folder / "link.crm");
  std::filesystem::create_symlink(folder / "nowhere", folder / "broken.crm");
  REQUIRE(::mkfifo((folder / "fifo.crm").c_str(), 0600) == 0);
  struct Row {
    std::string path;
    Code code;
  };
  const Row rows[] = {
      {"", Code::invalid},
      {std::string("a\0b", 3), Code::invalid},
      {"file:x.crm", Code::invalid},
      {"file:///tmp/x.crm?mode=ro", Code::invalid},
      {":memory:", Code::invalid},
      {folder / "missing/x.crm", Code::io},
      {folder / "file.crm/x.crm", Code::io},
      {folder / "", Code::not_a_database},
      {folder / "..", Code::not_a_database},
      {folder / "directory", Code::not_a_database},
      {folder / "fifo.crm", Code::not_a_database},
      {folder / "link.crm", Code::not_a_database},
      {folder / "broken.crm", Code::not_a_database},
      {"/dev/null", Code::not_a_database},
      {folder / "new.crm-journal", Code::invalid},
      {folder / "new.crm-wal", Code::invalid},
      {folder / "new.crm-shm", Code::invalid},
      {folder / "new.crm.lock", Code::invalid},
      {folder / "new.crm.unfinished", Code::invalid},
      {folder / "-wal.crm", Code::ok},
      {folder / "file.crm", Code::ok},
      {folder / "new.crm", Code::ok},
      {folder / "名字 with space.crm", Code::ok},
  };
  for (const Row& row : rows) {
    CAPTURE(row.path);
    CHECK(outcome_of([&] { checked_path(row.path); }).code == row.code);
  }
  CHECK(checked_path(folder / "alias/x.crm") == checked_path(folder / "real/x.crm"));
  CHECK(checked_path(folder / "real/../new.crm") == checked_path(folder / "new.crm"));
  CHECK(checked_path("x.crm") == std::filesystem::canonical(".").string() + "/x.crm");
}

TEST_CASE("network file systems are known by number or, in FUSE, by name") {
  struct Row {
    std::uint64_t magic;
    const char* fuse_type;
    const char* name;
  };
  const Row rows[] = {
      {0x6969, "", "NFS"},
      {0xff534d42, "", "CIFS"},
      {0xfe534d42, "", "SMB2"},
      {0x517b, "", "SMB"},
      {0x65735546, "fuse.sshfs", "fuse.sshfs"},
      {0x65735546, "fuse.rclone", "fuse.rclone"},
      {0x65735546, "fuseblk", ""},
      {0x65735546, "fuse.fuse-overlayfs", ""},
      {0xef53, "", ""},
      {0x01021994, "", ""},
      {0x794c7630, "", ""},
      {0x9123683e, "", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.magic);
    CHECK(network_file_system(row.magic, row.fuse_type) == row.name);
  }
}

TEST_CASE("nothing is opened beside what SQLite would delete or overwrite") {
  struct Row {
    const char* suffix;
    std::string bytes;
    Code code;           // beside a file with contents
    Code code_of_empty;  // beside an empty or absent one
  };
  const std::string log("\x37\x7f\x06\x82 and so on");
  const std::string index("\x18\xe2\x2d\x00 and so on", 14);
  const Row rows[] = {
      {"-wal", "", Code::ok, Code::ok},
      {"-wal", std::string(32, '\0'), Code::ok, Code::ok},
      {"-wal", log, Code::ok, Code::corrupt},
      {"-wal", "\x37\x7f\x06\x83", Code::ok, Code::corrupt},
      {"-wal", "\x37\x7f", Code::not_a_database, Code::not_a_database},
      {"-wal", "my notes", Code::not_a_database, Code::not_a_database},
      {"-journal", "", Code::ok, Code::ok},
      {"-journal", std::string(8, '\0') + "pages", Code::ok, Code::ok},
      {"-journal", "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7 and so on", Code::ok, Code::ok},
      {"-journal", "SQLite format 3", Code::not_a_database, Code::not_a_database},
      {"-shm", "", Code::ok, Code::ok},
      {"-shm", index, Code::ok, Code::ok},
      {"-shm", index.substr(0, 3), Code::ok, Code::ok},
      {"-shm", "my", Code::not_a_database, Code::not_a_database},
      {"-shm", std::string(32768, '\0'), Code::ok, Code::ok},
      {"-shm", "SQLite format 3", Code::not_a_database, Code::not_a_database},
  };
  for (const Row& row : rows) {
    CAPTURE(row.suffix);
    CAPTURE(row.bytes);
    const Folder folder;
    const std::string path = folder / "x.crm";
    write_bytes(path + row.suffix, row.bytes);
    CHECK(outcome_of([&] { require_own_companions(path); }).code == row.code_of_empty);
    write_bytes(path, "");
    CHECK(outcome_of([&] { require_own_companions(path); }).code == row.code_of_empty);
    write_bytes(path, "SQLite format 3");
    CHECK(outcome_of([&] { require_own_companions(path); }).code == row.code);
    CHECK(read_bytes(path + row.suffix) == row.bytes);
  }
}

}  // namespace
}  // namespace crmcore::sqlite
