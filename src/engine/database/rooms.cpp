// The one list of rooms.
#include "engine/core/room.hpp"

namespace crmcore::engine {

// A line for each noun.
#define CRMCORE_ROOMS(ROOM) \
  ROOM(database)            \
  ROOM(archive)             \
  ROOM(merging)             \
  ROOM(card)                \
  ROOM(group)               \
  ROOM(subject)             \
  ROOM(classification)      \
  ROOM(ledger)              \
  ROOM(grading)             \
  ROOM(override)            \
  ROOM(analysis)            \
  ROOM(assignment)          \
  ROOM(manager)

#define CRMCORE_DECLARE(noun) Room noun##_room() noexcept;
#define CRMCORE_LIST(noun) noun##_room,
CRMCORE_ROOMS(CRMCORE_DECLARE)

std::span<Room (*const)() noexcept> rooms() noexcept {
  static constexpr Room (*kRooms[])() noexcept = {CRMCORE_ROOMS(CRMCORE_LIST)};
  return kRooms;
}

#undef CRMCORE_LIST
#undef CRMCORE_DECLARE
#undef CRMCORE_ROOMS

std::string_view change_name(std::int32_t number) noexcept {
  for (const auto room : rooms()) {
    for (const ChangeKind& kind : room().changes) {
      if (kind.number == number) return kind.name;
    }
  }
  return {};
}

}  // namespace crmcore::engine
