// What people say against the rules: overrides, the blacklist, urgent triggers.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/date.hpp"
#include "crmcore/id.hpp"

#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

struct OverrideRow {
  std::int64_t subject = 0;
  std::int64_t override_no = 0;
  std::int32_t kind = 0;  // 0 pin, 1 floor, 2 ceiling
  std::int32_t grade = 0;
  Date from;
  std::optional<Date> until;
  std::optional<Date> lifted;
  std::string reason;
  std::string actor;
  std::int32_t status = 0;  // 0 in force, 1 proposed, 2 declined
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
  std::int64_t subject = 0;
  Date day;
  std::string reason;
  std::string actor;
};

class OverrideStore {
 public:
  explicit OverrideStore(sqlite::Connection& db) : db_(db) {}

  // All of one subject, oldest first, lifted and declined ones included.
  std::vector<OverrideRow> of_subject(SchemeId scheme, std::int64_t subject);
  // Approved ones that cover the date, in the order of subjects.
  std::vector<OverrideRow> in_force(SchemeId scheme, Date date);
  void insert(SchemeId scheme, const OverrideRow& row);
  void lift(SchemeId scheme, std::int64_t subject, std::int64_t override_no, Date day);
  void decide(SchemeId scheme, std::int64_t subject, std::int64_t override_no, std::int32_t status,
              std::string_view decided_by);

  // Customers on the blacklist at a date, ascending.
  std::vector<std::int64_t> blacklisted(Date date);
  std::optional<BlacklistRow> open_blacklisting(CustomerId customer);
  void insert(const BlacklistRow& row);
  void lift(CustomerId customer, Date from, Date to, std::string_view reason, std::string_view actor);

  // Not acted on and not after the date, in the order of subjects.
  std::vector<TriggerRow> open_triggers(SchemeId scheme, Date date);
  // False when there is one on that day.
  bool insert(SchemeId scheme, const TriggerRow& row);
  void settle(SchemeId scheme, std::int64_t subject, Date until, ReviewId review);

 private:
  sqlite::Connection& db_;
};

}  // namespace crmcore::storage
