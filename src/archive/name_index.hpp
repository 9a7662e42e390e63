// Names to be searched: those of 1,024 customers in their search form, one after the other in one text, and
// likewise their initials, so that looking for something in all of them is one scan.
//
// Fold: base/text.hpp, and traditional characters become simplified ones. A match is ranked by what was found
// where, then by name and id. tests/archive/name_index_test.cpp compares with looking at every name.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "crmcore/id.hpp"

#include "archive/pinyin.hpp"

namespace crmcore::archive {

// What was found, the best first.
enum class NameMatch : std::uint8_t {
  code,        // the customer's code, now or before; not by the index
  exact,       // all of the name
  prefix,      // its beginning
  word_start,  // the beginning of a word
  inside,      // any part
  initials,    // the beginning of its initials
  pinyin,      // the beginning of its pinyin
  initials_inside,
  pinyin_inside,
};
inline constexpr std::size_t kNameMatches = 9;
constexpr std::array<std::string_view, kNameMatches> words_of(NameMatch) noexcept {
  return {"code",     "exact",  "prefix",          "word_start",   "inside",
          "initials", "pinyin", "initials_inside", "pinyin_inside"};
}

// The form in which names and what is looked for are compared.
std::string name_form(std::string_view name);

// What is looked for.
class NameQuery {
 public:
  // Precondition: the form of the text is not empty.
  explicit NameQuery(std::string_view text);

  const std::string& form() const noexcept { return form_; }
  // Whether initials are looked at.
  bool has_initials() const noexcept { return has_initials_; }
  // As pinyin, by its initials; nothing for a single letter, which initials tell.
  const std::vector<std::pair<std::string, PinyinReading>>& readings() const noexcept { return readings_; }

 private:
  std::string form_;
  bool has_initials_ = false;
  std::vector<std::pair<std::string, PinyinReading>> readings_;
};

struct NameHit {
  CustomerId customer;
  NameMatch match = NameMatch::inside;
};

class NameBlock {
 public:
  static constexpr std::int64_t kCustomers = 1024;

  // The best match of each place.
  class PlaceMatches;

  // In the order of places, from 0; places that are passed over have no customer. A customer is found by its
  // other names as well.
  void add(std::size_t place, std::string_view name, std::span<const std::string_view> others);
  // Of the name; "" where there is no customer.
  std::string_view form(std::size_t place) const noexcept;
  // Under which each stands, by place up to the last one; NUL where there is no customer.
  const std::string& letters() const noexcept { return letters_; }
  // Appends the hits, by place; `found` is memory to work with.
  void search(const NameQuery& query, std::int64_t block, std::vector<std::size_t>& found,
              std::vector<NameHit>& hits) const;

 private:
  // Lines of the places: of a customer at least one, a place without has an empty one.
  struct Texts {
    std::string all;
    std::vector<std::uint32_t> starts;  // of each place up to the last one

    // Goes on to this place.
    void begin(std::size_t place);
    std::string_view lines(std::size_t place) const noexcept;  // without the last line end
    // Of what stands at `at`, where `from` is a place at or before it.
    std::size_t place_of(std::size_t at, std::size_t from) const noexcept;
    std::size_t line_start(std::size_t at) const noexcept;
  };

  void find_names(const NameQuery& query, std::vector<std::size_t>& found, PlaceMatches& matches) const;
  void find_initials(const NameQuery& query, std::vector<std::size_t>& found, PlaceMatches& matches) const;
  void find_pinyin(const NameQuery& query, std::vector<std::size_t>& found, PlaceMatches& matches) const;

  Texts names_;     // the name, and the others
  Texts initials_;  // every way to read the name, and the others
  std::string letters_;
};

// Copies share their blocks, which never change.
class NameIndex {
 public:
  using Block = NameBlock;

  // In place of the one that was there.
  void set(std::int64_t block, NameBlock names);
  std::int64_t block_count() const noexcept { return static_cast<std::int64_t>(blocks_.size()); }

  // "" for a customer who is not there.
  std::string_view form(CustomerId customer) const noexcept;
  // By customer, each once with its best match.
  std::vector<NameHit> search(const NameQuery& query) const;
  // Those whose name stands under the letter, by customer; all as exact.
  std::vector<NameHit> under(char letter) const;
  void count_letters(std::array<std::int64_t, 128>& counts) const;

  // Where a page begins: behind this hit.
  struct Place {
    NameMatch match = NameMatch::exact;
    std::string form;
    CustomerId customer;
  };
  // The first of the hits in their rank, behind `after`.
  std::vector<NameHit> ranked(std::span<const NameHit> hits, const std::optional<Place>& after,
                              std::size_t limit) const;

 private:
  std::vector<std::shared_ptr<const NameBlock>> blocks_;
};

}  // namespace crmcore::archive
