# Compile flags that every target of the project shares, as interface targets.
find_program(CRMCORE_CCACHE ccache)
if(CRMCORE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${CRMCORE_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CRMCORE_CCACHE})
endif()

add_library(crmcore_warnings INTERFACE)
target_compile_options(crmcore_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual>
  $<$<BOOL:${CRMCORE_WERROR}>:-Werror>)

if(CRMCORE_SANITIZE)
  add_compile_options(-fsanitize=${CRMCORE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${CRMCORE_SANITIZE})
endif()
