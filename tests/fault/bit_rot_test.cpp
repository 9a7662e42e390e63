// Bits of the file or of its log flip: an error or an alarm of verify, or nothing that anybody could see;
// never a crash. What changes unseen is counted and reported.
#include <doctest/doctest.h>
#include <random>

#include "effort.hpp"
#include "fault/small_archive.hpp"
#include "open_or_make.hpp"

namespace crmcore::fault {
namespace {

constexpr int kImages = 500;

struct Image {
  std::string file;
  std::string log;
  std::string contents;
};

enum class Outcome { harmless, refused, alarmed, earlier, unseen };

void flip(std::string& bytes, std::mt19937& random) {
  for (auto left = 1 + random() % 3; left > 0; --left) {
    const std::size_t at = random() % bytes.size();
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8));
  }
}

// Opens the damaged file and does a bit of everything with it.
Outcome outcome_of(const std::string& path, const Image& image, bool is_log) {
  try {
    const Database database = open_or_make(path);
    Connection connection = connect(database);
    if (!is_verified(connection)) return Outcome::alarmed;
    const std::string found = contents(connection);
    post(connection, entry("C1", "after", 5));
    connection.call("grading.preview", R"({"scheme":"value","as_of":"2024-07-01","kind":"ad_hoc"})");
    connection.call("grading.explain", R"({"scheme":"value","customer":"C1"})");
    connection.call("assignment.preview", R"({"policy":"service","as_of":"2024-07-01"})");
    if (found == image.contents) return Outcome::harmless;
    return is_log && found.size() < image.contents.size() ? Outcome::earlier : Outcome::unseen;
  } catch (const Error& error) {
    CHECK(error.code() != Code::internal);
    return Outcome::refused;
  }
}

// The file as it was closed, or as it and its log stood while it was open.
Image image_of(bool is_open) {
  const Folder folder;
  const std::string path = folder / "whole.crm";
  Image image;
  {
    const Database database = open_or_make(path);
    Connection connection = connect(database);
    fill(connection, 30);
    image.contents = contents(connection);
    if (is_open) image.file = read_bytes(path), image.log = read_bytes(path + "-wal");
  }
  if (!is_open) image.file = read_bytes(path);
  return image;
}

TEST_CASE("flipped bits are refused, alarm or harm nothing") {
  const int count = testing::effort(kImages);
  const Image closed = image_of(false);
  const Image open = image_of(true);
  REQUIRE(open.log.size() > 10'000);
  int counts[5] = {};
  for (int seed = 0; seed < count; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    const bool is_log = seed % 5 == 4;
    Image damaged = is_log ? open : closed;
    flip(is_log ? damaged.log : damaged.file, random);
    const Folder folder;
    const std::string path = folder / "rotten.crm";
    write_bytes(path, damaged.file);
    if (is_log) write_bytes(path + "-wal", damaged.log);
    ++counts[static_cast<int>(outcome_of(path, is_log ? open : closed, is_log))];
  }
  const auto of = [&](Outcome outcome) { return counts[static_cast<int>(outcome)]; };
  const int harmful = count - of(Outcome::harmless) - of(Outcome::earlier);
  MESSAGE(count << " images: " << of(Outcome::harmless) << " without effect, " << of(Outcome::refused)
                << " refused, " << of(Outcome::alarmed) << " alarms, " << of(Outcome::earlier)
                << " logs that end earlier, " << of(Outcome::unseen) << " unseen; detection rate "
                << 100.0 * (harmful - of(Outcome::unseen)) / harmful << " %");
  CHECK(of(Outcome::refused) + of(Outcome::alarmed) > of(Outcome::unseen));
}

}  // namespace
}  // namespace crmcore::fault
