// Days on which an entry is seldom meant to be: after today, and before 1970.
#pragma once

#include <string>

#include "crmcore/ledger.hpp"

#include "base/object_reader.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Reads which of them are meant.
EntryDays read_entry_days(ObjectReader& in);

// The days that are taken.
struct TakenDays {
  Date first;
  Date last;

  bool has(Date day) const noexcept { return first <= day && day <= last; }
};
TakenDays taken_days(const Session& session, EntryDays days);
// Throws what is wrong with a day that is not taken, at `path`.
[[noreturn]] void refuse_day(const Session& session, const TakenDays& taken, Date day,
                             const std::string& path);

}  // namespace crmcore::engine
