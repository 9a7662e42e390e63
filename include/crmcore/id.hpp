// Strong identifiers: an id of one kind cannot be passed for another.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace crmcore {

// Ids are positive and at most kIntegerMax; 0 means "none".
template <class Tag>
struct Id {
  std::int64_t value = 0;

  constexpr explicit operator bool() const noexcept { return value != 0; }
  friend auto operator<=>(const Id&, const Id&) = default;
};

using CustomerId = Id<struct CustomerTag>;
using AxisId = Id<struct AxisTag>;
using NodeId = Id<struct NodeTag>;
using AttributeId = Id<struct AttributeTag>;
using EntryId = Id<struct EntryTag>;
using SchemeId = Id<struct SchemeTag>;
using ReviewId = Id<struct ReviewTag>;
using ManagerId = Id<struct ManagerTag>;
using PolicyId = Id<struct PolicyTag>;
using RunId = Id<struct RunTag>;
using SourceId = Id<struct SourceTag>;      // a system that delivers entries
using UnitId = Id<struct UnitTag>;          // of the organisation
using OverrideNo = Id<struct OverrideTag>;  // within one subject and scheme, from 1

// What a scheme grades.
using SubjectId = Id<struct SubjectTag>;

// A customer is a subject by its own number.
constexpr SubjectId subject_of(CustomerId customer) noexcept {
  return {customer.value};
}
// Precondition: the subject's scheme grades customers.
constexpr CustomerId customer_of(SubjectId subject) noexcept {
  return {subject.value};
}

}  // namespace crmcore

template <class Tag>
struct std::hash<crmcore::Id<Tag>> {
  std::size_t operator()(crmcore::Id<Tag> id) const noexcept { return std::hash<std::int64_t>{}(id.value); }
};
