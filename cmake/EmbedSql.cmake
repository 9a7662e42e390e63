# Turns migrations (NNNN_name.sql) into a C++ table, in the order of their numbers.
function(crmcore_embed_migrations output)
  set(rows "")
  foreach(file IN LISTS ARGN)
    get_filename_component(name "${file}" NAME_WE)
    string(REGEX MATCH "^[0-9]+" number "${name}")
    math(EXPR number "${number}")
    file(READ "${file}" text)
    string(APPEND rows "    {${number}, \"${name}\", R\"sql(${text})sql\"},\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
  endforeach()
  file(CONFIGURE OUTPUT "${output}" CONTENT [[
#include "storage/migrations.hpp"

namespace crmcore::storage {

static constexpr Migration kTable[] = {
@rows@};

std::span<const Migration> migrations() noexcept { return kTable; }

}  // namespace crmcore::storage
]] @ONLY)
endfunction()
