// Version, names and numbers of the library.
#include <cstdint>

#include "crmcore/archive.hpp"
#include "crmcore/database.hpp"
#include "crmcore/error.hpp"
#include "crmcore/grading.hpp"
#include "crmcore/ledger.hpp"

#include "crmcore.h"

namespace {

// The numbers of the header are those of the C++ interface.
#define CRMCORE_SAME(c_name, cpp_name) \
  static_assert(static_cast<std::int64_t>(c_name) == static_cast<std::int64_t>(cpp_name))
using crmcore::AttributeType;
using crmcore::Code;
using crmcore::CustomerKind;
using crmcore::CustomerStatus;
using crmcore::EntryKind;
using crmcore::ReviewKind;
using Column = crmcore::Rows::Type;
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
CRMCORE_SAME(CRMCORE_STATUS_PROSPECT, CustomerStatus::prospect);
CRMCORE_SAME(CRMCORE_STATUS_EXISTING, CustomerStatus::existing);
CRMCORE_SAME(CRMCORE_STATUS_LOST, CustomerStatus::lost);
CRMCORE_SAME(CRMCORE_ATTRIBUTE_INTEGER, AttributeType::integer);
CRMCORE_SAME(CRMCORE_ATTRIBUTE_MONEY, AttributeType::money);
CRMCORE_SAME(CRMCORE_ATTRIBUTE_DECIMAL, AttributeType::decimal);
CRMCORE_SAME(CRMCORE_ATTRIBUTE_BOOLEAN, AttributeType::boolean);
CRMCORE_SAME(CRMCORE_ATTRIBUTE_DATE, AttributeType::date);
CRMCORE_SAME(CRMCORE_ATTRIBUTE_TEXT, AttributeType::text);
CRMCORE_SAME(CRMCORE_ENTRY_REVENUE, EntryKind::revenue);
CRMCORE_SAME(CRMCORE_ENTRY_COST, EntryKind::cost);
CRMCORE_SAME(CRMCORE_ENTRY_REVERSAL, EntryKind::reversal);
CRMCORE_SAME(CRMCORE_ENTRY_ACTIVITY_COST, EntryKind::activity_cost);
CRMCORE_SAME(CRMCORE_REVIEW_SCHEDULED, ReviewKind::scheduled);
CRMCORE_SAME(CRMCORE_REVIEW_AD_HOC, ReviewKind::ad_hoc);
CRMCORE_SAME(CRMCORE_REVIEW_CORRECTION, ReviewKind::correction);
CRMCORE_SAME(CRMCORE_COLUMN_INTEGER, Column::integer);
CRMCORE_SAME(CRMCORE_COLUMN_REAL, Column::real);
CRMCORE_SAME(CRMCORE_COLUMN_TEXT, Column::text);
CRMCORE_SAME(CRMCORE_COLUMN_BLOB, Column::blob);
CRMCORE_SAME(CRMCORE_COLUMN_NULL, Column::null);
#undef CRMCORE_SAME

// Of extended codes.
constexpr int kDetailBits = 8;
constexpr std::int32_t extended(Code code, std::int32_t detail) {
  return static_cast<std::int32_t>(code) | detail << kDetailBits;
}
static_assert(CRMCORE_E_MISUSE_NULL == extended(Code::misuse, 1));
static_assert(CRMCORE_E_MISUSE_HANDLE == extended(Code::misuse, 2));
static_assert(CRMCORE_E_MISUSE_FREED == extended(Code::misuse, 3));
static_assert(CRMCORE_E_MISUSE_SIZE == extended(Code::misuse, 4));
static_assert(CRMCORE_E_MISUSE_NO_ROW == extended(Code::misuse, 5));
static_assert(CRMCORE_E_MISUSE_COLUMN == extended(Code::misuse, 6));
static_assert(CRMCORE_E_MISUSE_TYPE == extended(Code::misuse, 7));

}  // namespace

const char* crmcore_version(void) {
  return crmcore::version().data();
}

const char* crmcore_code_name(int32_t code) {
  const std::int32_t primary = code & ((1 << kDetailBits) - 1);
  if (code < 0 || primary > CRMCORE_E_INTERNAL) return "";
  return crmcore::code_name(static_cast<Code>(primary)).data();
}
