# What `cmake --install` lays down: both libraries, <crmcore.h>, <crmcore/*.hpp>, CMake package, pkg-config file, and the
# Python module where a virtual environment with this prefix finds it. The target `wheel` packs module and library.
include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/crmcore")

install(TARGETS crmcore crmcore_static EXPORT crmcore)
install(FILES "${PROJECT_SOURCE_DIR}/bindings/c/crmcore.h" TYPE INCLUDE)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/crmcore" TYPE INCLUDE FILES_MATCHING PATTERN "*.hpp")
install(EXPORT crmcore NAMESPACE crmcore:: FILE crmcoreTargets.cmake DESTINATION "${package_dir}")

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/crmcoreConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/crmcoreConfig.cmake" INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/crmcoreConfigVersion.cmake"
  COMPATIBILITY SameMajorVersion)
install(FILES "${PROJECT_BINARY_DIR}/crmcoreConfig.cmake" "${PROJECT_BINARY_DIR}/crmcoreConfigVersion.cmake"
  DESTINATION "${package_dir}")

get_property(CRMCORE_PC_LIBRARIES GLOBAL PROPERTY CRMCORE_SHARED_LIBRARIES)
list(TRANSFORM CRMCORE_PC_LIBRARIES PREPEND "-l")
list(APPEND CRMCORE_PC_LIBRARIES -lstdc++ -lpthread -lm)
list(JOIN CRMCORE_PC_LIBRARIES " " CRMCORE_PC_LIBRARIES)
set(CRMCORE_PC_REQUIRES "")
if(CRMCORE_SQLITE_KIND STREQUAL "system")
  set(CRMCORE_PC_REQUIRES "sqlite3 >= 3.40")
endif()
# Relative, so that an installed tree may be moved.
file(RELATIVE_PATH CRMCORE_PC_PREFIX "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
configure_file("${PROJECT_SOURCE_DIR}/cmake/crmcore.pc.in" "${PROJECT_BINARY_DIR}/crmcore.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/crmcore.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")

find_package(Python3 COMPONENTS Interpreter)
if(Python3_FOUND)
  set(CRMCORE_PYTHON_DIR "lib/python${Python3_VERSION_MAJOR}.${Python3_VERSION_MINOR}/site-packages" CACHE STRING
    "Where crmcore.py is installed, below the prefix")
  install(FILES "${PROJECT_SOURCE_DIR}/bindings/python/crmcore.py" DESTINATION "${CRMCORE_PYTHON_DIR}")
  add_custom_target(wheel
    COMMAND Python3::Interpreter "${PROJECT_SOURCE_DIR}/bindings/python/wheel.py" --library "$<TARGET_FILE:crmcore>"
            --version "${PROJECT_VERSION}" --output "${PROJECT_BINARY_DIR}/wheel"
    DEPENDS crmcore COMMENT "Packing the Python wheel" VERBATIM)
endif()
