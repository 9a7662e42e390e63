// Random bytes that nobody can guess, for secrets.
#pragma once

#include <cstdint>
#include <span>

namespace crmcore::sqlite {

// From SQLite's generator, which the operating system seeds.
void fill_random(std::span<std::uint8_t> bytes) noexcept;

}  // namespace crmcore::sqlite
