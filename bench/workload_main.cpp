// crmcore_workload check N        prints the digest and the shares of the workload with N customers,
//                                 and fails when a known size is not what it was
// crmcore_workload csv N DIR      writes customers.csv and entries.csv for the peers that read files
#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "workload.hpp"

namespace {

using bench::Entry;
using bench::EntryStream;
using bench::Workload;

constexpr std::size_t kChunk = 4096;

// FNV-1a, 64 bits: enough to notice that a byte changed.
class Fingerprint {
 public:
  void text(std::string_view value) noexcept {
    for (const char c : value) byte(static_cast<unsigned char>(c));
    byte(0);
  }
  void integer(std::int64_t value) noexcept {
    for (int shift = 0; shift < 64; shift += 8) {
      byte(static_cast<unsigned char>(static_cast<std::uint64_t>(value) >> shift));
    }
  }
  std::uint64_t value() const noexcept { return value_; }

 private:
  void byte(unsigned char c) noexcept { value_ = (value_ ^ c) * 0x100000001B3; }
  std::uint64_t value_ = 0xCBF29CE484222325;
};

struct Known {
  std::int64_t customers;
  std::uint64_t digest;
};
constexpr Known kKnown[] = {
    {10'000, 0x62820698f4501c9a}, {100'000, 0x69c0495b4346558e}, {1'000'000, 0xa87b94fb9bd0a47b}};

void add_static_parts(const Workload& workload, Fingerprint& print) {
  for (int i = 0; i < bench::kRegions; ++i) {
    const bench::Region region = bench::region(i);
    print.integer(region.parent);
    print.text(region.code);
    print.text(region.name);
  }
  for (std::int64_t id = 1; id <= workload.customers(); ++id) {
    const bench::Customer customer = workload.customer(id);
    print.text(customer.code);
    print.text(customer.name);
    for (const std::int64_t value :
         {std::int64_t{customer.region}, std::int64_t{customer.ownership}, std::int64_t{customer.industry},
          customer.assets, std::int64_t{customer.since_day}}) {
      print.integer(value);
    }
  }
  for (int number = 1; number <= workload.managers(); ++number) {
    const bench::Manager manager = workload.manager(number);
    print.text(manager.code);
    print.text(manager.name);
    print.integer(manager.level);
    print.integer(manager.span);
    for (const int node : manager.regions) print.integer(node);
    for (const int node : manager.industries) print.integer(node);
  }
}

struct Counts {
  std::vector<std::int32_t> entries;
  std::vector<std::int32_t> orders;
  std::int64_t revenue = 0;
  std::int64_t cost = 0;
};

Counts count_entries(const Workload& workload, Fingerprint& print) {
  const auto customers = static_cast<std::size_t>(workload.customers());
  Counts counts{std::vector<std::int32_t>(customers), std::vector<std::int32_t>(customers)};
  std::vector<Entry> chunk(kChunk);
  EntryStream stream(workload);
  while (const std::size_t filled = stream.next(chunk)) {
    for (const Entry& entry : std::span(chunk).first(filled)) {
      const auto at = static_cast<std::size_t>(entry.customer_id - 1);
      ++counts.entries[at];
      if (entry.line == 1) ++counts.orders[at];
      (entry.kind == bench::Kind::revenue ? counts.revenue : counts.cost) += entry.amount;
      for (const std::int64_t value :
           {entry.customer_id, entry.document, entry.amount, std::int64_t{entry.day},
            std::int64_t{entry.line}, static_cast<std::int64_t>(entry.kind)}) {
        print.integer(value);
      }
    }
  }
  return counts;
}

// Sorts `counts` and returns what part of all the largest 20 % make.
double top_share(std::vector<std::int32_t>& counts) {
  std::sort(counts.begin(), counts.end(), std::greater<>());
  std::int64_t top = 0;
  std::int64_t all = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    all += counts[i];
    if (i < counts.size() / 5) top += counts[i];
  }
  return static_cast<double>(top) / static_cast<double>(all);
}

int check(const Workload& workload) {
  Fingerprint print;
  add_static_parts(workload, print);
  Counts counts = count_entries(workload, print);
  std::int64_t orders = 0;
  for (const std::int32_t count : counts.orders) orders += count;
  const auto idle = std::count(counts.entries.begin(), counts.entries.end(), 0);
  const double entry_share = top_share(counts.entries);
  const double order_share = top_share(counts.orders);
  std::printf("customers         %" PRId64 ", without an entry %td\n", workload.customers(), idle);
  std::printf("entries           %" PRId64 " in %" PRId64 " documents\n", workload.entries(), orders);
  std::printf("top 20 %% make     %.1f %% of the orders, %.1f %% of the entries\n", 100 * order_share,
              100 * entry_share);
  std::printf("entries, median   %d, largest %d\n", counts.entries[counts.entries.size() / 2],
              counts.entries.front());
  std::printf("revenue, cost     %" PRId64 ", %" PRId64 " fen\n", counts.revenue, counts.cost);
  std::printf("digest            %016" PRIx64 "\n", print.value());
  for (const Known& known : kKnown) {
    if (known.customers != workload.customers() || known.digest == print.value()) continue;
    std::printf("FAILED: the digest was %016" PRIx64 "; results are no longer comparable\n", known.digest);
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}

struct CloseFile {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

File create(const std::string& path) {
  File file(std::fopen(path.c_str(), "w"));
  if (!file) {
    std::fprintf(stderr, "cannot write %s: %s\n", path.c_str(), std::strerror(errno));
    std::exit(EXIT_FAILURE);
  }
  return file;
}

int write_csv(const Workload& workload, const std::string& directory) {
  const File customers = create(directory + "/customers.csv");
  std::fprintf(customers.get(), "id,code,name,region,ownership,industry,assets,since_day\n");
  for (std::int64_t id = 1; id <= workload.customers(); ++id) {
    const bench::Customer c = workload.customer(id);
    std::fprintf(customers.get(), "%" PRId64 ",%s,%s,%d,%d,%d,%" PRId64 ",%d\n", c.id, c.code.c_str(),
                 c.name.c_str(), c.region, c.ownership, c.industry, c.assets, c.since_day);
  }
  const File entries = create(directory + "/entries.csv");
  std::fprintf(entries.get(), "customer_id,day,kind,amount,source_id,document,line\n");
  std::vector<Entry> chunk(kChunk);
  EntryStream stream(workload);
  char document[bench::kDocumentBytes];
  while (const std::size_t filled = stream.next(chunk)) {
    for (const Entry& e : std::span(chunk).first(filled)) {
      bench::write_document_code(e.document, document);
      std::fprintf(entries.get(), "%" PRId64 ",%d,%d,%" PRId64 ",1,%.*s,%d\n", e.customer_id, e.day,
                   static_cast<int>(e.kind), e.amount, static_cast<int>(sizeof document), document, e.line);
    }
  }
  return std::ferror(customers.get()) || std::ferror(entries.get()) ? EXIT_FAILURE : EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view job = argc > 2 ? argv[1] : "";
  const std::int64_t customers = argc > 2 ? std::strtoll(argv[2], nullptr, 10) : 0;
  if (customers > 0 && job == "check" && argc == 3) return check(Workload(customers));
  if (customers > 0 && job == "csv" && argc == 4) return write_csv(Workload(customers), argv[3]);
  std::fprintf(stderr, "usage: crmcore_workload check CUSTOMERS | csv CUSTOMERS DIRECTORY\n");
  return EXIT_FAILURE;
}
