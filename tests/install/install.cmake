# The installed library, used as a stranger would.
find_program(CRMCORE_PKG_CONFIG NAMES pkg-config pkgconf REQUIRED)
add_test(NAME install COMMAND Python3::Interpreter "${CMAKE_CURRENT_SOURCE_DIR}/install/install.py"
  --root "${PROJECT_SOURCE_DIR}" --build "${PROJECT_BINARY_DIR}" --cmake "${CMAKE_COMMAND}" --generator "${CMAKE_GENERATOR}"
  --cc "${CMAKE_C_COMPILER}" --cxx "${CMAKE_CXX_COMPILER}" --sqlite ${CRMCORE_SQLITE_KIND} --pkg-config "${CRMCORE_PKG_CONFIG}")
set_tests_properties(install PROPERTIES TIMEOUT 600)
