#include "base/digest.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <string>
#include <utility>

namespace crmcore {

TEST_CASE("SHA-256 of the examples in FIPS 180-4") {
  CHECK(to_hex(digest_of("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(to_hex(digest_of("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(to_hex(digest_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(to_hex(digest_of(std::string(1000000, 'a'))) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("integers are little-endian and texts have their length before them") {
  Digester digester;
  digester.integer(0x0102030405060708);
  digester.integer(-2);
  digester.text("ab");
  const std::string bytes(
      "\x08\x07\x06\x05\x04\x03\x02\x01\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02\0\0\0\0\0\0\0ab", 26);
  CHECK(digester.finish() == digest_of(bytes));
}

TEST_CASE("the borders between texts count") {
  const auto digest_of_pair = [](std::string_view a, std::string_view b) {
    Digester digester;
    digester.text(a);
    digester.text(b);
    return digester.finish();
  };
  CHECK(digest_of_pair("ab", "c") != digest_of_pair("a", "bc"));
  CHECK(digest_of_pair("", "a") != digest_of_pair("a", ""));
}

TEST_CASE("finish() begins anew, and a moved digester goes on") {
  Digester digester;
  digester.bytes("xyz", 3);
  digester.finish();
  digester.bytes("a", 1);
  Digester moved = std::move(digester);
  moved.bytes("bc", 2);
  CHECK(moved.finish() == digest_of("abc"));
}

TEST_CASE("a copy and its original go on by themselves") {
  Digester digester;
  digester.bytes("a", 1);
  Digester copy = digester.copy();
  digester.bytes("x", 1);
  copy.bytes("bc", 2);
  CHECK(copy.finish() == digest_of("abc"));
  CHECK(digester.finish() == digest_of("ax"));
}

TEST_CASE("pieces give the digest of the whole") {
  CHECK(rc::check([](const std::string& a, const std::string& b) {
    Digester digester;
    digester.bytes(a.data(), a.size());
    digester.bytes(b.data(), b.size());
    RC_ASSERT(digester.finish() == digest_of(a + b));
  }));
}

}  // namespace crmcore
