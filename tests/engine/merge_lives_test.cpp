// Whatever is posted, voided, merged and unmerged: the ledger is that of an archive in which those who are
// merged were one from the beginning.
#include <doctest/doctest.h>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "effort.hpp"
#include "told_views.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

// Postings, voids, merges and their reversals at random. What is posted is known by its place in `posted`.
class MergeLife {
 public:
  static constexpr int kCustomers = 8;

  explicit MergeLife(unsigned seed) : random_(seed) {
    std::vector<CustomerInput> customers;
    for (int i = 1; i <= kCustomers; ++i) customers.push_back(customer("C" + std::to_string(i), "Customer"));
    Archive(connection_).put(customers);
  }

  void step() {
    switch (pick(0, 5)) {
      case 0:
        return merge();
      case 1:
        return unmerge();
      case 2:
        return void_one();
      default:
        for (int i = pick(1, 4); i > 0; --i) post();
    }
  }
  bool is_as_if_posted_to_the_owners() {
    TempArchive archive;
    Connection other = archive.connect();
    std::vector<CustomerInput> customers;
    for (int i = 1; i <= kCustomers; ++i) customers.push_back(customer("C" + std::to_string(i), "Customer"));
    Archive(other).put(customers);
    for (const Posted& one : posted_) {
      if (!one.is_void) put(other, one, owner_of(one.customer));
    }
    const auto has_same = [&](const std::string& sql) {
      INFO(sql);
      CHECK(told(connection_, sql) == told(other, sql));
    };
    std::string present = "WHERE customer_id NOT IN (0";
    for (const auto& [gone, into] : merged_) present += ", " + std::to_string(gone);
    present += ")";
    has_same("SELECT * FROM ledger_month " + present);
    has_same("SELECT code, status, first_entry, last_entry FROM customer " + present);
    has_same("SELECT customer_id, date, amount, document, line FROM ledger_entry");
    for (int c = 1; c <= kCustomers; ++c)
      has_same("SELECT document, line FROM ledger_entry WHERE customer_id = " + std::to_string(c));
    CHECK(connection_
              .query("SELECT * FROM ledger_month WHERE NOT customer_id IN (SELECT customer_id FROM customer)")
              .drain_json() == "[]");
    return is_sound(connection_);
  }

 private:
  struct Posted {
    int customer;
    int day;
    std::int64_t amount;
    int document;
    int line;
    bool is_void = false;
  };

  int pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }

  int owner_of(int customer) const {
    const auto found = merged_.find(customer);
    return found == merged_.end() ? customer : owner_of(found->second);
  }

  void put(Connection& connection, const Posted& one, int customer) {
    EntryInput entry;
    entry.customer = CustomerId{customer};
    entry.date = Date{day("2023-01-01").days + one.day};
    entry.amount = Money{one.amount};
    const std::string document = "D" + std::to_string(one.document);
    entry.document = document;
    entry.line = one.line;
    Ledger(connection).post({"erp", "", {}}, std::span(&entry, 1));
  }

  void post() {
    // Few documents, so that customers who are merged share some.
    Posted one{pick(1, kCustomers), pick(0, 80), pick(1, 1000), pick(1, 12),
               static_cast<int>(posted_.size()) + 1};
    put(connection_, one, one.customer);
    one.customer = owner_of(one.customer);
    posted_.push_back(one);
  }

  void merge() {
    const int from = pick(1, kCustomers);
    const int into = owner_of(pick(1, kCustomers));
    if (merged_.contains(from) || from == into) return;
    connection_.call("archive.merge", dump_json({{"from", "C" + std::to_string(from)},
                                                 {"into", "C" + std::to_string(into)},
                                                 {"reason", "twice"},
                                                 {"otherwise", "into"}}));
    merged_[from] = into;
  }

  void unmerge() {
    for (const auto& [gone, into] : merged_) {
      if (merged_.contains(into) || pick(0, 1) == 0) continue;
      connection_.call("archive.unmerge",
                       dump_json({{"customer", "C" + std::to_string(gone)}, {"reason", "two"}}));
      merged_.erase(gone);
      return;
    }
  }

  void void_one() {
    if (posted_.empty()) return;
    Posted& one = posted_[static_cast<std::size_t>(pick(0, static_cast<int>(posted_.size()) - 1))];
    if (one.is_void) return;
    connection_.call("ledger.void", dump_json({{"source", "erp"},
                                               {"document", "D" + std::to_string(one.document)},
                                               {"line", one.line},
                                               {"reason", "wrong"}}));
    one.is_void = true;
  }

  std::mt19937 random_;
  TempArchive archive_;
  Connection connection_ = archive_.connect();
  std::vector<Posted> posted_;
  std::map<int, int> merged_;
};

}  // namespace

TEST_CASE("the ledger of merged customers is that of an archive in which they were one") {
  const int lives = effort(40);
  for (int seed = 1; seed <= lives; ++seed) {
    CAPTURE(seed);
    MergeLife life(static_cast<unsigned>(seed));
    for (int step = 0; step < 30; ++step) life.step();
    REQUIRE(life.is_as_if_posted_to_the_owners());
  }
}
