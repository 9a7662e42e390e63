// Writes that are held back until their answer is made. Memory that runs out is tests/c/memory*.c.
#include <doctest/doctest.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include "crmcore/archive.hpp"

#include "archive_fixture.hpp"

namespace crmcore::testing {
namespace {

struct Held {
  Held() : connection(archive.connect()), other(archive.connect()), customers(connection) {}

  void put(const std::string& code) { customers.put(customer(code, "Customer")); }
  // Of the archive as others see it.
  bool is_applied(const std::string& code) { return Archive(other).find(code).has_value(); }
  bool is_seen(const std::string& code) { return customers.find(code).has_value(); }
  Code code_of_begin() {
    try {
      connection.begin();
    } catch (const Error& error) {
      return error.code();
    }
    return Code::ok;
  }

  TempArchive archive;
  Connection connection;
  Connection other;
  Archive customers;
};

TEST_CASE_FIXTURE(Held, "what is held back is applied together, or not at all") {
  {
    Hold hold(connection);
    put("A");
    put("B");
    CHECK(is_seen("A"));
    CHECK_FALSE(is_applied("A"));
    hold.apply();
    CHECK(is_applied("A"));
    CHECK(is_applied("B"));
  }
  {
    Hold hold(connection);
    put("C");
    connection.call("archive.put", R"({"customers":[{"code":"D","name":"N"}]})");
    CHECK(is_seen("D"));
  }
  CHECK_FALSE(is_seen("C"));
  CHECK_FALSE(is_seen("D"));
  put("E");
  CHECK(is_applied("E"));
}

TEST_CASE_FIXTURE(Held, "a hold inside a transaction is a part of it, and one inside another adds nothing") {
  connection.begin();
  put("A");
  {
    Hold hold(connection);
    put("B");
  }
  CHECK_FALSE(is_seen("B"));
  {
    Hold hold(connection);
    {
      Hold inner(connection);
      put("C");
    }
    CHECK(is_seen("C"));
    hold.apply();
  }
  connection.commit();
  CHECK(is_applied("A"));
  CHECK_FALSE(is_applied("B"));
  CHECK(is_applied("C"));
}

TEST_CASE_FIXTURE(Held, "a refused write leaves those held back before it") {
  Hold hold(connection);
  CHECK_THROWS_AS(put("\n"), Error);
  put("A");
  CHECK_THROWS_AS(put(""), Error);
  hold.apply();
  CHECK(is_applied("A"));
}

TEST_CASE_FIXTURE(Held, "a hold that only reads leaves the writer to others") {
  Hold hold(connection);
  CHECK_FALSE(is_seen("A"));
  Archive(other).put(customer("A", "Customer"));
  CHECK(is_seen("A"));
}

TEST_CASE_FIXTURE(Held, "nobody else's calls, and no transaction, come between") {
  std::optional<Hold> hold(std::in_place, connection);
  CHECK(code_of_begin() == Code::misuse);
  Code seen = Code::ok;
  const auto ask = [&] {
    try {
      static_cast<void>(customers.find("A"));
      seen = Code::ok;
    } catch (const Error& error) {
      seen = error.code();
    }
  };
  std::thread(ask).join();
  CHECK(seen == Code::misuse);
  put("A");
  hold->apply();
  hold.reset();
  std::thread(ask).join();
  CHECK(seen == Code::ok);
  CHECK(code_of_begin() == Code::ok);
}

}  // namespace
}  // namespace crmcore::testing
