// Customers live at random; their creation is told as it was told at first, whatever happened since, and the
// trees are those that a second reading of docs/journal.md gives.
#include <doctest/doctest.h>
#include <map>
#include <random>
#include <set>

#include "archive_fixture.hpp"
#include "base/digest.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "storage/sqlite/connection.hpp"
#include "storage/sqlite_files.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

constexpr int kCustomers = 60;
constexpr const char* kRegions[] = {"CN", "BJ", "SH", ""};

void define(Connection& connection) {
  connection.call("classification.define_ready_made", "{}");
  connection.call("classification.put_nodes",
                  R"({"axis":"region","nodes":[{"code":"CN","name":"中国"},
                      {"code":"BJ","name":"北京","parent":"CN"},{"code":"SH","name":"上海","parent":"CN"}]})");
  connection.call("archive.define_attribute", R"({"code":"staff","name":"Staff","type":"integer"})");
  connection.call("archive.define_attribute", R"({"code":"motto","name":"Motto","type":"text"})");
}

// Something of a customer, who is made when it is not there.
std::string random_customer(std::mt19937& random, std::uint64_t number) {
  std::string json = fmt::format(R"({{"code":"K{:02}","name":"Name {}\"王")", number, random() % 3);
  if (random() % 2) json += fmt::format(R"(,"short_name":"{}")", random() % 2 ? "short" : "");
  if (random() % 2) json += fmt::format(R"(,"since":"2020-01-0{}")", 1 + random() % 9);
  if (random() % 2) json += fmt::format(R"(,"classes":{{"region":"{}"}})", kRegions[random() % 4]);
  if (random() % 2) {
    json += R"(,"attributes":{)";
    const bool has_motto = random() % 2;
    if (has_motto) json += fmt::format(R"("motto":{{"value":"m{}"}})", random() % 3);
    if (!has_motto || random() % 2)
      json += fmt::format(R"({}"staff":{{"value":{}}})", has_motto ? "," : "", random() % 500);
    json += "}";
  }
  if (random() % 3 == 0)
    json += fmt::format(R"(,"contacts":[{{"contact_no":{},"name":"c{}"}}])", 1 + random() % 12, random() % 3);
  return json + "}";
}

std::map<std::int64_t, std::string> creations(Connection& connection) {
  std::map<std::int64_t, std::string> told;
  for (const Change& change : connection.changes(0, 10'000)) {
    if (change.kind == "customer.created") told[change.customer.value] = change.body;
  }
  return told;
}

// A reading of docs/journal.md of its own: every digest of the file, from its rows and what is told of new
// customers.
class SecondReading {
 public:
  explicit SecondReading(const std::string& path)
      : db_(sqlite::Connection::open(path, sqlite::Role::reader, {}, INT32_MAX)) {}

  void check(const std::map<std::int64_t, std::string>& created) {
    std::vector<Digest> links;
    std::int64_t change_last = 0;
    const std::string digits = sqlite::text_of(*db_, "SELECT archive FROM identity");
    std::string archive;
    for (std::size_t i = 0; i < digits.size(); i += 2)
      archive += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
    auto rows = db_->prepare(
        "SELECT id, at_us, actor, change_last, entry_last, changes, entries, node FROM audit ORDER BY id");
    while (rows.step()) {
      const auto leaves = leaves_of(change_last + 1, rows.integer(3), created);
      CHECK(hex(tree(leaves, 0, leaves.size())) == hex(rows.bytes<32>(5)));
      change_last = rows.integer(3);
      links.push_back(hash(std::string(1, '\0') + archive + varint(rows.integer(0)) +
                           varint(rows.integer(1)) + varint(change_last) + varint(rows.integer(4)) +
                           raw(rows.bytes<32>(5)) + raw(rows.bytes<32>(6)) + rows.string(2)));
      std::size_t complete = links.size() & (~links.size() + 1);
      CHECK(hex(tree(links, links.size() - complete, complete)) == hex(rows.bytes<32>(7)));
    }
    head_ = hex(tree(links, 0, links.size()));
    CHECK(links.size() > 1);
  }
  const std::string& head() const { return head_; }

 private:
  static std::string raw(const Digest& digest) { return std::string(digest.begin(), digest.end()); }
  static std::string hex(const Digest& digest) { return to_hex(digest); }
  static Digest hash(const std::string& bytes) { return digest_of(bytes); }
  static std::string varint(std::int64_t number) {
    std::string bytes;
    for (; number >= 128; number /= 128) bytes.push_back(static_cast<char>(128 + number % 128));
    bytes.push_back(static_cast<char>(number));
    return bytes;
  }
  static Digest tree(const std::vector<Digest>& leaves, std::size_t first, std::size_t count) {
    if (count == 0) return hash({});
    if (count == 1) return leaves[first];
    std::size_t left = 1;
    while (2 * left < count) left *= 2;
    return hash("\1" + raw(tree(leaves, first, left)) + raw(tree(leaves, first + left, count - left)));
  }
  std::string seed(std::int64_t kind, std::int64_t subject) {
    auto row = db_->prepare("SELECT seed FROM salt WHERE subject_kind = ?1 AND block = ?2");
    row.bind(1, kind).bind(2, subject / 1024);
    REQUIRE(row.step());
    return raw(row.bytes<32>(0));
  }
  Digest leaf(std::int64_t seq, std::int64_t kind, std::int64_t subject_kind, std::int64_t subject,
              std::int64_t previous, const std::string& text) {
    const std::string salt = raw(hash(seed(subject_kind, subject) + varint(seq))).substr(0, 16);
    return hash(std::string(1, '\0') + varint(seq) + varint(kind) + varint(subject_kind) + varint(subject) +
                varint(previous) + raw(hash(salt + varint(seq) + text)));
  }
  std::vector<Digest> leaves_of(std::int64_t first, std::int64_t last,
                                const std::map<std::int64_t, std::string>& created) {
    std::vector<Digest> leaves;
    auto rows = db_->prepare(
        "SELECT seq, kind, subject_kind, subject, previous, count, body FROM change "
        "WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq");
    rows.bind(1, first).bind(2, last);
    while (rows.step()) {
      const std::int64_t seq = rows.integer(0);
      const std::int64_t count = rows.integer(5);
      for (std::int64_t i = 0; i < count; ++i) {
        const std::int64_t subject = rows.integer(3) + i;
        leaves.push_back(leaf(seq - count + 1 + i, rows.integer(1), rows.integer(2), subject, rows.integer(4),
                              rows.integer(1) == 1 ? created.at(subject) : rows.string(6)));
      }
    }
    return leaves;
  }

  std::unique_ptr<sqlite::Connection> db_;
  std::string head_;
};

}  // namespace

TEST_CASE("a creation is told as it was, whatever happened since") {
  std::mt19937 random(20261128);
  TempArchive archive;
  Connection connection = archive.connect();
  define(connection);
  std::map<std::int64_t, std::string> first;
  for (int round = 0; round < 120; ++round) {
    const bool is_together = random() % 3 == 0;
    if (is_together) connection.begin();
    for (auto puts = 1 + random() % 3; puts > 0; --puts) {
      std::string list;
      std::set<std::uint64_t> numbers;
      for (auto left = 1 + random() % 5; left > 0; --left) numbers.insert(random() % kCustomers);
      for (const std::uint64_t number : numbers)
        list += (list.empty() ? "" : ",") + random_customer(random, number);
      connection.call("archive.put", "{\"customers\":[" + list + "]}");
    }
    if (is_together) {
      random() % 4 == 0 ? connection.rollback() : connection.commit();
    }
    const auto told = creations(connection);
    for (const auto& [customer, body] : first) CHECK(told.at(customer) == body);
    first = told;
  }
  CHECK(first.size() > kCustomers / 2);
  CHECK(parse_json(connection.verify(false))["is_ok"] == true);

  // Every change is found by its customer too, and the subject's change before is the one before.
  std::map<std::int64_t, std::vector<std::int64_t>> by_customer;
  for (const Change& change : connection.changes(0, 10'000))
    by_customer[change.customer.value].push_back(change.seq);
  for (const auto& [customer, body] : first) {
    Rows rows =
        connection.query(fmt::format("SELECT seq, body FROM change_log WHERE customer_id = {}", customer));
    std::vector<std::int64_t> seqs;
    while (rows.next()) {
      if (seqs.empty()) CHECK(rows.text(1) == body);
      seqs.push_back(rows.integer(0));
    }
    CHECK(seqs == by_customer[customer]);
    auto stored = sqlite::Connection::open(archive.path(), sqlite::Role::reader, {}, INT32_MAX);
    auto previous = stored->prepare(
        "SELECT seq, previous FROM change WHERE subject_kind = 1 AND subject = ?1 "
        "AND kind <> 1 ORDER BY seq");
    previous.bind(1, customer);
    for (std::size_t i = 1; previous.step(); ++i) {
      CHECK(previous.integer(0) == seqs[i]);
      CHECK(previous.integer(1) == seqs[i - 1]);
    }
  }
  SecondReading reading(archive.path());
  reading.check(first);
  CHECK(parse_json(connection.call("database.head", "{}"))["head"] == Json(reading.head()));
}

TEST_CASE("changes are read from any number, through the view as through the API") {
  TempArchive archive;
  Connection connection = archive.connect();
  std::string list;
  for (int i = 0; i < 5000; ++i)
    list += fmt::format(R"({}{{"code":"K{}","name":"n"}})", i == 0 ? "" : ",", i);
  connection.call("archive.put", "{\"customers\":[" + list + "]}");
  connection.call("archive.put", R"({"customers":[{"code":"K7","name":"m"},{"code":"new","name":"n"}]})");
  for (const std::int64_t after : {0, 1, 4094, 4095, 4096, 4097, 4999, 5000, 5001, 5002}) {
    CAPTURE(after);
    const auto changes = connection.changes(after, 3);
    CHECK(std::ssize(changes) == std::min<std::int64_t>(3, 5002 - after));
    Rows rows = connection.query(fmt::format(
        "SELECT seq, body, customer_id FROM change_log WHERE seq > {} ORDER BY seq LIMIT 3", after));
    for (std::size_t i = 0; i < changes.size(); ++i) {
      CHECK(changes[i].seq == after + 1 + static_cast<std::int64_t>(i));
      REQUIRE(rows.next());
      CHECK(rows.integer(0) == changes[i].seq);
      CHECK(rows.text(1) == changes[i].body);
      CHECK(rows.integer(2) == changes[i].customer.value);
    }
    CHECK_FALSE(rows.next());
  }
  CHECK(connection.query("SELECT seq FROM change_log WHERE seq = 4096").drain_json() == R"([{"seq":4096}])");
  CHECK(connection
            .query("SELECT count(*) AS n FROM change_log WHERE seq BETWEEN 10 AND 19 AND customer_id > 12")
            .drain_json() == R"([{"n":7}])");
  CHECK(connection.query("SELECT max(seq) AS n FROM change_log WHERE seq < 4.5").drain_json() ==
        R"([{"n":4}])");
  CHECK(connection.query("SELECT count(*) AS n FROM change_log WHERE seq < 'x'").drain_json() ==
        R"([{"n":5002}])");
  CHECK(connection.query("SELECT seq FROM change_log ORDER BY seq DESC LIMIT 1").drain_json() ==
        R"([{"seq":5002}])");
  CHECK(parse_json(connection.verify(false))["is_ok"] == true);
}
