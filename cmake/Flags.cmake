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
  $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes>
  # gcc 12 invents both inside libstdc++ and nlohmann/json when it optimises; clang and the sanitizers stay.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-maybe-uninitialized>
  $<$<BOOL:${CRMCORE_WERROR}>:-Werror>)

# Debug programs carry the whole core with its symbols: lld links them in a tenth of the time.
find_program(CRMCORE_LLD ld.lld)
if(CRMCORE_LLD)
  add_link_options($<$<CONFIG:Debug>:-fuse-ld=lld>)
endif()

# Compiles the sources of a target in groups, each as one file.
function(crmcore_unity target)
  if(CRMCORE_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
  endif()
endfunction()

# At -O2 gcc copies functions of up to 70 of its instructions to wherever they are called: half as much makes the code a
# tenth smaller and no slower (docs/decisions/0016-build-in-minutes.md).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options($<$<AND:$<CONFIG:Release>,$<COMPILE_LANGUAGE:CXX>>:--param=max-inline-insns-single=30>
    $<$<AND:$<CONFIG:Release>,$<COMPILE_LANGUAGE:CXX>>:-fno-align-functions>
    $<$<AND:$<CONFIG:Release>,$<COMPILE_LANGUAGE:CXX>>:-fno-align-loops>
    $<$<AND:$<CONFIG:Release>,$<COMPILE_LANGUAGE:CXX>>:-fno-align-jumps>)
endif()

# What nobody calls leaves the libraries at link time.
add_compile_options(-ffunction-sections -fdata-sections)
add_compile_definitions($<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)

if(CRMCORE_FUZZ)
  set(CRMCORE_SANITIZE "address,undefined")
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(CRMCORE_SANITIZE)
  add_compile_options(-fsanitize=${CRMCORE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${CRMCORE_SANITIZE})
  if(CMAKE_C_COMPILER_ID STREQUAL "Clang")
    # A program in C loads our library, which is C++.
    add_link_options(-fsanitize-link-c++-runtime)
    link_libraries(stdc++)
  endif()
endif()
if(CRMCORE_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()
