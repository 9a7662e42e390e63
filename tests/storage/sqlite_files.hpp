// Files for the tests of storage/sqlite: a folder that goes away, bytes, connections, codes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdlib.h>
#include <string>

#include "crmcore/error.hpp"

#include "storage/sqlite/connection.hpp"

namespace crmcore::sqlite {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "crmcore-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline std::string read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

inline constexpr std::int32_t kSchemaVersionMax = 7;

inline std::unique_ptr<Connection> open_writer(const std::string& path, const OpenOptions& options = {}) {
  return Connection::open(path, Role::writer, options, kSchemaVersionMax);
}

inline std::unique_ptr<Connection> open_reader(const std::string& path, const OpenOptions& options = {}) {
  return Connection::open(path, Role::reader, options, kSchemaVersionMax);
}

// The code and message that `call` ends with; ok when it ends well.
struct Outcome {
  Code code = Code::ok;
  std::string message;
};

template <class Call>
Outcome outcome_of(Call&& call) {
  try {
    call();
    return {};
  } catch (const Error& error) {
    return {error.code(), error.message()};
  }
}

inline std::int64_t integer_of(Connection& connection, std::string_view sql) {
  Statement statement = connection.prepare(sql);
  return statement.step() ? statement.integer(0) : -1;
}

inline std::string text_of(Connection& connection, std::string_view sql) {
  Statement statement = connection.prepare(sql);
  return statement.step() ? std::string(statement.text(0)) : std::string();
}

}  // namespace crmcore::sqlite
