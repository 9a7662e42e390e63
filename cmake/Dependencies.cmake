# Finds what the library is made of. Names are those of vcpkg.json; nothing is downloaded here.
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)

# fmt is compiled once, in src/base/format.cpp, in a namespace of our own; what later versions than 9 have in
# their source file is not known there, so these come whole with their headers.
add_library(crmcore_fmt INTERFACE)
get_target_property(fmt_include fmt::fmt INTERFACE_INCLUDE_DIRECTORIES)
target_include_directories(crmcore_fmt SYSTEM INTERFACE ${fmt_include})
if(fmt_VERSION VERSION_GREATER_EQUAL 10)
  target_compile_definitions(crmcore_fmt INTERFACE FMT_HEADER_ONLY=1)
endif()

# LEMON's network simplex: of its headers alone, so that nothing is linked.
find_path(CRMCORE_LEMON_INCLUDE_DIR lemon/network_simplex.h REQUIRED)
add_library(crmcore_lemon INTERFACE)
target_include_directories(crmcore_lemon SYSTEM INTERFACE "${CRMCORE_LEMON_INCLUDE_DIR}")
target_compile_definitions(crmcore_lemon INTERFACE LEMON_ONLY_TEMPLATES LEMON_DISABLE_ASSERTS)

# Small libraries: compiled in where there is an archive, so that at run time only SQLite is needed.
# CRMCORE_MERGED_ARCHIVES lists those that libcrmcore.a must contain, CRMCORE_SHARED_LIBRARIES the others.
function(crmcore_small_dependency target header name)
  find_path(${target}_INCLUDE_DIR ${header} REQUIRED)
  find_library(${target}_LIBRARY NAMES lib${name}.a ${name} REQUIRED)
  add_library(${target} UNKNOWN IMPORTED GLOBAL)
  set_target_properties(${target} PROPERTIES
    IMPORTED_LOCATION "${${target}_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${${target}_INCLUDE_DIR}")
  if(${target}_LIBRARY MATCHES "\\.a$")
    set_property(GLOBAL APPEND PROPERTY CRMCORE_MERGED_ARCHIVES "${${target}_LIBRARY}")
  else()
    set_property(GLOBAL APPEND PROPERTY CRMCORE_SHARED_LIBRARIES ${name})
  endif()
endfunction()
crmcore_small_dependency(crmcore_utf8proc utf8proc.h utf8proc)
if(crmcore_utf8proc_LIBRARY MATCHES "\\.a$")
  set_property(TARGET crmcore_utf8proc PROPERTY INTERFACE_COMPILE_DEFINITIONS UTF8PROC_STATIC)
endif()
crmcore_small_dependency(crmcore_crypto openssl/sha.h crypto)

# cctz, which reads zone data: as Abseil carries it, compiled in where its sources are at hand. The archives of
# distributions are not position-independent, so that theirs is the shared one.
if(EXISTS "${CRMCORE_ABSEIL_DIR}/absl/time/internal/cctz/src/time_zone_info.cc")
  add_subdirectory("${CMAKE_CURRENT_LIST_DIR}/zones" cmake/zones)
  set_property(GLOBAL APPEND PROPERTY CRMCORE_MERGED_ARCHIVES "$<TARGET_FILE:crmcore_zones>")
else()
  find_path(CRMCORE_ABSEIL_INCLUDE_DIR absl/time/internal/cctz/include/cctz/time_zone.h REQUIRED)
  find_library(CRMCORE_ABSEIL_LIBRARY absl_time_zone REQUIRED)
  add_library(crmcore_zones INTERFACE)
  target_include_directories(crmcore_zones SYSTEM INTERFACE "${CRMCORE_ABSEIL_INCLUDE_DIR}")
  target_link_libraries(crmcore_zones INTERFACE "${CRMCORE_ABSEIL_LIBRARY}")
  set_property(GLOBAL APPEND PROPERTY CRMCORE_SHARED_LIBRARIES absl_time_zone)
endif()

# Unihan: the readings of Chinese characters are made from it when the library is built.
find_path(CRMCORE_UNIHAN_DIR NAMES Unihan_Readings.txt Unihan_Readings.txt.bz2 Unihan.zip
  PATHS /usr/share/unicode /usr/share/unicode/ucd NO_DEFAULT_PATH)
if(NOT CRMCORE_UNIHAN_DIR)
  message(FATAL_ERROR "the Unihan database is not found; Debian's package unicode-data has it, or give the folder "
                      "with Unihan.zip of unicode.org as CRMCORE_UNIHAN_DIR")
endif()
find_package(Python3 REQUIRED COMPONENTS Interpreter)

# SQLite: bundled where an amalgamation is at hand, else the system's.
if(CRMCORE_SQLITE STREQUAL "auto")
  if(EXISTS "${CRMCORE_SQLITE_DIR}/sqlite3.c")
    set(CRMCORE_SQLITE_KIND bundled)
  else()
    set(CRMCORE_SQLITE_KIND system)
  endif()
elseif(CRMCORE_SQLITE MATCHES "^(bundled|system)$")
  set(CRMCORE_SQLITE_KIND ${CRMCORE_SQLITE})
else()
  message(FATAL_ERROR "CRMCORE_SQLITE is ${CRMCORE_SQLITE}; allowed are auto, bundled and system")
endif()

if(CRMCORE_SQLITE_KIND STREQUAL "bundled")
  if(NOT EXISTS "${CRMCORE_SQLITE_DIR}/sqlite3.c")
    message(FATAL_ERROR "CRMCORE_SQLITE=bundled needs CRMCORE_SQLITE_DIR with sqlite3.c and sqlite3.h; "
                        "scripts/setup fetches them, or choose -DCRMCORE_SQLITE=system")
  endif()
  file(STRINGS "${CRMCORE_SQLITE_DIR}/sqlite3.h" version REGEX "define SQLITE_VERSION_NUMBER")
  string(REGEX MATCH "[0-9]+" version "${version}")
  if(version LESS 3051003)
    message(FATAL_ERROR "the amalgamation in ${CRMCORE_SQLITE_DIR} is older than 3.51.3, which has a race in WAL")
  endif()
  add_subdirectory("${CMAKE_CURRENT_LIST_DIR}/sqlite" cmake/sqlite)
else()
  find_package(SQLite3 3.40 REQUIRED)
  add_library(crmcore_sqlite INTERFACE)
  target_link_libraries(crmcore_sqlite INTERFACE SQLite::SQLite3 Threads::Threads)
  target_compile_definitions(crmcore_sqlite INTERFACE CRMCORE_SQLITE_BUNDLED=0)
endif()
message(STATUS "crmcore: SQLite is ${CRMCORE_SQLITE_KIND}")
