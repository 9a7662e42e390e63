// Workload W of performance.md: customers, ledger entries and managers, made from a seed.
// Only integer arithmetic is used, so that every machine makes the same bytes. Customers and managers
// are computed from their index; entries are a stream. Nothing is kept in memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

inline constexpr std::uint64_t kSeed = 20250101;
inline constexpr std::int64_t kCustomersOfW = 1'000'000;
inline constexpr int kEntriesPerCustomer = 10;
inline constexpr int kMonths = 36;
inline constexpr std::int32_t kFirstDay = 18993;  // 2022-01-01
inline constexpr std::int32_t kEndDay = 20089;    // 2025-01-01, the day after the last entry
inline constexpr std::int32_t kFirstMonth = 2022 * 12;
inline constexpr std::int32_t kEndMonth = kFirstMonth + kMonths;
inline constexpr std::string_view kSource = "billing";

// 30 provinces, 300 cities, 2,670 counties: 3,000 nodes of three levels. Index 0 to 2,999, parents first.
inline constexpr int kProvinces = 30;
inline constexpr int kCities = 300;
inline constexpr int kCounties = 2670;
inline constexpr int kRegions = kProvinces + kCities + kCounties;

inline constexpr std::array<std::string_view, 6> kOwnerships = {"state",       "collective",    "private",
                                                                "joint-stock", "joint-venture", "foreign"};
inline constexpr int kIndustries = 20;  // the sections A to T of GB/T 4754

// Months since year 0: year * 12 + month - 1, as crmcore counts them.
std::int32_t month_of(std::int32_t day) noexcept;

struct Region {
  int parent = -1;   // index; -1 for a province
  std::string code;  // "110000", "110100", "110101"
  std::string name;
};

struct Customer {
  std::int64_t id = 0;  // dense from 1 in the order of loading
  std::string code;     // "C0000001"
  std::string name;
  int region = 0;              // index of a county
  int ownership = 0;           // index into kOwnerships
  int industry = 0;            // 0 to kIndustries - 1
  std::int64_t assets = 0;     // total assets in fen
  std::int32_t since_day = 0;  // before the first entry of the ledger
};

enum class Kind : std::int32_t { revenue = 0, cost = 1 };  // values of crmcore::EntryKind

struct Entry {
  std::int64_t customer_id = 0;
  std::int64_t document = 0;  // number from 1 in order; see document_code
  std::int64_t amount = 0;    // fen
  std::int32_t day = 0;       // days since 1970-01-01
  std::int32_t line = 0;      // 1 to n within the document
  Kind kind = Kind::revenue;
};

struct Manager {
  std::string code;  // "M0001"
  std::string name;
  int level = 0;                // 0 ordinary, 1 advanced, 2 senior
  std::vector<int> regions;     // indices of provinces and cities served
  std::vector<int> industries;  // served
  int span = 0;                 // customers
};

class Workload {
 public:
  // `customers` is 1,000,000 for W, 100,000 for W/10, 10,000 for W/100.
  explicit Workload(std::int64_t customers, std::uint64_t seed = kSeed);

  std::int64_t customers() const noexcept { return customers_; }
  std::int64_t entries() const noexcept { return customers_ * kEntriesPerCustomer; }
  int managers() const noexcept { return customers_ < 10'000 ? 10 : static_cast<int>(customers_ / 1'000); }

  Customer customer(std::int64_t id) const;  // 1 to customers()
  Manager manager(int number) const;         // 1 to managers()
  std::uint64_t seed() const noexcept { return seed_; }

 private:
  std::int64_t customers_;
  std::uint64_t seed_;
};

Region region(int index);

// Fixed width, so that the order of documents is the order of their codes: "INV-00000001".
std::string document_code(std::int64_t number);
// Without allocation: writes 12 bytes.
inline constexpr std::size_t kDocumentBytes = 12;
void write_document_code(std::int64_t number, char* out) noexcept;

// A uniform generator (splitmix64), reproducible anywhere. Draw in statements of their own: compilers differ
// in the order in which they evaluate operands.
class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept : state_(seed) {}
  std::uint64_t bits() noexcept;
  // Uniform in [0, limit).
  std::int64_t below(std::int64_t limit) noexcept;

 private:
  std::uint64_t state_;
};

// Draws ranks 0 to n - 1 with a probability that falls as (rank + 1)^-0.8.
// The distribution function of x^-0.8 is x^0.2, so that its inverse is a fifth power: exact in integers,
// no table. A rank is x rounded, which agrees with the discrete law to within 8 % at the first rank.
class Zipf {
 public:
  explicit Zipf(std::int64_t n) noexcept;
  std::int64_t draw(Random& random) const noexcept;

 private:
  std::int64_t n_;
  std::uint64_t low_;  // fixed point with 32 binary digits
  std::uint64_t high_;
};

// The ledger's entries in posting order.
class EntryStream {
 public:
  explicit EntryStream(const Workload& workload);
  // Fills `out` as far as there are entries; returns how many, 0 at the end.
  std::size_t next(std::span<Entry> out);

 private:
  void begin_document();

  std::int64_t entries_;
  std::int64_t customers_;
  std::int64_t stride_;  // scatters ranks over ids
  std::uint64_t seed_;
  Zipf zipf_;
  Random random_;
  std::int64_t made_ = 0;
  std::int32_t lines_left_ = 0;
  std::int64_t revenue_ = 0;  // of the document so far
  Entry current_;
};

}  // namespace bench
