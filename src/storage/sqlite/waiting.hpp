// Waiting for what others hold, without being told when they let it go.
#pragma once

#include <cstdint>

#include "base/function_ref.hpp"

namespace crmcore::sqlite {

enum class Waited { done, timed_out, stopped };

// Tries at once and then again and again. A try comes late by an eighth of the time that was waited, so that
// short waits stay short and long ones cost little.
Waited wait_until(std::int64_t timeout_us, FunctionRef<bool()> try_it, FunctionRef<bool()> must_stop);

}  // namespace crmcore::sqlite
