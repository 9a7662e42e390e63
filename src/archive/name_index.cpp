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

void NameBlock::Texts::add_line(std::string_view line) {
  all.append(line).push_back(kEnd);
}

std::string_view NameBlock::Texts::lines(std::size_t place) const noexcept {
  if (place >= starts.size()) return {};
  const std::size_t end = place + 1 < starts.size() ? starts[place + 1] : all.size();
  return std::string_view(all).substr(starts[place], end - 1 - starts[place]);
}

std::size_t NameBlock::Texts::place_of(std::size_t at) const noexcept {
  return static_cast<std::size_t>(std::upper_bound(starts.begin(), starts.end(), at) - starts.begin()) - 1;
}

std::size_t NameBlock::Texts::line_start(std::size_t at) const noexcept {
  while (at > 0 && all[at - 1] != kEnd) --at;
  return at;
}

void NameBlock::add(std::size_t place, std::string_view name, std::string_view short_name) {
  names_.begin(place);
  initials_.begin(place);
  for (const std::string_view one : {name, short_name}) {
    if (one.empty()) continue;
    const std::string form = name_form(one);
    names_.add_line(form);
    for (const std::string& way : initials_of(form)) initials_.add_line(way);
  }
  // A place has a line at least.
  if (initials_.starts[place] == initials_.all.size()) initials_.add_line({});
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
  for (const std::size_t at : found) {
    const char before = at == 0 ? kEnd : all[at - 1];
    const bool is_whole = before == kEnd && all[at + query.form().size()] == kEnd;
    matches.add(names_.place_of(at), is_whole           ? NameMatch::exact
                                     : before == kEnd   ? NameMatch::prefix
                                     : !is_word(before) ? NameMatch::word_start
                                                        : NameMatch::inside);
  }
}

void NameBlock::find_initials(const NameQuery& query, std::vector<std::size_t>& found,
                              PlaceMatches& matches) const {
  found.clear();
  find_all(initials_.all, query.form(), found);
  for (const std::size_t at : found) {
    const bool is_start = initials_.line_start(at) == at;
    matches.add(initials_.place_of(at), is_start ? NameMatch::initials : NameMatch::initials_inside);
  }
}

// Where the initials are, the name's characters are asked.
void NameBlock::find_pinyin(const NameQuery& query, std::vector<std::size_t>& found,
                            PlaceMatches& matches) const {
  for (const auto& [letters, reading] : query.readings()) {
    found.clear();
    find_all(initials_.all, letters, found);
    for (const std::size_t at : found) {
      const std::size_t place = initials_.place_of(at);
      const std::size_t skipped = at - initials_.line_start(at);
      std::string_view lines = names_.lines(place);
      for (bool is_last = false; !is_last;) {
        const std::size_t end = lines.find(kEnd);
        is_last = end == std::string_view::npos;
        const auto characters = typed_characters(lines.substr(0, end));
        if (skipped < characters.size() && is_read_as(std::span(characters).subspan(skipped), reading))
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

NameBlock& NameIndex::block(std::int64_t block) {
  if (block >= block_count()) blocks_.resize(static_cast<std::size_t>(block) + 1);
  return blocks_[static_cast<std::size_t>(block)];
}

std::string_view NameIndex::form(CustomerId customer) const noexcept {
  const std::int64_t block = customer.value / NameBlock::kCustomers;
  if (customer.value <= 0 || block >= block_count()) return {};
  return blocks_[static_cast<std::size_t>(block)].form(
      static_cast<std::size_t>(customer.value % NameBlock::kCustomers));
}

std::vector<NameHit> NameIndex::search(const NameQuery& query) const {
  std::vector<NameHit> hits;
  std::vector<std::size_t> found;
  for (std::int64_t at = 0; at < block_count(); ++at)
    blocks_[static_cast<std::size_t>(at)].search(query, at, found, hits);
  return hits;
}

template <class Visit>
void NameIndex::each(Visit visit) const {
  for (std::int64_t customer = 1; customer < block_count() * NameBlock::kCustomers; ++customer) {
    if (const std::string_view name = form(CustomerId{customer}); !name.empty())
      visit(CustomerId{customer}, name);
  }
}

std::vector<NameHit> NameIndex::under(char letter) const {
  std::vector<NameHit> hits;
  each([&](CustomerId customer, std::string_view name) {
    if (letter_of(name) == letter) hits.push_back({customer, NameMatch::exact});
  });
  return hits;
}

void NameIndex::count_letters(std::array<std::int64_t, 128>& counts) const {
  counts.fill(0);
  each([&](CustomerId, std::string_view name) { ++counts[static_cast<std::size_t>(letter_of(name))]; });
}

std::vector<NameHit> NameIndex::ranked(std::vector<NameHit>& hits, const std::optional<Place>& after,
                                       std::size_t limit) const {
  const auto key = [&](const NameHit& hit) {
    return std::tuple(hit.match, form(hit.customer), hit.customer);
  };
  auto begin = hits.begin();
  if (after) {
    const std::tuple from(after->match, std::string_view(after->form), after->customer);
    begin = std::partition(hits.begin(), hits.end(), [&](const NameHit& hit) { return key(hit) <= from; });
  }
  const auto end =
      begin + static_cast<std::ptrdiff_t>(std::min(limit, static_cast<std::size_t>(hits.end() - begin)));
  std::partial_sort(begin, end, hits.end(),
                    [&](const NameHit& a, const NameHit& b) { return key(a) < key(b); });
  return {begin, end};
}

}  // namespace crmcore::archive
