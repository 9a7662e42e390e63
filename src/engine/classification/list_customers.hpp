// Lists of customers, page by page.
#pragma once

#include "crmcore/classification.hpp"

#include "engine/core/session.hpp"

namespace crmcore::engine {

inline constexpr std::int64_t kListMax = 1000;
inline constexpr std::int64_t kListDefault = 50;

CustomerList list_customers(Session& session, const ListRequest& request);

}  // namespace crmcore::engine
