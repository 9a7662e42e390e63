// A file that somebody changed: the input's first byte says whether the file or its log, the rest are places
// (3 bytes) and what stands there (1 byte). Opening, reading and writing end well or with an error.
#include "fuzz/target.hpp"
#include "open_or_make.hpp"

using namespace crmcore;

namespace {

struct Image {
  std::string file;
  std::string log;
};

Image good_image() {
  const fault::Folder folder;
  const std::string path = folder / "good.crm";
  const Database database = open_or_make(path);
  Connection connection = fault::connect(database);
  fault::fill(connection, 4);
  return {fault::read_bytes(path), fault::read_bytes(path + "-wal")};
}

void apply(std::string& bytes, std::string_view changes) {
  const auto byte = [&](std::size_t at) { return std::size_t{static_cast<unsigned char>(changes[at])}; };
  for (std::size_t at = 0; at + 4 <= changes.size(); at += 4) {
    const std::size_t place = byte(at) << 16 | byte(at + 1) << 8 | byte(at + 2);
    bytes[place % bytes.size()] = changes[at + 3];
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Image good = good_image();
  static const fault::Folder folder;
  std::string_view changes = fuzz::text_of(data, size);
  if (changes.empty()) return 0;
  const bool is_log = changes.front() % 2 != 0;
  changes.remove_prefix(1);
  Image image = good;
  apply(is_log ? image.log : image.file, changes);
  const std::string path = folder / "hostile.crm";
  fault::write_bytes(path, image.file);
  fault::write_bytes(path + "-wal", image.log);
  try {
    const Database database = open_or_make(path);
    Connection connection = fault::connect(database);
    int asked = 0;
    connection.set_progress([&](std::int64_t, std::int64_t) { return ++asked > 100; });
    fault::contents(connection);
    fault::is_verified(connection);
    fault::post(connection, fault::entry("C1", "after", 5));
    connection.call("grading.preview", R"({"scheme":"value","as_of":"2024-07-01","kind":"ad_hoc"})");
    connection.call("assignment.preview", R"({"policy":"service","as_of":"2024-07-01"})");
  } catch (const Error& error) {
    if (error.code() == Code::internal) fuzz::report(error.what());
  }
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) std::filesystem::remove(path + suffix);
  return 0;
}
