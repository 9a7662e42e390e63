// Where the real data lies, and CSV tables out of it.
#pragma once

#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "base/csv.hpp"

namespace crmcore::classification {

using Table = std::vector<std::vector<std::string>>;

// Reads a CSV file without its header; nothing when the data is absent, which the test reports as skipped.
inline std::optional<Table> real_table(const std::string& name) {
  const char* folder = std::getenv("CRMCORE_TEST_DATA");
  const std::filesystem::path root =
      folder != nullptr ? folder : std::filesystem::path(CRMCORE_SOURCE_DIR) / "../shared/data";
  std::ifstream file(root / name, std::ios::binary);
  if (!file) {
    MESSAGE("SKIPPED: no " << (root / name).string());
    return std::nullopt;
  }
  csv::Reader reader([&](char* buffer, std::size_t size) {
    file.read(buffer, static_cast<std::streamsize>(size));
    return static_cast<std::size_t>(file.gcount());
  });
  Table table;
  reader.next();
  while (reader.next()) table.emplace_back(reader.fields().begin(), reader.fields().end());
  return table;
}

}  // namespace crmcore::classification
