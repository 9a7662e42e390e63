# Promises of the binary interface, each a test; `--target abi_update` writes the lists anew after an addition.
find_program(CRMCORE_ABIDW abidw)
set(abi Python3::Interpreter "${CMAKE_CURRENT_SOURCE_DIR}/abi/abi.py" --root "${PROJECT_SOURCE_DIR}"
        --library "$<TARGET_FILE:crmcore>" --version "${PROJECT_VERSION}")

crmcore_register(abi/exports ${abi} exports)
crmcore_register(abi/shape ${abi} shape)
crmcore_register(abi/constants ${abi} constants)
crmcore_register(abi/called ${abi} called)
# What the gateway answers and what docs/c-api.md says of it, asked through the binding for Python.
set(golden ${Python3_EXECUTABLE} "${CMAKE_CURRENT_SOURCE_DIR}/c/golden.py")
set(methods ${Python3_EXECUTABLE} "${CMAKE_CURRENT_SOURCE_DIR}/abi/methods.py")
crmcore_register(abi/golden ${golden})
crmcore_register(abi/methods ${methods})
set_tests_properties(abi/golden abi/methods PROPERTIES ENVIRONMENT "CRMCORE_LIBRARY=$<TARGET_FILE:crmcore>")
# Types are read from debug information, and those of another compiler are written down differently.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_BUILD_TYPE MATCHES "Debug|RelWithDebInfo")
  crmcore_register(abi/types ${abi} types)
  set(with_library ${CMAKE_COMMAND} -E env "CRMCORE_LIBRARY=$<TARGET_FILE:crmcore>")
  add_custom_target(abi_update
    COMMAND ${abi} update
    COMMAND ${with_library} ${methods} --update
    COMMAND ${with_library} ${golden} --update
    DEPENDS crmcore VERBATIM)
endif()
