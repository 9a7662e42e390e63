// Files that were damaged while nobody had them open: whatever changes a byte of what is told is refused when
// the file is opened or read, or named by verify. CRMCORE_DAMAGES and CRMCORE_DAMAGE_SEED make it longer.
#include <array>
#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <map>
#include <random>
#include <sqlite3.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "fault/damaged_archive.hpp"
#include "open_or_make.hpp"
#include "storage/sqlite/page_digest.hpp"

namespace crmcore::fault {
namespace {

constexpr std::size_t kDiskPage = 4096;

enum class Damage { flip, byte, zero_page, swap_pages, edit };
constexpr std::array<std::string_view, 5> kDamageNames = {"flipped bits", "bytes", "pages of zeros",
                                                          "swapped pages", "edited cells"};

std::string damage(const std::string& path, const std::string& whole, Damage kind, std::mt19937_64& random) {
  std::string bytes = whole;
  const std::size_t pages = whole.size() / kDiskPage;
  const std::size_t page = below(random, pages) * kDiskPage;
  switch (kind) {
    case Damage::flip:
      for (auto left = 1 + below(random, 3); left > 0; --left) {
        char& at = bytes[below(random, bytes.size())];
        at = static_cast<char>(at ^ (1 << below(random, 8)));
      }
      break;
    case Damage::byte:
      bytes[below(random, bytes.size())] = static_cast<char>(below(random, 256));
      break;
    case Damage::zero_page:
      bytes.replace(page, kDiskPage, kDiskPage, '\0');
      break;
    case Damage::swap_pages: {
      const std::size_t other = below(random, pages) * kDiskPage;
      bytes.replace(page, kDiskPage, whole, other, kDiskPage);
      bytes.replace(other, kDiskPage, whole, page, kDiskPage);
      break;
    }
    case Damage::edit:
      write_bytes(path, bytes);
      return edit(path, nullptr, random);
  }
  write_bytes(path, bytes);
  return std::string(kDamageNames[static_cast<std::size_t>(kind)]);
}

TEST_CASE("of 500 damages that change what is told, 499 are seen") {
  const WholeArchive whole = make_whole();
  const int wanted = damages();
  std::mt19937_64 random = damage_random();
  const Folder folder;
  const std::string path = folder / "damaged.crm";
  std::array<Counts, kDamageNames.size()> by_kind;
  Counts all;
  while (changed_in(all) < wanted) {
    const std::size_t kind = below(random, kDamageNames.size());
    const std::string done = damage(path, whole.bytes, static_cast<Damage>(kind), random);
    CAPTURE(done);
    const Sight sight = sight_of(path, whole.told);
    ++by_kind[kind][sight];
    ++all[sight];
    if (sight == Sight::unseen) MESSAGE("unseen: " << done);
  }
  for (std::size_t kind = 0; kind < kDamageNames.size(); ++kind)
    MESSAGE(kDamageNames[kind] << ": " << summary_of(by_kind[kind]));
  const int changed = changed_in(all);
  MESSAGE(changed << " damages changed what is told, " << 100.0 * (changed - all[Sight::unseen]) / changed
                  << " % of them were seen");
  CHECK(all[Sight::unseen] * 500 <= changed);
}

TEST_CASE("no copy is made of a page that was damaged") {
  const WholeArchive whole = make_whole();
  const Folder folder;
  const std::string path = folder / "damaged.crm";
  std::string bytes = whole.bytes;
  write_bytes(path, bytes);
  std::size_t page = 0;  // one that opening does not read
  {
    const auto reader = sqlite::Connection::open(path, sqlite::Role::reader, {}, storage::schema_version());
    page = static_cast<std::size_t>(sqlite::integer_of(
        *reader, "SELECT (rootpage - 1) FROM sqlite_schema WHERE name = 'manager_by_code'"));
    page *= kDiskPage;
  }
  bytes[page + kDiskPage / 2] = static_cast<char>(bytes[page + kDiskPage / 2] ^ 1);
  write_bytes(path, bytes);
  const Database database = open_or_make(path);
  Connection connection = connect_later(database);
  const std::string copy = folder / "copy.crm";
  Code code = Code::ok;
  try {
    connection.call("database.backup", R"({"path":")" + copy + R"("})");
  } catch (const Error& error) {
    code = error.code();
  }
  CHECK(code == Code::corrupt);
  CHECK(!std::filesystem::exists(copy));
  const Json fast = parse_json(connection.call("database.verify", R"({"mode":"fast"})"));
  CHECK(fast["left_out"] == parse_json(R"(["pages","tables","views"])"));
  const Json full = parse_json(connection.call("database.verify", "{}"));
  CHECK(full["is_ok"] == false);
  CHECK(full["left_out"].size() == 0);
  CHECK(full["damage"].size() > 0);
}

TEST_CASE("a block of a review that lies beyond all customers is told, and not all before it looked for") {
  const WholeArchive whole = make_whole();
  const Folder folder;
  const std::string path = folder / "damaged.crm";
  write_bytes(path, whole.bytes);
  {
    const auto writer = sqlite::Connection::open(path, sqlite::Role::writer, {}, storage::schema_version());
    writer->run(
        sqlite::Sql{"UPDATE review_block SET review_block = review_block + 10000000 "
                    "WHERE review_block = (SELECT max(review_block) FROM review_block)"});
  }
  const Database database = open_or_make(path);
  Connection connection = connect_later(database);
  std::string told;
  try {
    connection.call("grading.explain", R"({"scheme":"value","customer":"C1"})");
  } catch (const Error& error) {
    told = error.message();
  }
  CHECK(told.find("beyond all customers") != std::string::npos);
}

}  // namespace
}  // namespace crmcore::fault
