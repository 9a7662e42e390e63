// Every value of an enum has a word of its own, and the word leads back to the value.
#include "crmcore/words.hpp"

#include <doctest/doctest.h>
#include <set>

#include "crmcore/archive.hpp"
#include "crmcore/ledger.hpp"

namespace crmcore {
namespace {

template <class Enum>
void check_words(Enum last) {
  const auto words = words_of(Enum{});
  CHECK(words.size() == static_cast<std::size_t>(last) + 1);
  CHECK(std::set<std::string_view>(words.begin(), words.end()).size() == words.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto value = static_cast<Enum>(i);
    CHECK(!word_of(value).empty());
    CHECK(enum_of<Enum>(words[i]) == value);
  }
  CHECK(word_of(static_cast<Enum>(words.size())).empty());
  CHECK(word_of(static_cast<Enum>(-1)).empty());
  CHECK(!enum_of<Enum>(""));
  CHECK(!enum_of<Enum>("nothing"));
}

TEST_CASE("words and values lead to each other") {
  check_words(CustomerKind::person);
  check_words(CustomerStatus::lost);
  check_words(ContactLevel::operational);
  check_words(ContactChannel::visit);
  check_words(AttributeType::text);
  check_words(OnFailure::skip);
  check_words(EntryKind::activity_cost);
}

}  // namespace
}  // namespace crmcore
