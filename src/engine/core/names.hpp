// The names of all customers in memory, to be searched.
#pragma once

#include <memory>

#include "archive/name_index.hpp"
#include "engine/core/file_blocks.hpp"

namespace crmcore::engine {

using FileNames = FileBlocks<archive::NameIndex>;

// As FileBlocks::of().
std::shared_ptr<const archive::NameIndex> names_of(FileNames& names, sqlite::Connection& db, bool is_own,
                                                   const BlockTick& tick);

}  // namespace crmcore::engine
