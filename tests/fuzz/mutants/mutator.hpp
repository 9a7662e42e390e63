// Makes wrong documents of right ones: members and elements are dropped, doubled, moved, replaced by what
// lies at a bound or is of another type, and nested. The same random numbers make the same text.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace crmcore::fuzz {

class Mutator {
 public:
  // `words` are texts to be put anywhere: keys, codes and words of other documents.
  Mutator(std::uint64_t seed, const std::vector<std::string>& words) : random_(seed), words_(words) {}

  // A text that is mostly JSON, with one to four changes.
  std::string mutate(Json document);

 private:
  // Below `end`, which is above 0.
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(random_() % end); }
  bool one_in(std::size_t count) { return below(count) == 0; }

  void change(Json& document);
  void change_at(Json& place, Json& document);
  void change_members(Json& object);
  void change_elements(Json& array);
  Json any_value(const Json& document);
  Json any_number();
  std::string any_text();
  Json nested(Json inner);

  std::mt19937_64 random_;
  const std::vector<std::string>& words_;
};

// Every value of a document, itself first.
std::vector<Json*> places_of(Json& document);

}  // namespace crmcore::fuzz
