#include "engine/ledger/entry_days.hpp"

#include "base/format.hpp"

namespace crmcore::engine {

EntryDays read_entry_days(ObjectReader& in) {
  return {in.about("dates after today are meant; else refused").boolean_or("is_future", false),
          in.about("dates before 1970-01-01 are meant; else refused").boolean_or("is_before_1970", false)};
}

TakenDays taken_days(const Session& session, EntryDays days) {
  return {days.is_before_1970 ? kDateMin : Date{}, days.is_future ? kDateMax : session.today()};
}

void refuse_day(const Session& session, const TakenDays& taken, Date day, const std::string& path) {
  if (day < kDateMin || kDateMax < day) {
    throw Error(Code::range, "the date lies outside 0001-01-01 to 9999-12-31", path);
  }
  session.require_begun(day, taken.last == kDateMax, path);
  throw Error(
      Code::invalid,
      fmt::format("{} lies before 1970-01-01; is_before_1970 says that this is meant", format_date(day)),
      path);
}

}  // namespace crmcore::engine
