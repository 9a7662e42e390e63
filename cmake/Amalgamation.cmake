# The library as crmcore.h and crmcore.cpp, of the same sources in the same order as its groups:
#   cmake --build build/release --target amalgamation     writes build/release/amalgamation/
find_package(Python3 QUIET COMPONENTS Interpreter)
if(NOT Python3_FOUND)
  return()
endif()
get_property(sources GLOBAL PROPERTY CRMCORE_SOURCES)
set(includes "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/bindings/c")
foreach(library fmt::fmt nlohmann_json::nlohmann_json)
  get_target_property(folders ${library} INTERFACE_INCLUDE_DIRECTORIES)
  list(APPEND includes ${folders})
endforeach()
list(APPEND includes "${CRMCORE_LEMON_INCLUDE_DIR}")
list(REMOVE_DUPLICATES includes)
list(TRANSFORM includes PREPEND "--include=")
set(amalgamation "${PROJECT_BINARY_DIR}/amalgamation")
add_custom_command(OUTPUT "${amalgamation}/crmcore.cpp" "${amalgamation}/crmcore.h"
  COMMAND Python3::Interpreter "${CMAKE_CURRENT_LIST_DIR}/amalgamate.py" --output "${amalgamation}"
          --version "${PROJECT_VERSION}" ${includes} ${sources}
  DEPENDS "${CMAKE_CURRENT_LIST_DIR}/amalgamate.py" ${sources} $<TARGET_OBJECTS:crmcore_capi>
  COMMENT "Writing the library as one file"
  VERBATIM COMMAND_EXPAND_LISTS)
add_custom_target(amalgamation ALL DEPENDS "${amalgamation}/crmcore.cpp")
