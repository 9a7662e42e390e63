// The page's style sheet, page.css, embedded when the program is built.
#pragma once

#include <string_view>

namespace report {

std::string_view style_sheet();

}  // namespace report
