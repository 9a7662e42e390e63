// What people say against the rules: overrides, the blacklist, urgent triggers.
//
// Nothing is deleted: an override is lifted, an entry of the blacklist ends, a trigger is settled by the
// review that acted on it, so that every past date can be asked. At most one entry of the blacklist is open
// for a customer. tests/engine/grading_people_test.cpp proves how they take effect.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/date.hpp"
#include "crmcore/grading.hpp"
#include "crmcore/id.hpp"

#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

struct OverrideRow {
  SubjectId subject;
  OverrideNo override_no;
  OverrideKind kind = OverrideKind::pin;
  std::int32_t grade = 0;
  Date from;
  std::optional<Date> until;
  std::optional<Date> lifted;
  std::string reason;
  std::string actor;
  OverrideStatus status = OverrideStatus::in_force;
  std::string decided_by;

  // Says nothing about its status.
  bool covers(Date date) const {
    return from <= date && (!until || date < *until) && (!lifted || date < *lifted);
  }
};

struct BlacklistRow {
  CustomerId customer;
  Date from;
  std::optional<Date> to;
  std::string reason;
  std::string actor;
};

struct TriggerRow {
  SubjectId subject;
  Date day;
  std::string reason;
  std::string actor;
};

class OverrideStore {
 public:
  explicit OverrideStore(sqlite::Connection& db) : db_(db) {}

  // All of one subject, oldest first, lifted and declined ones included.
  std::vector<OverrideRow> of_subject(SchemeId scheme, SubjectId subject);
  // Approved ones that hold for what is as of a date and made on a day, in the order of subjects: those that
  // cover the later of the two; of a subject that has none then, those that cover the date.
  std::vector<OverrideRow> in_force(SchemeId scheme, Date as_of, Date made);
  void insert(SchemeId scheme, const OverrideRow& row);
  void lift(SchemeId scheme, SubjectId subject, OverrideNo override_no, Date day);
  void decide(SchemeId scheme, SubjectId subject, OverrideNo override_no, OverrideStatus status,
              std::string_view decided_by);

  // Customers on the blacklist at a date, ascending.
  std::vector<CustomerId> blacklisted(Date date);
  std::optional<BlacklistRow> open_blacklisting(CustomerId customer);
  void insert(const BlacklistRow& row);
  void lift(CustomerId customer, Date from, Date to, std::string_view reason, std::string_view actor);

  // Not acted on and not after the date, in the order of subjects.
  std::vector<TriggerRow> open_triggers(SchemeId scheme, Date date);
  // False when there is one on that day.
  bool insert(SchemeId scheme, const TriggerRow& row);
  void settle(SchemeId scheme, SubjectId subject, Date until, ReviewId review);

 private:
  sqlite::Connection& db_;
};

}  // namespace crmcore::storage
