// An archive in a temporary directory, for tests of the engine.
#pragma once

#include <filesystem>
#include <string>
#include <unistd.h>

#include "crmcore/archive.hpp"
#include "crmcore/classification.hpp"
#include "crmcore/database.hpp"
#include "crmcore/ledger.hpp"

#include "open_or_make.hpp"

namespace crmcore::testing {

class TempDirectory {
 public:
  TempDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "crmcore-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TempDirectory() { std::filesystem::remove_all(path_); }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;

  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// 2024-01-15 12:00 UTC: tests do not ask the machine what time it is.
inline constexpr std::int64_t kTestNow = 1'705'320'000'000'000;

class TempArchive {
 public:
  explicit TempArchive(const OpenOptions& options = {}) : database_(open_or_make(path(), options)) {}

  std::string path() const { return directory_.file("archive.crm"); }
  Database& database() { return database_; }
  Connection connect() {
    Connection connection = database_.connect();
    connection.set_now(kTestNow);
    connection.set_actor("test");
    return connection;
  }

 private:
  TempDirectory directory_;
  Database database_;
};

inline Date day(std::string_view iso) {
  return parse_date(iso).value();
}

inline CustomerInput customer(std::string code, std::string name) {
  CustomerInput input;
  input.code = std::move(code);
  input.name = std::move(name);
  return input;
}

// A tree of branches without parents, one by each letter.
inline void define_branches(Connection& connection, std::string_view letters) {
  Classification classification(connection);
  AxisInput axis;
  axis.code = "branch";
  axis.name = "Branch";
  axis.kind = "tree";
  classification.define_axis(axis);
  std::vector<NodeInput> nodes(letters.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) nodes[i].name = nodes[i].code = std::string(1, letters[i]);
  classification.put_nodes("branch", nodes);
}

}  // namespace crmcore::testing
