// Checking a file against itself: every page, row and view is read, digests are compared with the rows and
// what is derived with its source.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "crmcore/words.hpp"

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"
#include "engine/ledger/verify_chain.hpp"

namespace crmcore::engine {

// Told in the journal.
inline constexpr ChangeKind kTotalsRebuilt{21, "ledger.totals_rebuilt"};

// What is read. The fast way leaves out the pages, and what no digest and nothing derived is of.
enum class VerifyMode : std::int32_t { full, fast };
constexpr std::array<std::string_view, 2> words_of(VerifyMode) noexcept {
  return {"full", "fast"};
}

// Answers as verify_answer() says; damage is told, not thrown. With `rebuild` totals that do not match are
// made anew from the entries; with `known` it is told, too, whether the archive continues that head.
Json verify_file(Session& session, bool rebuild, const std::optional<ChainHead>& known = {},
                 VerifyMode mode = VerifyMode::full);
Json verify_answer();

}  // namespace crmcore::engine
