// Makes the schema in an empty file and writes its digest as a C++ source: what a file's own schema is
// compared with when it is opened. Run by the build.
#include <cstdio>
#include <filesystem>
#include <string>

#include "storage/migrations.hpp"

int main(int count, char** arguments) {
  if (count != 2) return 2;
  const std::string file = std::string(arguments[1]) + ".db";
  std::filesystem::remove(file);
  std::string digest;
  {
    auto db = crmcore::sqlite::Connection::open(file, crmcore::sqlite::Role::writer, {},
                                                crmcore::storage::schema_version());
    crmcore::storage::migrate(*db, 0);
    digest = crmcore::storage::schema_digest(*db);
  }
  std::filesystem::remove(file);
  std::FILE* out = std::fopen(arguments[1], "w");
  if (out == nullptr) return 1;
  std::fprintf(
      out,
      "#include \"engine/core/file.hpp\"\n\nnamespace crmcore::engine {\n\n"
      "std::string_view own_schema_digest() noexcept { return \"%s\"; }\n\n}  // namespace crmcore::engine\n",
      digest.c_str());
  return std::fclose(out);
}
