// Which process this is, as far as fork() goes.
#pragma once

#include <cstdint>

namespace crmcore {

// A number that a child of fork() has otherwise than its parent, and that stays otherwise. From any thread.
// fork() itself counts it: asking the kernel for a process id costs a look-up one part in twenty.
std::int64_t process_number() noexcept;

}  // namespace crmcore
