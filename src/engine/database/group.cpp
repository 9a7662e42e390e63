// A customer with all who are linked below the same one: who they are, what they brought in a year, which
// grades they have, each alone and with all below it. tests/engine/links_test.cpp.
#include <algorithm>
#include <map>
#include <set>

#include "archive/details.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "base/schema.hpp"
#include "engine/archive/customers.hpp"
#include "engine/archive/links.hpp"
#include "engine/core/room.hpp"
#include "engine/ledger/months.hpp"
#include "storage/customer_store.hpp"
#include "storage/detail_store.hpp"
#include "storage/gone_store.hpp"
#include "storage/review_store.hpp"
#include "storage/scheme_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

constexpr std::size_t kGroupMembersMax = 10'000;
constexpr std::int32_t kGroupMonths = 12;

struct GroupRequest {
  std::string customer;
  archive::TreeLink kind;
};

GroupRequest read_group(ObjectReader& in) {
  return {read_customer_code(in), in.about("of the links").word_or("kind", archive::TreeLink::parent)};
}

struct GroupMember {
  CustomerId customer;
  std::size_t parent = 0;  // its place; of the first one its own
  std::int64_t level = 0;
  std::int64_t revenue = 0;
  std::int64_t total = 0;
  std::int64_t count = 1;
  std::map<std::string, std::int32_t> grades;  // by scheme; the lowest number is the best
  std::map<std::string, std::int32_t> best;    // with all below
};

class GroupReader {
 public:
  GroupReader(Session& session, archive::TreeLink kind)
      : session_(session), kind_(word_of(kind)), schemes_(storage::SchemeStore(session.db()).all()) {}

  Json read(CustomerId customer) {
    CustomerId top = customer;
    for (int i = 0; i < kLinksAboveMax; ++i) {
      const CustomerId next = above(session_.db(), top, kind_);
      if (!next) break;
      top = next;
    }
    members_.push_back({top, 0, 0, 0, 0, 1, {}, {}});
    for (std::size_t i = 0; i < members_.size(); ++i) add_below(i);
    for (GroupMember& member : members_) read_member(member);
    // Whoever is below stands behind.
    for (std::size_t i = members_.size(); i-- > 1;) {
      const GroupMember& member = members_[i];
      GroupMember& parent = members_[member.parent];
      parent.total += member.total;
      parent.count += member.count;
      for (const auto& [scheme, grade] : member.best) {
        const auto [at, is_new] = parent.best.try_emplace(scheme, grade);
        if (!is_new) at->second = std::min(at->second, grade);
      }
    }
    return json();
  }

 private:
  // Those who name it, and those who name somebody who was merged into it.
  void add_below(std::size_t place) {
    sqlite::Connection& db = session_.db();
    const CustomerId customer = members_[place].customer;
    std::set<CustomerId> below;
    const auto visit = [&](CustomerId one) { below.insert(one); };
    storage::DetailStore details(db);
    details.linked_to(customer, kind_, visit);
    for (const CustomerId gone : storage::GoneStore(db).merged_into(customer))
      details.linked_to(gone, kind_, visit);
    for (const CustomerId one : below) {
      if (members_.size() == kGroupMembersMax)
        throw Error(Code::limit, fmt::format("a group of more than {} customers", kGroupMembersMax),
                    "/customer");
      members_.push_back({one, place, members_[place].level + 1, 0, 0, 1, {}, {}});
    }
  }

  void read_member(GroupMember& member) {
    const Date to = add_days(session_.today(), 1);
    for (const MonthTotals& month : months_of(session_, member.customer, add_months(to, -kGroupMonths), to))
      member.revenue += month.revenue;
    member.total = member.revenue;
    storage::ReviewStore reviews(session_.db());
    for (const storage::SchemeRow& scheme : schemes_) {
      const auto state = reviews.state(scheme.id, SubjectId{member.customer.value});
      if (state && state->grade >= 0) member.grades[scheme.code] = state->grade;
    }
    member.best = member.grades;
  }

  Json grades_json(const std::map<std::string, std::int32_t>& grades) {
    Json json = Json::object();
    for (const auto& [code, grade] : grades) {
      for (const storage::SchemeRow& scheme : schemes_) {
        if (scheme.code != code) continue;
        for (const auto& row : storage::SchemeStore(session_.db()).grades(scheme.id)) {
          if (row.grade == grade) json[code] = row.name;
        }
      }
    }
    return json;
  }

  Json json() {
    storage::CustomerStore store(session_.db());
    std::vector<std::string> codes;
    Json members = Json::array();
    for (const GroupMember& member : members_) {
      const auto row = storage::named(store.find(member.customer), member.customer, "customer");
      codes.push_back(row.code);
      Json one = {{"customer", row.code}, {"name", row.name}, {"level", member.level}};
      one["above"] = member.level == 0 ? Json() : Json(codes[member.parent]);
      one["revenue"] = member.revenue;
      one["revenue_with_below"] = member.total;
      one["count_with_below"] = member.count;
      one["grades"] = grades_json(member.grades);
      one["best_grades"] = grades_json(member.best);
      members.push_back(std::move(one));
    }
    return {{"top", codes.front()},
            {"kind", kind_},
            {"count", members_.front().count},
            {"revenue", members_.front().total},
            {"grades", grades_json(members_.front().best)},
            {"members", std::move(members)}};
  }

  Session& session_;
  std::string_view kind_;
  std::vector<storage::SchemeRow> schemes_;
  std::vector<GroupMember> members_;
};

Json group_method(Session& session, const GroupRequest& request) {
  const sqlite::ReadTransaction snapshot(session.db());
  return GroupReader(session, request.kind).read(require_customer(session, request.customer, "/customer"));
}

Json group_answer() {
  using schema::integer;
  const Json grades = schema::map(schema::text());
  const Json member =
      schema::object({{"customer", schema::text()},
                      {"name", schema::text()},
                      {"level", schema::about("below the top, which is 0", integer())},
                      {"above", schema::nullable(schema::text())},
                      {"revenue", integer()},
                      {"revenue_with_below", integer()},
                      {"count_with_below", schema::about("customers, with itself", integer())},
                      {"grades", schema::about("by scheme", grades)},
                      {"best_grades", schema::about("of it and all below", grades)}});
  return schema::object({{"top", schema::text()},
                         {"kind", schema::word<archive::TreeLink>()},
                         {"count", integer()},
                         {"revenue", schema::about("of 12 months, minor units", integer())},
                         {"grades", schema::about("the best of all, by scheme", grades)},
                         {"members", schema::about("level by level", schema::list(member))}});
}

constexpr Method kGroupMethods[] = {
    method<read_group, group_method>("archive.group", 1,
                                     "Tells the tree of linked customers that one belongs to, with revenue "
                                     "of a year and grades rolled up.",
                                     group_answer),
};

}  // namespace

Room group_room() noexcept {
  return {kGroupMethods, {}};
}

}  // namespace crmcore::engine
