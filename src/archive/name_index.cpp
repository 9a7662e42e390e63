#include "archive/name_index.hpp"

#include <algorithm>
#include <utility>

#include "archive/text_scan.hpp"
#include "base/text.hpp"

namespace crmcore::archive {
namespace {

constexpr char kEnd = '\n';  // of a line; no form has it

bool is_word(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

std::string name_form(std::string_view name) {
  const std::string folded = text::fold(name);
  std::string form;
  form.reserve(folded.size());
  for (std::size_t at = 0; at < folded.size();) {
    const std::size_t begin = at;
    const char32_t point = text::next_point(folded, at);
    const char32_t plain = simplified(point);
    if (plain == point) {
      form.append(folded, begin, at - begin);
    } else {  // both are of three bytes
      form.push_back(static_cast<char>(0xE0 | (plain >> 12)));
      form.push_back(static_cast<char>(0x80 | (plain >> 6 & 0x3F)));
      form.push_back(static_cast<char>(0x80 | (plain & 0x3F)));
    }
  }
  std::replace(form.begin(), form.end(), kEnd, ' ');
  return form;
}

NameQuery::NameQuery(std::string_view text) : form_(name_form(text)) {
  has_initials_ = std::all_of(form_.begin(), form_.end(),
                              [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
  if (form_.size() < 2) return;
  for (PinyinReading& reading : read_pinyin(form_)) {
    std::string initials = reading.initials();
    readings_.emplace_back(std::move(initials), std::move(reading));
  }
}

class NameBlock::PlaceMatches {
 public:
  PlaceMatches() { best_.fill(kNone); }

  void add(std::size_t place, NameMatch match) {
    best_[place] = std::min(best_[place], static_cast<std::uint8_t>(match));
    is_any_ = true;
  }
  void append_to(std::int64_t block, std::vector<NameHit>& hits) const {
    for (std::size_t place = 0; is_any_ && place < best_.size(); ++place) {
      if (best_[place] == kNone) continue;
      hits.push_back({CustomerId{block * NameBlock::kCustomers + static_cast<std::int64_t>(place)},
                      static_cast<NameMatch>(best_[place])});
    }
  }

 private:
  static constexpr std::uint8_t kNone = kNameMatches;
  std::array<std::uint8_t, static_cast<std::size_t>(NameBlock::kCustomers)> best_;
  bool is_any_ = false;
};

void NameBlock::Texts::begin(std::size_t place) {
  while (starts.size() < place) {
    starts.push_back(static_cast<std::uint32_t>(all.size()));
    all.push_back(kEnd);
  }
  starts.push_back(static_cast<std::uint32_t>(all.size()));
}

std::string_view NameBlock::Texts::lines(std::size_t place) const noexcept {
  if (place >= starts.size()) return {};
  const std::size_t end = place + 1 < starts.size() ? starts[place + 1] : all.size();
  return std::string_view(all).substr(starts[place], end - 1 - starts[place]);
}

std::size_t NameBlock::Texts::place_of(std::size_t at, std::size_t from) const noexcept {
  while (from + 1 < starts.size() && starts[from + 1] <= at) ++from;
  return from;
}

std::size_t NameBlock::Texts::line_start(std::size_t at) const noexcept {
  while (at > 0 && all[at - 1] != kEnd) --at;
  return at;
}

void NameBlock::add(std::size_t place, std::string_view name, std::span<const std::string_view> others) {
  names_.begin(place);
  initials_.begin(place);
  letters_.resize(place);
  const auto add_line = [&](std::string_view one) {
    const std::string form = name_form(one);
    if (letters_.size() == place) letters_.push_back(letter_of(form));
    names_.all.append(form).push_back(kEnd);
    append_initials(form, initials_.all);
  };
  add_line(name);
  for (const std::string_view other : others) add_line(other);
  // A place has a line at least.
  if (initials_.starts[place] == initials_.all.size()) initials_.all.push_back(kEnd);
}

std::string_view NameBlock::form(std::size_t place) const noexcept {
  const std::string_view lines = names_.lines(place);
  return lines.substr(0, lines.find(kEnd));
}

void NameBlock::find_names(const NameQuery& query, std::vector<std::size_t>& found,
                           PlaceMatches& matches) const {
  const std::string_view all = names_.all;
  found.clear();
  find_all(all, query.form(), found);
  std::size_t place = 0;
  for (const std::size_t at : found) {
    place = names_.place_of(at, place);
    const char before = at == 0 ? kEnd : all[at - 1];
    const bool is_whole = before == kEnd && all[at + query.form().size()] == kEnd;
    matches.add(place, is_whole           ? NameMatch::exact
                       : before == kEnd   ? NameMatch::prefix
                       : !is_word(before) ? NameMatch::word_start
                                          : NameMatch::inside);
  }
}

void NameBlock::find_initials(const NameQuery& query, std::vector<std::size_t>& found,
                              PlaceMatches& matches) const {
  found.clear();
  find_all(initials_.all, query.form(), found);
  std::size_t place = 0;
  for (const std::size_t at : found) {
    place = initials_.place_of(at, place);
    const bool is_start = at == 0 || initials_.all[at - 1] == kEnd;
    matches.add(place, is_start ? NameMatch::initials : NameMatch::initials_inside);
  }
}

// Where the initials are, the name's characters are asked.
void NameBlock::find_pinyin(const NameQuery& query, std::vector<std::size_t>& found,
                            PlaceMatches& matches) const {
  for (const auto& [letters, reading] : query.readings()) {
    found.clear();
    find_all(initials_.all, letters, found);
    std::size_t place = 0;
    for (const std::size_t at : found) {
      place = initials_.place_of(at, place);
      const std::size_t skipped = at - initials_.line_start(at);
      std::string_view lines = names_.lines(place);
      for (bool is_last = false; !is_last;) {
        const std::size_t end = lines.find(kEnd);
        is_last = end == std::string_view::npos;
        if (is_read_as(lines.substr(0, end), skipped, reading))
          matches.add(place, skipped == 0 ? NameMatch::pinyin : NameMatch::pinyin_inside);
        if (!is_last) lines.remove_prefix(end + 1);
      }
    }
  }
}

void NameBlock::search(const NameQuery& query, std::int64_t block, std::vector<std::size_t>& found,
                       std::vector<NameHit>& hits) const {
  PlaceMatches matches;
  find_names(query, found, matches);
  if (query.has_initials()) find_initials(query, found, matches);
  find_pinyin(query, found, matches);
  matches.append_to(block, hits);
}

void NameIndex::set(std::int64_t block, NameBlock names) {
  static const auto nobody = std::make_shared<const NameBlock>();
  if (block >= block_count()) blocks_.resize(static_cast<std::size_t>(block) + 1, nobody);
  blocks_[static_cast<std::size_t>(block)] = std::make_shared<const NameBlock>(std::move(names));
}

std::string_view NameIndex::form(CustomerId customer) const noexcept {
  const std::int64_t block = customer.value / NameBlock::kCustomers;
  if (customer.value <= 0 || block >= block_count()) return {};
  return blocks_[static_cast<std::size_t>(block)]->form(
      static_cast<std::size_t>(customer.value % NameBlock::kCustomers));
}

std::vector<NameHit> NameIndex::search(const NameQuery& query) const {
  std::vector<NameHit> hits;
  std::vector<std::size_t> found;
  for (std::int64_t at = 0; at < block_count(); ++at)
    blocks_[static_cast<std::size_t>(at)]->search(query, at, found, hits);
  return hits;
}

std::vector<NameHit> NameIndex::under(char letter) const {
  std::vector<NameHit> hits;
  for (std::size_t block = 0; block < blocks_.size(); ++block) {
    const std::string& letters = blocks_[block]->letters();
    for (std::size_t at = letters.find(letter); at != std::string::npos; at = letters.find(letter, at + 1)) {
      const std::int64_t customer =
          static_cast<std::int64_t>(block) * NameBlock::kCustomers + static_cast<std::int64_t>(at);
      hits.push_back({CustomerId{customer}, NameMatch::exact});
    }
  }
  return hits;
}

void NameIndex::count_letters(std::array<std::int64_t, 128>& counts) const {
  counts.fill(0);
  for (const auto& block : blocks_) {
    for (const char letter : block->letters()) ++counts[static_cast<std::size_t>(letter)];
  }
}

std::vector<NameHit> NameIndex::ranked(std::span<const NameHit> hits, const std::optional<Place>& after,
                                       std::size_t limit) const {
  struct Ranked {
    NameMatch match;
    std::string_view form;
    CustomerId customer;

    bool operator<(const Ranked& other) const {
      return std::tie(match, form, customer) < std::tie(other.match, other.form, other.customer);
    }
  };
  std::vector<Ranked> first;  // a heap, the last one in front
  if (limit == 0) return {};
  const Ranked from = after ? Ranked{after->match, after->form, after->customer} : Ranked{};
  for (const NameHit& hit : hits) {
    // Names are looked at where the match does not tell.
    if (first.size() == limit && first.front().match < hit.match) continue;
    if (after && hit.match < from.match) continue;
    const Ranked one{hit.match, form(hit.customer), hit.customer};
    if (after && !(from < one)) continue;
    if (first.size() == limit) {
      if (!(one < first.front())) continue;
      std::pop_heap(first.begin(), first.end());
      first.pop_back();
    }
    first.push_back(one);
    std::push_heap(first.begin(), first.end());
  }
  std::sort_heap(first.begin(), first.end());
  std::vector<NameHit> told;
  for (const Ranked& one : first) told.push_back({one.customer, one.match});
  return told;
}

}  // namespace crmcore::archive
