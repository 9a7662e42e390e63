// 128-bit integers, for sums and products of amounts that must stay exact.
#pragma once

namespace crmcore {

__extension__ using Wide = __int128;

}  // namespace crmcore
