// The leaves of the journal prove what customers are now; what they were follows from the changes in between:
// a class ends on the day that its change tells, a code that was given up names its customer further, a
// contact's number is not given again, and whoever was lost last is. One customer is looked at after another,
// so that memory grows with renames and losses alone. tests/fault/edited_cells_test.cpp edits every column.
#include "engine/archive/verify_customers.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "engine/archive/customers.hpp"
#include "engine/archive/gone.hpp"
#include "engine/archive/put_customers.hpp"
#include "storage/customer_scan.hpp"
#include "storage/gone_store.hpp"
#include "storage/journal_store.hpp"
#include "storage/stored.hpp"
#include "storage/subject_store.hpp"

namespace crmcore::engine {
namespace {

class CustomersCheck {
 public:
  CustomersCheck(Session& session, sqlite::Connection& db)
      : session_(session),
        db_(db),
        store_(db),
        catalog_(session.catalog()),
        last_change_(storage::JournalStore(db).last_link().change_last) {}

  std::optional<std::int64_t> run() {
    storage::visit_news(db_, [&](const storage::CustomerNews& news) {
      tick();
      if (news.seq > last_change_) return;  // past the journal, which is told by itself
      if (news.customer != customer_) settle();
      customer_ = news.customer;
      seq_ = news.seq;
      if (news.kind == kCustomerUpdated.number) {
        updated_at_ = seq_;
        storage::read_stored("a change", [&] { add(parse_json(news.body)); });
      } else if (news.kind == kCustomerLost.number || news.kind == kCustomerRegained.number) {
        set_lost(news.kind == kCustomerLost.number);
      } else {  // who came back by an entry that is voided is lost again; who was merged counts as lost
        storage::read_stored("a change", [&] {
          const Json body = parse_json(news.body);
          if (body.contains("status")) set_lost(body["status"][1] == word_of(CustomerStatus::lost));
          if (news.kind == kCustomerMerged.number || news.kind == kCustomerUnmerged.number ||
              news.kind == kCustomerWithdrawn.number)
            pass_codes(news.kind, body);
        });
      }
    });
    settle();
    if (classes_left_ != 0 || gone_left_ != 0) blame(last_change_);
    check_codes();
    check_owners();
    check_standings();
    return wrong_;
  }

 private:
  // Codes in their key form; empty: none.
  struct Rename {
    std::int64_t seq = 0;
    std::string from;  // names the customer further
    std::string to;    // names whoever has it
    CustomerId customer;
  };
  struct ClassEnd {
    std::string node;
    Date day;
    std::optional<Date> since;  // of the customer then; nothing: what it is now
  };
  // Of one axis.
  struct ClassEnds {
    std::vector<ClassEnd> told;  // in the order of the changes
    bool is_untold = false;      // some by the format before, without their day
  };

  void add(const Json& update) {
    std::optional<Date> since;
    for (const auto& [member, change] : update.items()) {
      if (member == "code") {
        renames_.push_back(
            {seq_, text::key_form(change[0].text()), text::key_form(change[1].text()), customer_});
      } else if (member == "since") {  // stands before the classes
        since = day_of(change[0]);
        for (auto& [axis, ends] : ends_) {
          for (ClassEnd& end : ends.told) end.since = end.since ? end.since : since;
        }
      } else if (member.starts_with(kClassMember)) {
        ClassEnds& ends = ends_[member.substr(kClassMember.size())];
        ends.is_untold = ends.is_untold || change.size() < 3;
        if (!ends.is_untold) ends.told.push_back({change[0].text(), day_of(change[2]), since});
      } else if (member.starts_with(kPastClassMember)) {
        move_past(ends_[member.substr(kPastClassMember.size())].told, change);
      } else if (member.starts_with(kContactMember) && change[1].is_null()) {
        gone_ = std::max(gone_, change[0]["contact_no"].get<std::int64_t>());
      }
    }
  }

  // Codes of who goes name another one, or nobody; of who comes back, itself.
  void pass_codes(std::int32_t kind, const Json& body) {
    CustomerId owner = customer_;
    if (kind == kCustomerMerged.number) {
      owner = CustomerId{body["into_id"].get<std::int64_t>()};
      renames_.push_back({seq_, body["code"].text(), {}, owner});
    } else if (kind == kCustomerUnmerged.number) {
      renames_.push_back({seq_, {}, body["code"].text(), {}});
    }
    for (const Json& code : body["codes"]) {
      if (kind == kCustomerWithdrawn.number) {
        renames_.push_back({seq_, {}, code.text(), {}});
      } else {
        renames_.push_back({seq_, code.text(), {}, owner});
      }
    }
  }

  // Classes that had ended are another from a day on. What that puts before a class that began later counts
  // for nothing, as all that ends no later than what is before it.
  static void move_past(std::vector<ClassEnd>& told, const Json& change) {
    const Date day = day_of(change[2]);
    std::vector<ClassEnd> moved;
    for (const ClassEnd& end : told) {
      const bool is_of_node = end.node == change[0].text() && day < end.day;
      if (is_of_node) moved.push_back({end.node, day, end.since});
      moved.push_back(end);
      if (is_of_node) moved.back().node = change[1].text();
    }
    told = std::move(moved);
  }

  void set_lost(bool is_lost) {
    if (is_lost) {
      lost_.insert(customer_);
    } else {
      lost_.erase(customer_);
    }
  }

  static Date day_of(const Json& text) {
    if (const auto day = parse_date(text.text())) return *day;
    throw Error(Code::corrupt, "a change tells no day");
  }

  // Compares what is kept of one customer.
  void settle() {
    if (!customer_) return;
    const auto row = store_.find(customer_);
    std::map<AxisId, std::vector<storage::PastClassRow>> held;
    for (const auto& past : store_.past(customer_)) held[past.axis].push_back(past);
    for (const auto& [axis, pasts] : held) classes_left_ -= std::ssize(pasts);
    for (const auto& [code, ends] : ends_) {
      const CatalogAxis* axis = catalog_.axis(code);
      if (!row || axis == nullptr || !is_past_of(*axis, ends, row->since, held[axis->row.id])) blame(seq_);
      if (axis != nullptr) held.erase(axis->row.id);
    }
    if (row && updated_at_ > 0 && row->version != updated_at_) blame(updated_at_);
    if (!held.empty() || store_.contact_gone(customer_) != gone_) blame(seq_);
    if (gone_ > 0) --gone_left_;
    ends_.clear();
    updated_at_ = gone_ = 0;
  }

  static bool is_past_of(const CatalogAxis& axis, const ClassEnds& ends, Date since,
                         std::span<const storage::PastClassRow> held) {
    if (ends.is_untold) return true;
    std::optional<Date> last;
    std::size_t at = 0;
    for (const ClassEnd& end : ends.told) {
      const Date from = last.value_or(end.since.value_or(since));
      if (!(from < end.day)) continue;
      if (at == held.size()) return false;
      const auto* node = axis.node(held[at].node);
      if (held[at].node && node == nullptr) return false;  // of another axis
      if (held[at].from != from || held[at].to != end.day || (node == nullptr ? "" : node->code) != end.node)
        return false;
      last = end.day;
      ++at;
    }
    return at == held.size();
  }

  void check_codes() {
    std::sort(renames_.begin(), renames_.end(),
              [](const Rename& a, const Rename& b) { return a.seq < b.seq; });
    std::map<std::string, const Rename*, std::less<>> given_up;
    for (const Rename& rename : renames_) {
      given_up.erase(rename.to);
      if (!rename.from.empty()) given_up[rename.from] = &rename;
    }
    storage::visit_past_codes(db_, [&](std::string_view code, CustomerId customer) {
      const auto found = given_up.find(code);
      if (found == given_up.end() || found->second->customer != customer) return blame(last_change_);
      given_up.erase(found);
    });
    for (const auto& [code, rename] : given_up) blame(rename->seq);
  }

  // Whose is what customers had who are gone: who is at the end of the chain.
  void check_owners() {
    const storage::GoneCustomers gone(db_);
    for (const storage::GoneRow& row : gone.rows()) {
      CustomerId owner = row.into;
      // A chain is no longer than all of them; a damaged one may go in a circle.
      for (std::size_t steps = 0; steps < gone.rows().size() && gone.contains(owner); ++steps)
        owner = gone.into_of(owner);
      if (owner != row.owner) blame(row.change_seq);
    }
  }

  // Who was lost is, and who has an entry exists: which is the first one, the ledger tells.
  void check_standings() {
    storage::SubjectStore(db_).standings(
        CustomerId{1}, CustomerId{INT64_MAX}, [&](const storage::SubjectStandingRow& row) {
          tick();
          const CustomerStatus status = lost_.erase(row.customer) > 0 ? CustomerStatus::lost
                                        : row.first_entry             ? CustomerStatus::existing
                                                                      : CustomerStatus::prospect;
          if (row.status != status) blame(last_change_);
        });
    if (!lost_.empty()) blame(last_change_);
  }

  void blame(std::int64_t seq) { wrong_ = wrong_ ? std::min(*wrong_, seq) : seq; }

  void tick() {
    constexpr std::int64_t kTickRows = 1 << 14;
    if (++visited_ % kTickRows == 0) session_.tick(visited_, 0);
  }

  static constexpr std::string_view kClassMember = "class:";
  static constexpr std::string_view kPastClassMember = "class_past:";
  static constexpr std::string_view kContactMember = "contact:";

  Session& session_;
  sqlite::Connection& db_;
  storage::CustomerStore store_;
  const Catalog& catalog_;
  std::int64_t last_change_;
  std::int64_t visited_ = 0;

  CustomerId customer_;
  std::int64_t seq_ = 0;         // of its last change
  std::int64_t updated_at_ = 0;  // its last update
  std::map<std::string, ClassEnds> ends_;
  std::int64_t gone_ = 0;

  std::vector<Rename> renames_;
  std::set<CustomerId> lost_;
  std::int64_t classes_left_ = storage::past_class_count(db_);
  std::int64_t gone_left_ = storage::contacts_gone_count(db_);
  std::optional<std::int64_t> wrong_;
};

}  // namespace

std::optional<std::int64_t> first_wrong_customer(Session& session, sqlite::Connection& db) {
  return CustomersCheck(session, db).run();
}

}  // namespace crmcore::engine
