// How the headings of a file are read.
#pragma once

#include <string>
#include <string_view>

namespace crmcore::engine {

// How headings are compared: without case, width, blanks and underscores.
std::string heading_form(std::string_view heading);
// Takes the unit behind a heading of amounts, "(万元)", off; returns its power of ten.
int take_unit(std::string& form);
// Throws Error(invalid) at "/lines/1" for the only heading of a file where another separator stands in it:
// the line was not divided.
void require_divided(std::string_view heading, char separator);

}  // namespace crmcore::engine
