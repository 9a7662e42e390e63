// Finding customers by what people type: a name or part of one, initials, pinyin, a code; and the letters of
// an address book.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "archive/name_index.hpp"
#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "engine/core/request.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

struct SearchRequest {
  std::optional<std::string> text;
  std::optional<char> letter;
  std::optional<archive::NameIndex::Place> after;
  std::int64_t limit = 0;
};

SearchRequest read_search(ObjectReader& in);
Json search(Session& session, const SearchRequest& request);
Json search_answer();

Json letters(Session& session, const Nothing& request);
Json letters_answer();

}  // namespace crmcore::engine
