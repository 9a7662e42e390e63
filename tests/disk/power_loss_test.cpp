// Power is lost at every operation on the disk, and while what it left is opened: what was acknowledged is
// found, whole, and nothing that was not begun.
#include <algorithm>
#include <doctest/doctest.h>

#include "disk/archive_state.hpp"
#include "disk/memory_disk.hpp"
#include "effort.hpp"
#include "fault/small_archive.hpp"
#include "open_or_make.hpp"
#include "storage/sqlite/lock_note.hpp"

namespace crmcore::fault {
namespace {

constexpr std::uint64_t kVerifiedOneOf = 50;
constexpr std::uint64_t kInterruptedOneOf = 3;
constexpr std::int64_t kYearUs = 365LL * 86'400 * 1'000'000;

struct Plan {
  std::uint64_t seed;
  Durability durability;
  bool is_new;  // begins without a file
  int sessions = 3;
  int steps = 14;  // of each session
};

constexpr Plan kPlans[] = {
    {1, Durability::strict, true},
    {2, Durability::strict, false},
    {3, Durability::relaxed, false},
    {4, Durability::relaxed, true},
    // Long enough for the log to be copied into the file and begun anew.
    {5, Durability::strict, false, 1, 200},
};

// The head stands for every row that was ever written.
std::string state_of(const Database& database) {
  Connection connection = connect(database);
  const std::string sums = sums_of(connection);
  connection.begin();
  const std::string head = connection.call("database.head", "{}");
  connection.rollback();
  return database.base_currency() + head + sums;
}

// What was done: the operations on the disk, and after each step what the archive told.
struct Story {
  Plan plan;
  Files before;
  std::vector<DiskOperation> operations;
  std::size_t opened = 0;            // the operations when the first opening had ended
  std::vector<std::string> states;   // of 0 steps and more
  std::vector<std::string> locks;    // what the lock file said then
  std::vector<std::size_t> began;    // the operations when the next step began …
  std::vector<std::size_t> settled;  // … and when this one had been acknowledged
};

// One transaction.
void take_step(Connection& connection, std::mt19937_64& random, bool is_new, std::size_t number) {
  const std::string code = fmt::format("C{}", random() % 3);
  const std::string document = fmt::format("S{}", number);
  const std::size_t month = 6 + number / 28;
  const std::string day =
      fmt::format(R"("as_of":"{}-{:02}-{:02}")", 2024 + month / 12, 1 + month % 12, 1 + number % 28);
  switch (random() % (is_new ? 3 : 6)) {
    case 0:
      return put_customer(connection, code);
    case 1:
      connection.begin();
      put_customer(connection, fmt::format("N{}", number));
      post(connection, entry(fmt::format("N{}", number), document, 100));
      return connection.commit();
    case 2: {
      connection.begin();
      put_customer(connection, code);
      std::string entries;
      const std::size_t count = 1 + random() % 300;
      for (std::size_t i = 0; i < count; ++i) {
        entries += (i == 0 ? "" : ",") + entry(code, fmt::format("{}-{}", document, i), 7);
      }
      post(connection, entries);
      return connection.commit();
    }
    case 3:
      post(connection, entry(code, document, 1000));
      return;
    case 4:
      connection.call("grading.commit", R"({"scheme":"value","kind":"ad_hoc",)" + day + "}");
      return;
    default:
      connection.call("assignment.commit", R"({"policy":"service",)" + day + "}");
  }
}

class PowerLoss {
 public:
  explicit PowerLoss(const Plan& plan, Lie lie = Lie::none) {
    story_.plan = plan;
    if (!plan.is_new) {
      const MemoryDisk disk;
      {
        Connection connection = connect(open_or_make(path_));
        fill(connection, 3);
      }
      story_.before = disk.files();
    }
    tell(lie);
  }

  // Makes about so many images; gives what was wrong first, empty when nothing was.
  std::string wrong_of(std::uint64_t images) {
    Platter platter(story_.before);
    const std::uint64_t end = story_.operations.size();
    const std::uint64_t first_losses = images * 7 / 10;  // the others come of a second loss
    for (std::uint64_t done = 0; done < end;) {
      platter.apply(story_.operations[done]);
      const std::uint64_t each = first_losses * (done + 1) / end - first_losses * done / end;
      ++done;
      for (std::uint64_t image = 0; image < each; ++image) {
        std::seed_seq seeds{story_.plan.seed, done, image};
        std::mt19937_64 random(seeds);
        const std::string wrong = wrong_of(platter.image(random), done, random);
        if (wrong.empty()) continue;
        return fmt::format("seed {}, {}, {}, operation {} of {}, image {}: {}", story_.plan.seed,
                           story_.plan.durability == Durability::strict ? "strict" : "relaxed",
                           story_.plan.is_new ? "new" : "filled", done, end, image, wrong);
      }
    }
    return {};
  }

  std::uint64_t images() const { return images_; }
  std::uint64_t interrupted() const { return interrupted_; }
  std::size_t operations() const { return story_.operations.size(); }
  // How often the log was begun, by its header.
  std::ptrdiff_t logs() const {
    constexpr std::size_t kLogHeaderBytes = 32;
    return std::count_if(
        story_.operations.begin(), story_.operations.end(), [](const DiskOperation& operation) {
          return operation.kind == DiskOperation::Kind::write && operation.bytes.size() == kLogHeaderBytes;
        });
  }

 private:
  void tell(Lie lie) {
    MemoryDisk disk(story_.before, lie);
    std::mt19937_64 random(story_.plan.seed);
    OpenOptions options;
    options.durability = story_.plan.durability;
    options.base_currency = "EUR";
    for (int session = 0; session < story_.plan.sessions; ++session) {
      const Database database = open_or_make(path_, options);
      if (session == 0) {
        story_.opened = disk.operations().size();
        note(disk, database);
      }
      Connection connection = connect(database);
      connection.set_now(kNow + kYearUs);
      for (int step = 0; step < story_.plan.steps; ++step) {
        story_.began.push_back(disk.operations().size());
        take_step(connection, random, story_.plan.is_new, story_.states.size());
        note(disk, database);
      }
    }
    story_.operations = disk.operations();
  }

  void note(const MemoryDisk& disk, const Database& database) {
    story_.settled.push_back(disk.operations().size());
    story_.locks.push_back(read_bytes(path_ + ".lock"));
    story_.states.push_back(state_of(database));
  }

  // The steps that had been acknowledged, and those that had begun, after so many operations.
  std::size_t acknowledged(std::size_t done) const {
    const auto after = std::upper_bound(story_.settled.begin(), story_.settled.end(), done);
    return static_cast<std::size_t>(std::max<std::ptrdiff_t>(1, after - story_.settled.begin()) - 1);
  }
  std::size_t begun(std::size_t done) const {
    const auto after = std::lower_bound(story_.began.begin(), story_.began.end(), done);
    // A step that changes nothing does nothing on the disk.
    return std::max(static_cast<std::size_t>(after - story_.began.begin()), acknowledged(done));
  }

  // As the process that lost power had written it, in a machine that has been started again since.
  std::string lock_file_at(std::size_t done) const {
    auto note = sqlite::parse_lock_note(story_.locks[acknowledged(done)]);
    if (!note) return {};
    note->boot = "the boot before";
    const sqlite::LockNoteText text = sqlite::lock_note_text(*note);
    return {text.data(), text.size()};
  }

  std::string wrong_of(const Files& image, std::size_t done, std::mt19937_64& random) {
    ++images_;
    // The lock file is synced with nothing: it may be there or not. Where it is, opening checks every page.
    write_bytes(path_ + ".lock",
                random() % 4 != 0 || done < story_.settled.front() ? "" : lock_file_at(done));
    const MemoryDisk disk(image);
    const bool is_sample = random() % kVerifiedOneOf == 0;
    std::string wrong;
    try {
      const Database database = open_or_make(path_);
      wrong = wrong_in(state_of(database), done);
      if (wrong.empty() && is_sample) wrong = wrong_in_use(database);
    } catch (const std::exception& error) {
      wrong = fmt::format("it cannot be opened or read: {}", error.what());
    }
    if (!wrong.empty() || is_sample || disk.operations().empty() || random() % kInterruptedOneOf != 0)
      return wrong;
    ++interrupted_;
    return wrong_after_opening(image, disk.operations(), done, random);
  }

  // Power is lost once more while the image was opened, read and closed.
  std::string wrong_after_opening(const Files& image, const std::vector<DiskOperation>& operations,
                                  std::size_t done, std::mt19937_64& random) {
    Platter platter(image);
    const std::size_t end = 1 + random() % operations.size();
    for (std::size_t i = 0; i < end; ++i) platter.apply(operations[i]);
    const std::string wrong = wrong_of(platter.image(random), done, random);
    return wrong.empty() ? wrong : "after another loss while it was opened: " + wrong;
  }

  std::string wrong_in(const std::string& state, std::size_t done) const {
    const bool is_strict = story_.plan.durability == Durability::strict;
    const auto first =
        story_.states.begin() + static_cast<std::ptrdiff_t>(is_strict ? acknowledged(done) : 0);
    const auto last = story_.states.begin() + static_cast<std::ptrdiff_t>(begun(done));
    // The opening that made the file is a commit like another.
    const bool is_unborn =
        story_.plan.is_new && (!is_strict || done < story_.opened) && state.starts_with("CNY");
    if (!is_unborn && std::find(first, last + 1, state) == last + 1) {
      const auto found = std::find(story_.states.begin(), story_.states.end(), state);
      return fmt::format("{} to {} are allowed, it is {}: {}", first - story_.states.begin(),
                         last - story_.states.begin(),
                         found == story_.states.end() ? -1 : found - story_.states.begin(), state);
    }
    return {};
  }

  static std::string wrong_in_use(const Database& database) {
    Connection connection = connect(database);
    if (!is_verified(connection)) return connection.call("database.verify", "{}");
    put_customer(connection, "after");
    return is_verified(connection) ? std::string() : "it does not verify after a write";
  }

  Folder folder_;
  std::string path_ = folder_ / "power.crm";
  Story story_;
  std::uint64_t images_ = 0;
  std::uint64_t interrupted_ = 0;
};

TEST_CASE("what is left by a loss of power at any operation is what was acknowledged") {
  const auto wanted =
      static_cast<std::uint64_t>(testing::number_from("CRMCORE_IMAGES", testing::effort(20'000)));
  const auto first_seed = static_cast<std::uint64_t>(testing::number_from("CRMCORE_SEED", 0));
  for (Plan plan : kPlans) {
    plan.seed += first_seed;
    PowerLoss loss(plan);
    CHECK(loss.logs() >= 2);
    CHECK(loss.wrong_of(wanted / std::size(kPlans)) == "");
    MESSAGE("seed " << plan.seed << ": " << loss.operations() << " operations, " << loss.images()
                    << " images, of which " << loss.interrupted()
                    << " lost power again while they were opened");
  }
}

TEST_CASE("a disk or a setting that breaks its word is caught") {
  constexpr Lie kLies[] = {Lie::sync_off, Lie::no_sync_at_commit, Lie::lying_sync, Lie::lying_directory};
  for (const Lie lie : kLies) {
    CAPTURE(static_cast<int>(lie));
    PowerLoss loss({1, Durability::strict, true, 1, 6}, lie);
    const std::string wrong = loss.wrong_of(1000);
    CHECK(wrong != "");
    MESSAGE(loss.images() << " images: " << wrong);
  }
}

}  // namespace
}  // namespace crmcore::fault
