// The one table of numbers: those of the header are those of the C++ interface, member by member.
#include <cstdint>

#include "crmcore/archive.hpp"
#include "crmcore/database.hpp"
#include "crmcore/error.hpp"
#include "crmcore/ledger.hpp"

#include "crmcore.h"

namespace crmcore::c {

// The numbers of the header are those of the C++ interface.
#define CRMCORE_SAME(c_name, cpp_name) \
  static_assert(static_cast<std::int64_t>(c_name) == static_cast<std::int64_t>(cpp_name))
CRMCORE_SAME(CRMCORE_OK, Code::ok);
CRMCORE_SAME(CRMCORE_E_INVALID, Code::invalid);
CRMCORE_SAME(CRMCORE_E_UTF8, Code::utf8);
CRMCORE_SAME(CRMCORE_E_RANGE, Code::range);
CRMCORE_SAME(CRMCORE_E_LIMIT, Code::limit);
CRMCORE_SAME(CRMCORE_E_NOT_FOUND, Code::not_found);
CRMCORE_SAME(CRMCORE_E_CONFLICT, Code::conflict);
CRMCORE_SAME(CRMCORE_E_CYCLE, Code::cycle);
CRMCORE_SAME(CRMCORE_E_MISUSE, Code::misuse);
CRMCORE_SAME(CRMCORE_E_BUSY, Code::busy);
CRMCORE_SAME(CRMCORE_E_CANCELLED, Code::cancelled);
CRMCORE_SAME(CRMCORE_E_MOVED, Code::moved);
CRMCORE_SAME(CRMCORE_E_DENIED, Code::denied);
CRMCORE_SAME(CRMCORE_E_UNSUPPORTED, Code::unsupported);
CRMCORE_SAME(CRMCORE_E_IO, Code::io);
CRMCORE_SAME(CRMCORE_E_FULL, Code::full);
CRMCORE_SAME(CRMCORE_E_UNKNOWN, Code::unknown);
CRMCORE_SAME(CRMCORE_E_NO_MEMORY, Code::no_memory);
CRMCORE_SAME(CRMCORE_E_CORRUPT, Code::corrupt);
CRMCORE_SAME(CRMCORE_E_NOT_A_DATABASE, Code::not_a_database);
CRMCORE_SAME(CRMCORE_E_NEWER, Code::newer);
CRMCORE_SAME(CRMCORE_E_LOCKED, Code::locked);
CRMCORE_SAME(CRMCORE_E_FORKED, Code::forked);
CRMCORE_SAME(CRMCORE_E_INTERNAL, Code::internal);
CRMCORE_SAME(CRMCORE_CUSTOMER_COMPANY, CustomerKind::company);
CRMCORE_SAME(CRMCORE_CUSTOMER_HOUSEHOLD, CustomerKind::household);
CRMCORE_SAME(CRMCORE_CUSTOMER_PERSON, CustomerKind::person);
CRMCORE_SAME(CRMCORE_CUSTOMER_PROSPECT, CustomerStatus::prospect);
CRMCORE_SAME(CRMCORE_CUSTOMER_EXISTING, CustomerStatus::existing);
CRMCORE_SAME(CRMCORE_CUSTOMER_LOST, CustomerStatus::lost);
CRMCORE_SAME(CRMCORE_ENTRY_REVENUE, EntryKind::revenue);
CRMCORE_SAME(CRMCORE_ENTRY_COST, EntryKind::cost);
CRMCORE_SAME(CRMCORE_ENTRY_REVERSAL, EntryKind::reversal);
CRMCORE_SAME(CRMCORE_ENTRY_ACTIVITY_COST, EntryKind::activity_cost);
CRMCORE_SAME(CRMCORE_COLUMN_INTEGER, Rows::Type::integer);
CRMCORE_SAME(CRMCORE_COLUMN_REAL, Rows::Type::real);
CRMCORE_SAME(CRMCORE_COLUMN_TEXT, Rows::Type::text);
CRMCORE_SAME(CRMCORE_COLUMN_BLOB, Rows::Type::blob);
CRMCORE_SAME(CRMCORE_COLUMN_NULL, Rows::Type::null);
#undef CRMCORE_SAME

// Of extended codes: the code in the low 8 bits, and above them what exactly it was.
#define CRMCORE_DETAIL(c_name, code, detail) \
  static_assert(c_name == (static_cast<std::int32_t>(code) | (detail) << 8))
CRMCORE_DETAIL(CRMCORE_E_MISUSE_NULL, Code::misuse, 1);
CRMCORE_DETAIL(CRMCORE_E_MISUSE_HANDLE, Code::misuse, 2);
CRMCORE_DETAIL(CRMCORE_E_MISUSE_FREED, Code::misuse, 3);
CRMCORE_DETAIL(CRMCORE_E_MISUSE_SIZE, Code::misuse, 4);
CRMCORE_DETAIL(CRMCORE_E_MISUSE_NO_ROW, Code::misuse, 5);
CRMCORE_DETAIL(CRMCORE_E_MISUSE_COLUMN, Code::misuse, 6);
CRMCORE_DETAIL(CRMCORE_E_MISUSE_TYPE, Code::misuse, 7);
#undef CRMCORE_DETAIL

static_assert(CRMCORE_CUSTOMER_KEEP == -1);  // C++ leaves the kind out instead
static_assert(CRMCORE_NO_DAY == INT32_MIN);  // and the day

}  // namespace crmcore::c
