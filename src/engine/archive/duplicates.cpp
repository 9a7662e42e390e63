// The names come from the index that is searched, so that whoever is not found by name is compared with
// nobody; kinds, regions, numbers and identifiers from the rows. Divisions are those of the ready-made axis,
// by their codes of GB/T 2260, and the 34 provinces in any case: counties by their whole names alone, since
// 新华 and 朝阳 are parts of other names. tests/engine/duplicates_test.cpp.
#include "engine/archive/duplicates.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "archive/identifiers.hpp"
#include "base/diagnostics.hpp"
#include "base/limits.hpp"
#include "base/schema.hpp"
#include "base/text.hpp"
#include "classification/divisions.hpp"
#include "classification/ready_made.hpp"
#include "engine/archive/class_placing.hpp"
#include "engine/archive/customers.hpp"
#include "engine/archive/put_request.hpp"
#include "engine/core/names.hpp"
#include "storage/comparison_scan.hpp"
#include "storage/customer_store.hpp"
#include "storage/sqlite/transaction.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

using archive::DuplicatePair;
using archive::DuplicateReason;
using archive::NameBlock;

constexpr std::int64_t kPointsLeast = 50;  // below, who has no key in common is no longer the exception
constexpr std::int64_t kDuplicatesMax = 1000;
constexpr std::int64_t kDuplicatesDefault = 50;
constexpr std::string_view kRegionAxis = "region";

// In the order of the reasons.
constexpr Phrases kReasonWords[] = {
    {"the same identifier", "证件号码相同"},
    {"the same name", "名称相同"},
    {"names that are read alike", "名称读音相同"},
    {"names that differ in one character", "名称相差一字"},
    {"similar names", "名称相似"},
    {"the same telephone number", "电话相同"},
    {"the same e-mail address", "邮箱相同"},
    {"the same region", "所在区域相同"},
    {"the same place in the name", "名称中的地名相同"},
    {"another place in the name", "名称中的地名不同"},
};
static_assert(std::size(kReasonWords) == words_of(DuplicateReason{}).size());

// 33 → 330000; nothing for what is no code of a division.
std::optional<std::uint32_t> division_of(std::string_view code) {
  constexpr std::size_t kDigits = 6;
  if (code.size() > kDigits || code.size() % 2 != 0 || code.empty()) return std::nullopt;
  std::uint32_t division = 0;
  for (std::size_t i = 0; i < kDigits; ++i) {
    const char digit = i < code.size() ? code[i] : '0';
    if (digit < '0' || digit > '9') return std::nullopt;
    division = division * 10 + static_cast<std::uint32_t>(digit - '0');
  }
  return division;
}

archive::RegionWords region_words(const CatalogAxis* axis) {
  constexpr std::size_t kCountyDigits = 6;
  archive::RegionWords words;
  const auto add = [&](std::string_view code, std::string_view name) {
    if (const auto division = division_of(code)) words.add(archive::name_form(name), *division);
  };
  for (const auto& province : classification::provinces()) add(province.code, province.name);
  for (const auto& alias : classification::province_aliases()) add(alias.code, alias.alias);
  if (axis != nullptr) {
    for (const classification::NodeRow& node : axis->axis.tree.nodes()) {
      add(node.code, node.name);
      // 义乌 for 义乌市: a county that is a city.
      const bool is_county = node.code.size() == kCountyDigits && !node.name.ends_with("市");
      for (std::size_t i = 0; !is_county && i < node.aliases.size(); ++i) add(node.code, node.aliases[i]);
    }
  }
  words.finish();
  return words;
}

void settle_marks(std::vector<archive::Mark>& marks) {
  std::sort(marks.begin(), marks.end());
  marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
}

BlockTick tick_of(Session& session) {
  return [&session](std::int64_t done, std::int64_t total) { session.tick(done, total); };
}

Json reasons_json(const archive::Score& score, Language language) {
  Json reasons = Json::array();
  for (const auto& part : score.reasons()) {
    reasons.push_back(
        {{"reason", word_of(part.reason)},
         {"points", part.points},
         {"words", in_language(kReasonWords[static_cast<std::size_t>(part.reason)], language)}});
  }
  return reasons;
}

Json reasons_answer() {
  return schema::about("the points add up to the score, of 100 at most",
                       schema::list(schema::object({{"reason", schema::word<DuplicateReason>()},
                                                    {"points", schema::integer()},
                                                    {"words", schema::text()}})));
}

storage::CustomerRow row_of_customer(storage::CustomerStore& store, CustomerId id) {
  return storage::named(store.find(id), id, "customer");
}

std::int64_t read_points_min(ObjectReader& in) {
  return in.about("of 100; fewer points are not told")
      .integer_or("min_score", kPointsLeast, archive::Score::kMost, kDuplicatePointsMin);
}

// By codes, since ids follow the order in which customers came.
void order_by_codes(sqlite::Connection& db, std::vector<DuplicatePair>& pairs) {
  std::vector<std::int64_t> ids;
  for (const DuplicatePair& pair : pairs) ids.insert(ids.end(), {pair.one.value, pair.other.value});
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  std::vector<std::pair<std::string, CustomerId>> codes;
  for (auto id = ids.begin(); id != ids.end();) {
    const std::int64_t block = *id / NameBlock::kCustomers;
    const CustomerId first{block * NameBlock::kCustomers};
    storage::visit_codes(db, first, CustomerId{first.value + NameBlock::kCustomers - 1},
                         [&](CustomerId customer, std::string_view code) {
                           while (id != ids.end() && *id < customer.value) ++id;
                           if (id != ids.end() && *id == customer.value) codes.emplace_back(code, customer);
                         });
    while (id != ids.end() && *id / NameBlock::kCustomers == block) ++id;
  }
  std::sort(codes.begin(), codes.end());
  std::unordered_map<CustomerId, std::size_t> ranks;
  for (std::size_t rank = 0; rank < codes.size(); ++rank) ranks.emplace(codes[rank].second, rank);
  std::vector<std::tuple<std::int32_t, std::size_t, std::size_t>> order;
  for (const DuplicatePair& pair : pairs) {
    const auto [one, other] = std::minmax(ranks.at(pair.one), ranks.at(pair.other));
    order.emplace_back(-pair.points, one, other);
  }
  std::sort(order.begin(), order.end());
  pairs.clear();
  for (const auto& [points, one, other] : order)
    pairs.push_back({codes[one].second, codes[other].second, -points});
}

std::shared_ptr<const FoundDuplicates> found_duplicates(Session& session, sqlite::Connection& db,
                                                        std::int32_t points_min) {
  const Duplicates duplicates(session, db, session.in_transaction());
  FileDuplicates& known = session.file().duplicates();
  if (auto last = known.last(duplicates.index().get(), points_min)) return last;
  auto found = std::make_shared<FoundDuplicates>();
  found->index = duplicates.index();
  found->points_min = points_min;
  auto pairs = duplicates.index()->pairs(points_min, tick_of(session));
  found->pairs = std::move(pairs.pairs);
  found->crowded = std::move(pairs.crowded);
  order_by_codes(db, found->pairs);
  known.keep(found);
  return found;
}

// As it would be put.
CustomerDraft draft_of(Session& session, const CustomerInput& input) {
  CustomerDraft draft;
  std::vector<Diagnostic> found;
  draft.is_new = true;
  draft.after.name = input.name.value_or("");
  draft.after.kind = input.kind.value_or(CustomerKind::company);
  collect(found, "", "/name", [&] { text::require_name(draft.after.name, {}); });
  ClassPlacer(session.catalog(), session.today()).place(input.classes, "", draft.classes, found);
  draft.contacts = archive::merge_contacts({}, input.contacts, false, "", found);
  draft.identifiers = archive::merge_identifiers({}, input.identifiers, "", found);
  throw_if_any(std::move(found));
  return draft;
}

}  // namespace

Duplicates::Duplicates(Session& session, sqlite::Connection& db, bool is_own)
    : axis_(session.catalog().axis(kRegionAxis)) {
  // A version that is not committed may be another one tomorrow.
  const auto make = [&] { return region_words(axis_); };
  regions_ = is_own ? std::make_shared<const archive::RegionWords>(make())
                    : session.file().duplicates().regions(session.catalog().version(), make);
  const BlockTick tick = tick_of(session);
  const auto names = names_of(session.file().names(), db, is_own, tick);
  index_ = session.file().duplicates().blocks.of(
      db, is_own, session.catalog().version(), [&](std::int64_t block) { return read(db, *names, block); },
      tick);
}

archive::DuplicateBlock Duplicates::read(sqlite::Connection& db, const archive::NameIndex& names,
                                         std::int64_t block) const {
  struct Row {
    bool is_person = false;
    NodeId region;
    std::vector<archive::Mark> marks;
  };
  std::vector<Row> rows(static_cast<std::size_t>(NameBlock::kCustomers));
  const CustomerId first{block * NameBlock::kCustomers};
  const CustomerId last{first.value + NameBlock::kCustomers - 1};
  const auto row = [&](CustomerId id) -> Row& {
    return rows[static_cast<std::size_t>(id.value - first.value)];
  };
  storage::visit_kinds(db, first, last, axis_ == nullptr ? 0 : static_cast<int>(axis_->row.slot),
                       [&](CustomerId id, CustomerKind kind, NodeId region) {
                         row(id).is_person = kind != CustomerKind::company;
                         row(id).region = region;
                       });
  storage::visit_contact_marks(db, first, last,
                               [&](CustomerId id, std::string_view phone, std::string_view email) {
                                 archive::add_mark(IdentifierKind::phone, phone, row(id).marks);
                                 archive::add_mark(IdentifierKind::email, email, row(id).marks);
                               });
  storage::visit_identifiers(db, first, last, [&](CustomerId id, IdentifierKind kind, std::string_view key) {
    archive::add_mark(kind, key, row(id).marks);
  });
  archive::DuplicateBlock profiles;
  for (std::size_t place = 0; place < rows.size(); ++place) {
    const std::string_view form = names.form(CustomerId{first.value + static_cast<std::int64_t>(place)});
    if (form.empty()) continue;
    Row& one = rows[place];
    settle_marks(one.marks);
    const archive::CoreName core = archive::core_name(form, one.is_person, *regions_);
    profiles.add(place, {core.text, core.division, one.is_person, one.region, one.marks});
  }
  profiles.finish();
  return profiles;
}

OwnProfile Duplicates::profile_of(const CustomerDraft& draft) const {
  OwnProfile profile;
  profile.is_person = draft.after.kind != CustomerKind::company;
  profile.core = archive::core_name(archive::name_form(draft.after.name), profile.is_person, *regions_);
  if (axis_ != nullptr) profile.region = draft.classes[axis_->slot()];
  for (const auto& change : draft.contacts) {
    if (!change.after) continue;
    archive::add_mark(IdentifierKind::phone, change.after->phone, profile.marks);
    archive::add_mark(IdentifierKind::email, change.after->email, profile.marks);
  }
  for (const auto& change : draft.identifiers) {
    if (change.after) archive::add_mark(change.kind(), change.after->value, profile.marks);
  }
  settle_marks(profile.marks);
  return profile;
}

std::string reasons_text(const archive::Score& score) {
  std::string told;
  for (const auto& part : score.reasons()) {
    if (!told.empty()) told += ", ";
    told.append(word_of(part.reason)).append(" ").append(std::to_string(part.points));
  }
  return told;
}

CheckDuplicatesRequest read_check_duplicates(ObjectReader& in) {
  CheckDuplicatesRequest request;
  request.customer = in.about("one who is there, by code; else what is said of one who is not")
                         .text("customer", kCodeBytesMax);
  request.input = read_new_customer(in);
  request.points_min = read_points_min(in);
  request.limit = in.integer_or("limit", 1, kDuplicatesMax, kDuplicatesDefault);
  request.language = in.about("of the words").word_or("language", Language::en);
  return request;
}

Json check_duplicates(Session& session, const CheckDuplicatesRequest& request) {
  if (request.customer.has_value() == request.input.name.has_value())
    throw Error(Code::invalid, "either a customer who is there or the name of one who is not is compared",
                request.customer ? "/name" : "/customer");
  sqlite::Connection& db = session.db();
  const sqlite::ReadTransaction snapshot(db);
  const Duplicates duplicates(session, db, session.in_transaction());
  storage::CustomerStore store(db);
  CustomerId self;
  OwnProfile own;
  archive::Profile profile;
  if (request.customer) {
    self = require_customer(session, *request.customer, "/customer");
    profile = storage::named(duplicates.index()->profile(self), self, "customer");
  } else {
    own = duplicates.profile_of(draft_of(session, request.input));
    profile = own.view();
  }
  struct Candidate {
    storage::CustomerRow row;
    archive::Score score;
  };
  std::vector<Candidate> candidates;
  for (const auto& hit :
       duplicates.index()->like(profile, self, static_cast<std::int32_t>(request.points_min)))
    candidates.push_back({row_of_customer(store, hit.customer), hit.score});
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return std::tie(b.score.points, a.row.code) < std::tie(a.score.points, b.row.code);
  });
  Json told = Json::array();
  for (const Candidate& one : candidates) {
    if (std::ssize(told) == request.limit) break;
    told.push_back({{"customer_id", one.row.id.value},
                    {"code", one.row.code},
                    {"name", one.row.name},
                    {"score", one.score.points},
                    {"reasons", reasons_json(one.score, request.language)}});
  }
  return {{"total", candidates.size()}, {"candidates", std::move(told)}};
}

Json check_duplicates_answer() {
  const Json candidate = schema::object({{"customer_id", schema::integer()},
                                         {"code", schema::text()},
                                         {"name", schema::text()},
                                         {"score", schema::integer()},
                                         {"reasons", reasons_answer()}});
  return schema::object(
      {{"total", schema::about("how many there are without the limit", schema::integer())},
       {"candidates", schema::about("the most points first, then by code", schema::list(candidate))}});
}

FindDuplicatesRequest read_find_duplicates(ObjectReader& in) {
  FindDuplicatesRequest request;
  request.points_min = read_points_min(in);
  request.after = in.about("`next` of the page before").object("after", [](ObjectReader& place) {
    const auto points = static_cast<std::int32_t>(place.require_integer("score", 0, archive::Score::kMost));
    std::string one = place.require_text("customer", kCodeBytesMax);
    return FindDuplicatesRequest::Place{points, std::move(one), place.require_text("other", kCodeBytesMax)};
  });
  request.limit = in.integer_or("limit", 1, kDuplicatesMax, kDuplicatesDefault);
  request.language = in.about("of the words").word_or("language", Language::en);
  return request;
}

Json find_duplicates(Session& session, const FindDuplicatesRequest& request) {
  sqlite::Connection& db = session.db();
  const sqlite::ReadTransaction snapshot(db);
  const auto found = found_duplicates(session, db, static_cast<std::int32_t>(request.points_min));
  storage::CustomerStore store(db);
  auto pair = found->pairs.begin();
  if (const auto& after = request.after) {
    pair = std::partition_point(pair, found->pairs.end(), [&](const DuplicatePair& one) {
      if (one.points != after->points) return one.points > after->points;
      const std::string code = row_of_customer(store, one.one).code;
      return code != after->one ? code < after->one : row_of_customer(store, one.other).code <= after->other;
    });
  }
  Json pairs = Json::array();
  Json place;
  for (; pair != found->pairs.end() && std::ssize(pairs) < request.limit; ++pair) {
    const auto one = row_of_customer(store, pair->one);
    const auto other = row_of_customer(store, pair->other);
    const archive::Score score =
        score_of(*found->index->profile(pair->one), *found->index->profile(pair->other));
    place = {{"score", score.points}, {"customer", one.code}, {"other", other.code}};
    pairs.push_back({{"score", score.points},
                     {"customer", one.code},
                     {"customer_name", one.name},
                     {"other", other.code},
                     {"other_name", other.name},
                     {"reasons", reasons_json(score, request.language)}});
  }
  Json crowded = Json::array();
  for (const archive::CrowdedKey& key : found->crowded) {
    if (std::ssize(crowded) == kDuplicatesDefault) break;
    crowded.push_back({{"key", word_of(key.kind)}, {"customers", key.customers}, {"core", key.core}});
  }
  Json answer{{"total", found->pairs.size()},
              {"pairs", std::move(pairs)},
              {"crowded_count", found->crowded.size()},
              {"crowded", std::move(crowded)}};
  if (pair != found->pairs.end()) answer["next"] = std::move(place);
  return answer;
}

Json find_duplicates_answer() {
  using schema::integer;
  const Json pair = schema::object({{"score", integer()},
                                    {"customer", schema::about("whose code is the smaller", schema::text())},
                                    {"customer_name", schema::text()},
                                    {"other", schema::text()},
                                    {"other_name", schema::text()},
                                    {"reasons", reasons_answer()}});
  const Json crowded = schema::object(
      {{"key", schema::word<archive::DuplicateKey>()},
       {"customers", integer()},
       {"core", schema::about("of their names, without form and region, the first", schema::text())}});
  return schema::object(
      {{"total", schema::about("how many pairs there are on all pages", integer())},
       {"pairs", schema::about("the most points first, then by codes", schema::list(pair))},
       {"crowded_count",
        schema::about("keys that more customers have than are compared with each other", integer())},
       {"crowded", schema::about("those that the most have", schema::list(crowded))},
       schema::optional("next", schema::about("for `after` of the next page; absent: there is none",
                                              schema::object({{"score", integer()},
                                                              {"customer", schema::text()},
                                                              {"other", schema::text()}})))});
}

}  // namespace crmcore::engine
