# Promises of the binary interface, each a test; `--target abi_update` writes the lists anew after an addition.
find_program(CRMCORE_ABIDW abidw)
set(abi Python3::Interpreter "${CMAKE_CURRENT_SOURCE_DIR}/abi/abi.py" --root "${PROJECT_SOURCE_DIR}"
        --library "$<TARGET_FILE:crmcore>" --version "${PROJECT_VERSION}")

crmcore_register(abi/exports ${abi} exports)
crmcore_register(abi/constants ${abi} constants)
crmcore_register(abi/called ${abi} called)
# Types are read from debug information, and those of another compiler are written down differently.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_BUILD_TYPE MATCHES "Debug|RelWithDebInfo")
  crmcore_register(abi/types ${abi} types)
  add_custom_target(abi_update COMMAND ${abi} update DEPENDS crmcore VERBATIM)
endif()
