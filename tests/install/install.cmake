# The installed library, used as a stranger would.
find_program(CRMCORE_PKG_CONFIG NAMES pkg-config pkgconf REQUIRED)
add_test(NAME install COMMAND Python3::Interpreter "${CMAKE_CURRENT_SOURCE_DIR}/install/install.py"
  --root "${PROJECT_SOURCE_DIR}" --build "${PROJECT_BINARY_DIR}" --cmake "${CMAKE_COMMAND}" --generator "${CMAKE_GENERATOR}"
  --cc "${CMAKE_C_COMPILER}" --cxx "${CMAKE_CXX_COMPILER}" --sqlite ${CRMCORE_SQLITE_KIND} --pkg-config "${CRMCORE_PKG_CONFIG}")
set_tests_properties(install PROPERTIES TIMEOUT 600)

# The single-file form, with every compiler there is; once, in the build with the first of them.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(compilers "${CMAKE_C_COMPILER}:${CMAKE_CXX_COMPILER}")
  find_program(CRMCORE_CLANG clang)
  find_program(CRMCORE_CLANGXX clang++)
  if(CRMCORE_CLANG AND CRMCORE_CLANGXX)
    list(APPEND compilers "${CRMCORE_CLANG}:${CRMCORE_CLANGXX}")
  endif()
  crmcore_register(amalgamation Python3::Interpreter "${CMAKE_CURRENT_SOURCE_DIR}/install/amalgamation.py"
                   --files "${PROJECT_BINARY_DIR}/amalgamation" --tests "${CMAKE_CURRENT_SOURCE_DIR}/c" ${compilers})
endif()
