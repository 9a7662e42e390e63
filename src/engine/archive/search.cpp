#include "engine/archive/search.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "archive/identifiers.hpp"
#include "base/limits.hpp"
#include "base/schema.hpp"
#include "base/text.hpp"
#include "storage/customer_store.hpp"
#include "storage/identifier_store.hpp"
#include "storage/sqlite/transaction.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

using archive::NameHit;
using archive::NameIndex;
using archive::NameMatch;

constexpr std::int64_t kFoundMax = 1000;
constexpr std::int64_t kFoundDefault = 50;
// A normal form may be longer than what was written.
constexpr std::size_t kNameFormBytesMax = 16 * kNameBytesMax;
constexpr std::array<std::string_view, 27> kLetters = {"A", "B", "C", "D", "E", "F", "G", "H", "I",
                                                       "J", "K", "L", "M", "N", "O", "P", "Q", "R",
                                                       "S", "T", "U", "V", "W", "X", "Y", "Z", "#"};

// Where a page ended, as a host hands it back: with the name, so that it stays the same place when customers
// come and go.
Json place_json(const NameIndex& index, const NameHit& hit) {
  return {
      {"match", word_of(hit.match)}, {"name", index.form(hit.customer)}, {"customer_id", hit.customer.value}};
}

NameIndex::Place read_place(ObjectReader& in) {
  NameIndex::Place place;
  place.match = in.require_word<NameMatch>("match");
  place.form = in.require_text("name", kNameFormBytesMax);
  place.customer = CustomerId{in.require_integer("customer_id", 1, kIntegerMax)};
  return place;
}

// Whoever is among them already is found by what is better. Precondition: they are ordered by customer.
void add_hit(const NameHit& hit, std::vector<NameHit>& hits) {
  const auto at = std::lower_bound(hits.begin(), hits.end(), hit.customer,
                                   [](const NameHit& one, CustomerId id) { return one.customer < id; });
  if (at != hits.end() && at->customer == hit.customer) {
    at->match = std::min(at->match, hit.match);
  } else {
    hits.insert(at, hit);
  }
}

// Whoever has the code, or had it, is found first.
void add_by_code(storage::CustomerStore& store, const std::string& text, std::vector<NameHit>& hits) {
  const std::string key = text::key_form(text);
  CustomerId customer = store.id_of(key);
  if (!customer) customer = store.id_of_past(key);
  if (customer) add_hit({customer, NameMatch::code}, hits);
}

// Whoever has it as an identifier is found as if that were the name.
void add_by_identifier(sqlite::Connection& db, const std::string& text, std::vector<NameHit>& hits) {
  storage::IdentifierStore store(db);
  for (std::size_t i = 0; i < archive::kIdentifierKinds; ++i) {
    const auto kind = static_cast<IdentifierKind>(i);
    const auto key = archive::identifier_key(kind, text);
    if (!key) continue;
    store.owners(kind, *key, [&](CustomerId owner) {
      add_hit({owner, NameMatch::exact}, hits);
      return true;
    });
  }
}

Json found_json(storage::CustomerStore& store, const NameHit& hit, bool has_match) {
  const auto row = storage::named(store.find(hit.customer), hit.customer, "customer");
  Json one{{"customer_id", row.id.value}, {"code", row.code}, {"name", row.name}};
  if (!row.short_name.empty()) one["short_name"] = row.short_name;
  if (has_match) one["match"] = word_of(hit.match);
  return one;
}

std::shared_ptr<const NameIndex> all_names(Session& session, sqlite::Connection& db) {
  return names_of(session.file().names(), db, session.in_transaction(),
                  [&](std::int64_t done, std::int64_t total) { session.tick(done, total); });
}

}  // namespace

SearchRequest read_search(ObjectReader& in) {
  SearchRequest request;
  request.text =
      in.about("a name or part of one, initials or pinyin, an identifier, or a code; this or letter")
          .text("text", kNameBytesMax);
  if (const auto letter = in.about("of the address book; # is for all others").word("letter", kLetters))
    request.letter = kLetters[*letter].front();
  request.after = in.about("`next` of the page before").object("after", read_place);
  request.limit = in.integer_or("limit", 1, kFoundMax, kFoundDefault);
  return request;
}

Json search(Session& session, const SearchRequest& request) {
  if (request.text.has_value() == request.letter.has_value())
    throw Error(Code::invalid, "either a text or a letter is looked for", request.text ? "/letter" : "/text");
  if (request.text && archive::name_form(*request.text).empty())
    throw Error(Code::invalid, "a text that can be seen is required", "/text");
  sqlite::Connection& db = session.db();
  const sqlite::ReadTransaction snapshot(db);
  storage::CustomerStore store(db);
  const auto index = all_names(session, db);
  std::vector<NameHit> hits =
      request.text ? index->search(archive::NameQuery(*request.text)) : index->under(*request.letter);
  if (request.text) {
    add_by_identifier(db, *request.text, hits);
    add_by_code(store, *request.text, hits);
  }
  const auto limit = static_cast<std::size_t>(request.limit);
  auto page = index->ranked(hits, request.after, limit + 1);  // one more: is there a next page
  const bool has_more = page.size() > limit;
  if (has_more) page.pop_back();
  Json customers = Json::array();
  for (const NameHit& hit : page) customers.push_back(found_json(store, hit, request.text.has_value()));
  Json answer{{"total", hits.size()}, {"customers", std::move(customers)}};
  if (has_more) answer["next"] = place_json(*index, page.back());
  return answer;
}

Json search_answer() {
  const Json found =
      schema::object({{"customer_id", schema::integer()},
                      {"code", schema::text()},
                      {"name", schema::text()},
                      schema::optional("short_name", schema::text()),
                      schema::optional("match", schema::about("what was found; absent under a letter",
                                                              schema::word<NameMatch>()))});
  return schema::object(
      {{"total", schema::about("how many there are on all pages", schema::integer())},
       {"customers", schema::about("the best match first, then by name", schema::list(found))},
       schema::optional("next", schema::about("for `after` of the next page; absent: there is none",
                                              schema::object({{"match", schema::word<NameMatch>()},
                                                              {"name", schema::text()},
                                                              {"customer_id", schema::integer()}})))});
}

Json letters(Session& session, const Nothing&) {
  sqlite::Connection& db = session.db();
  const sqlite::ReadTransaction snapshot(db);
  std::array<std::int64_t, 128> counts{};
  all_names(session, db)->count_letters(counts);
  Json list = Json::array();
  for (const std::string_view letter : kLetters)
    list.push_back(Json{{"letter", letter}, {"customers", counts[static_cast<std::size_t>(letter.front())]}});
  return {{"letters", std::move(list)}};
}

Json letters_answer() {
  return schema::object(
      {{"letters", schema::about("A to Z, and # for names that no letter begins",
                                 schema::list(schema::object(
                                     {{"letter", schema::text()}, {"customers", schema::integer()}})))}});
}

}  // namespace crmcore::engine
