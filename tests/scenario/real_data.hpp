// Where the real data lies, and readers of it as byte sources.
#pragma once

#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <zlib.h>

#include "crmcore/archive.hpp"

namespace crmcore::testing {

// The path of a file of ../shared/data; nothing when it is absent, which is reported as skipped.
inline std::optional<std::filesystem::path> real_file(const std::string& name) {
  const char* folder = std::getenv("CRMCORE_TEST_DATA");
  const std::filesystem::path root =
      folder != nullptr ? folder : std::filesystem::path(CRMCORE_SOURCE_DIR) / "../shared/data";
  if (std::filesystem::exists(root / name)) return root / name;
  MESSAGE("SKIPPED: no " << (root / name).string());
  return std::nullopt;
}

inline ByteSource gzip_source(const std::filesystem::path& path) {
  const std::shared_ptr<gzFile_s> file(gzopen(path.c_str(), "rb"), gzclose);
  return [file](char* buffer, std::size_t size) {
    return static_cast<std::size_t>(gzread(file.get(), buffer, static_cast<unsigned>(size)));
  };
}

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace crmcore::testing
