#include "storage/sqlite/row_insert.hpp"

#include <doctest/doctest.h>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "storage/sqlite/transaction.hpp"
#include "storage/sqlite_files.hpp"

namespace crmcore::sqlite {
namespace {

constexpr Sql kMakePeople{
    "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL, born INTEGER, photo BLOB) STRICT"};
constexpr Sql kPeople{"SELECT id, name, born, photo FROM person ORDER BY id"};
constexpr Sql kCountPeople{"SELECT count(*) FROM person"};
constexpr RowsSql kPersonRows{"person", "id, name, born, photo"};
constexpr RowsSql kPersonUpserts{"person", "id, name, born, photo",
                                 "ON CONFLICT (id) DO UPDATE SET name = excluded.name"};

struct People {
  Folder folder;
  std::unique_ptr<Connection> db = open_writer(folder / "x.crm");
  WriteTransaction write{*db};
  People() { db->run(kMakePeople); }
  std::int64_t count() const {
    auto row = db->use(kCountPeople);
    row.step();
    return row.integer(0);
  }
};

std::string name_of(std::size_t id) {
  return std::string(id % 7, 'x') + "王" + std::to_string(id);
}

TEST_CASE("the table holds the same rows, whatever their number") {
  for (const std::size_t count : {0U, 1U, 15U, 16U, 17U, 31U, 32U, 100U}) {
    CAPTURE(count);
    People people;
    RowInsert rows(*people.db, kPersonRows);
    for (std::size_t id = 1; id <= count; ++id) {
      const std::vector<std::uint8_t> photo(id % 3, static_cast<std::uint8_t>(id));
      const auto born = id % 2 == 0 ? std::optional(Date{static_cast<std::int32_t>(id)}) : std::nullopt;
      rows.add(static_cast<std::int64_t>(id), name_of(id), born, std::span(photo));
      CHECK(rows.pending() == id % kRowsTogether);
      CHECK(people.count() == static_cast<std::int64_t>(id - rows.pending()));
    }
    rows.flush();
    CHECK(rows.pending() == 0);
    auto row = people.db->use(kPeople);
    for (std::size_t id = 1; id <= count; ++id) {
      REQUIRE(row.step());
      CHECK(row.integer(0) == static_cast<std::int64_t>(id));
      CHECK(row.text(1) == name_of(id));
      CHECK(row.is_null(2) == (id % 2 == 1));
      if (id % 2 == 0) CHECK(row.date(2).days == static_cast<std::int32_t>(id));
      CHECK(row.blob(3).size() == id % 3);
    }
    CHECK_FALSE(row.step());
  }
}

TEST_CASE("rows that are there are updated when the table says so, and refused else") {
  People people;
  RowInsert upserts(*people.db, kPersonUpserts);
  for (std::int64_t round = 0; round < 2; ++round) {
    for (std::int64_t id = 1; id <= 20; ++id)
      upserts.add(id, round == 0 ? "old" : "new", std::nullopt, std::nullopt);
    upserts.flush();
  }
  CHECK(people.count() == 20);
  auto row = people.db->use(kPeople);
  while (row.step()) CHECK(row.text(1) == "new");

  RowInsert inserts(*people.db, kPersonRows);
  inserts.add(std::int64_t{20}, "again", std::nullopt, std::nullopt);
  CHECK_THROWS_AS(inserts.flush(), Error);
  inserts.clear();
  inserts.add(std::int64_t{21}, "more", std::nullopt, std::nullopt);
  inserts.flush();
  CHECK(people.count() == 21);
}

constexpr Sql kMakeSeats{
    "CREATE TABLE seat (id INTEGER PRIMARY KEY, row INTEGER NOT NULL, name TEXT NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX seat_by_key ON seat (row, name)"};
constexpr Sql kSeats{"SELECT id, row, name FROM seat ORDER BY id"};
constexpr RowsSql kSeatRows{"seat", "row, name"};

struct Seat {
  std::int64_t row;
  std::string name;
};

std::size_t insert_seats(RowInsert& rows, std::span<const Seat> seats) {
  return rows.insert_until_taken(seats,
                                 [](const Seat& seat, RowBinder& values) { values(seat.row, seat.name); });
}

TEST_CASE("rows go in until one is taken, with ids that leave no gap") {
  for (const std::size_t count : {1U, 2U, 15U, 16U, 17U, 40U, 64U}) {
    for (std::size_t taken = 0; taken <= count; ++taken) {
      CAPTURE(count);
      CAPTURE(taken);
      People people;
      people.db->run(kMakeSeats);
      std::vector<Seat> seats;
      for (std::size_t i = 0; i < count; ++i)
        seats.push_back({static_cast<std::int64_t>(i / 10), std::string(1 + i % 10, 's')});
      RowInsert rows(*people.db, kSeatRows);
      const bool is_taken = taken < count;
      if (is_taken) REQUIRE(insert_seats(rows, std::span(seats).subspan(taken, 1)) == 1);
      CHECK(insert_seats(rows, seats) == taken);
      if (is_taken) {
        CHECK(insert_seats(rows, std::span(seats).subspan(taken + 1)) == count - taken - 1);
        CHECK(insert_seats(rows, seats) == 0);
      }
      CHECK(rows.last_row_id() == static_cast<std::int64_t>(count));
      auto row = people.db->use(kSeats);
      std::int64_t id = 0;
      while (row.step()) CHECK(row.integer(0) == ++id);
      CHECK(id == static_cast<std::int64_t>(count));
    }
  }
}

TEST_CASE("another failure than a taken key is an error, and the connection goes on") {
  People people;
  people.db->run(kMakeSeats);
  RowInsert rows(*people.db, kSeatRows);
  const std::vector<std::optional<std::int64_t>> numbers(20);  // NULL where NOT NULL is wanted
  const auto bind = [](std::optional<std::int64_t> number, RowBinder& values) { values(number, "x"); };
  CHECK_THROWS_AS(rows.insert_until_taken(std::span(numbers), bind), Error);
  CHECK_THROWS_AS(rows.insert_until_taken(std::span(numbers).first(1), bind), Error);
  const Seat seat{1, "a"};
  CHECK(insert_seats(rows, std::span(&seat, 1)) == 1);
}

}  // namespace
}  // namespace crmcore::sqlite
