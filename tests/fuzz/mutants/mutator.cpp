#include "fuzz/mutants/mutator.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <string_view>

#include "base/text.hpp"

namespace crmcore::fuzz {
namespace {

// What only a text can say takes the place of the text "raw <n>".
constexpr std::string_view kRaw = "raw ";
constexpr std::string_view kRawTexts[] = {
    "9007199254740992",
    "-9007199254740992",
    "9223372036854775808",
    "1e400",
    "-1e400",
    "1e308",
    "1e-400",
    "01",
    "+1",
    "1.",
    "NaN",
    "-0",
    "-0.0",
    "1.0",
    "tru",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "\"\xff\"",
    "\"\xed\xa0\x80\"",
    "\"",
    "{\"a\":1,\"a\":2}",
    "{",
    "]",
    "1,",
    "",
};

constexpr std::string_view kTexts[] = {
    "",
    " ",
    "0",
    "-1",
    "A",
    "null",
    "\n",
    "a\nb",
    "\t",
    std::string_view("\0", 1),
    "\x1b[31m",
    "\u202e",
    "\u200b",
    "é",
    "e\u0301",
    "\U0001f600",
    "客户",
    "~",
    "~0~1",
    "a/b",
    "%s%n",
    "{}",
    "'; DROP TABLE customer; --",
    "2024-02-30",
    "2024-01-15",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "=1+1",
    "sqlite_schema",
};

constexpr std::int64_t kBounds[] = {0,
                                    1,
                                    2,
                                    25,
                                    26,
                                    63,
                                    64,
                                    100,
                                    127,
                                    128,
                                    255,
                                    256,
                                    1000,
                                    3660,
                                    10'000,
                                    65'535,
                                    65'536,
                                    1'000'000,
                                    INT32_MAX,
                                    std::int64_t{INT32_MAX} + 1,
                                    1'000'000'000'000,
                                    9'007'199'254'740'991};

// The text up to where it is no UTF-8: what is none is among the raw texts.
std::string up_to_invalid(std::string text) {
  if (const auto at = text::find_invalid_utf8(text)) text.resize(*at);
  return text;
}

}  // namespace

std::vector<Json*> places_of(Json& document) {
  std::vector<Json*> places{&document};
  for (std::size_t at = 0; at < places.size(); ++at) {
    Json& place = *places[at];
    if (place.is_array()) {
      for (Json& element : place) places.push_back(&element);
    } else if (place.is_object()) {
      for (auto& [key, value] : place.items()) places.push_back(&value);
    }
  }
  return places;
}

std::string Mutator::mutate(Json document) {
  for (std::size_t left = 1 + below(one_in(3) ? 4 : 1); left > 0; --left) change(document);
  std::string text = dump_json(document);
  const std::string mark = '"' + std::string(kRaw);
  for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; ++at) {
    const std::size_t end = text.find('"', at + mark.size());
    const auto raw = std::strtoul(text.c_str() + at + mark.size(), nullptr, 10);
    if (end != std::string::npos) text.replace(at, end + 1 - at, kRawTexts[raw % std::size(kRawTexts)]);
  }
  if (one_in(200)) text.resize(below(text.size() + 1));
  return text;
}

void Mutator::change(Json& document) {
  const std::vector<Json*> places = places_of(document);
  change_at(*places[below(places.size())], document);
}

void Mutator::change_at(Json& place, Json& document) {
  const bool is_filled = (place.is_object() || place.is_array()) && !place.empty();
  if (is_filled && !one_in(4)) return place.is_object() ? change_members(place) : change_elements(place);
  if (place.is_number_integer() && one_in(2)) {
    const std::int64_t near = place.get<std::int64_t>();
    place = one_in(2) ? Json(near + 1) : one_in(2) ? Json(near - 1) : Json(-near);
  } else if (place.is_string() && one_in(3)) {
    std::string text = place.text();
    const std::size_t at = below(text.size() + 1);
    one_in(2) ? text.insert(at, any_text()) : text.erase(at, 1 + below(3));
    place = Json(up_to_invalid(std::move(text)));
  } else if (one_in(6)) {
    place = nested(std::move(place));
  } else {
    place = any_value(document);
  }
}

void Mutator::change_members(Json& object) {
  Json::Members& members = object.items();
  const std::size_t at = below(members.size());
  switch (below(6)) {
    case 0:
    case 1:
      members.erase(members.begin() + static_cast<std::ptrdiff_t>(at));
      break;
    case 2:  // twice, perhaps with another value
      members.push_back(members[at]);
      if (one_in(2)) members.back().second = any_value(object);
      break;
    case 3:
      members[at].first = any_text();
      break;
    case 4:
      members.emplace_back(any_text(), any_value(object));
      break;
    default:
      std::swap(members[at].second, members[below(members.size())].second);
  }
}

void Mutator::change_elements(Json& array) {
  Json::Elements& elements = array.elements();
  const std::size_t at = below(elements.size());
  switch (below(5)) {
    case 0:
      elements.erase(elements.begin() + static_cast<std::ptrdiff_t>(at));
      break;
    case 1:
      elements.push_back(elements[at]);
      break;
    case 2:
      elements.push_back(any_value(array));
      break;
    case 3: {
      const Json one = elements[at];
      const std::size_t count = one_in(200) ? 3000 : 1 + below(130);
      elements.insert(elements.end(), count, one);
      break;
    }
    default:
      std::swap(elements[at], elements[below(elements.size())]);
  }
}

Json Mutator::any_value(const Json& document) {
  switch (below(10)) {
    case 0:
      return nullptr;
    case 1:
      return one_in(2);
    case 2:
    case 3:
      return any_number();
    case 4:
    case 5:
      return any_text();
    case 6:
      return one_in(2) ? Json::array() : Json::object();
    case 7:
      return Json(std::string(kRaw) + std::to_string(below(std::size(kRawTexts))));
    case 8: {
      Json copy = document;
      const std::vector<Json*> places = places_of(copy);
      return Json(*places[below(places.size())]);
    }
    default:
      return nested(any_number());
  }
}

Json Mutator::any_number() {
  const std::int64_t bound = kBounds[below(std::size(kBounds))];
  const std::int64_t near =
      std::min(bound + static_cast<std::int64_t>(below(3)) - 1, kBounds[std::size(kBounds) - 1]);
  switch (below(6)) {
    case 0:
      return -near;
    case 1:
      return static_cast<double>(near) + .5;
    case 2:
      return one_in(2) ? 1e-9 : std::numeric_limits<double>::max();
    default:
      return near;
  }
}

std::string Mutator::any_text() {
  if (one_in(3)) return words_[below(words_.size())];
  std::string text(kTexts[below(std::size(kTexts))]);
  if (one_in(12)) {
    const std::string part = text.empty() ? "x" : text;
    for (const std::size_t bytes = one_in(30) ? 70'000 : 5000; text.size() < bytes;) text += part;
  }
  return text;
}

Json Mutator::nested(Json inner) {
  constexpr std::size_t kDepths[] = {1, 2, 8, 60, 62, 63, 64, 65, 66, 500};
  for (std::size_t left = kDepths[below(std::size(kDepths))]; left > 0; --left) {
    Json outer = one_in(3) ? Json::object() : Json::array();
    if (outer.is_object()) {
      outer[up_to_invalid(any_text().substr(0, 8))] = std::move(inner);
    } else {
      outer.push_back(std::move(inner));
    }
    inner = std::move(outer);
  }
  return inner;
}

}  // namespace crmcore::fuzz
