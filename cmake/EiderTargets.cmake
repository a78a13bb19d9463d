# Helpers shared by every folder's target.

add_library(eider_options INTERFACE)
target_include_directories(eider_options INTERFACE "${CMAKE_SOURCE_DIR}/src")
target_compile_options(eider_options INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Werror -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports these inside its own <vector> and <string> at -O2 under C++20.
  target_compile_options(eider_options INTERFACE -Wno-stringop-overflow -Wno-array-bounds -Wno-restrict
                         -Wno-maybe-uninitialized -Wno-stringop-overread)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # libstdc++ 12 uses its own deprecated std::get_temporary_buffer in std::stable_sort.
  target_compile_options(eider_options INTERFACE -Wno-deprecated-declarations)
endif()
if(EIDER_SANITIZE)
  target_compile_options(eider_options INTERFACE -fsanitize=${EIDER_SANITIZE} -fno-omit-frame-pointer
                         -fno-sanitize-recover=all)
  target_link_options(eider_options INTERFACE -fsanitize=${EIDER_SANITIZE})
endif()
if(EIDER_FUZZ)
  target_compile_options(eider_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# Commands and tests are glue over header-heavy libraries: optimising them costs a third of a build and gains nothing.
add_library(eider_glue INTERFACE)
target_compile_options(eider_glue INTERFACE $<$<CONFIG:Release>:-Og>)
if(EIDER_SANITIZE)  # a list of sanitizers has commas, which $<BOOL:> does not take
  target_compile_options(eider_glue INTERFACE -O0)
endif()
if(EIDER_FUZZ)  # the fuzzers follow branches of libraries, not of tests
  target_compile_options(eider_glue INTERFACE -fno-sanitize=fuzzer-no-link)
endif()

if(EIDER_PCH)
  target_compile_options(eider_options INTERFACE -pthread)  # pcsclite asks for it; a precompiled header must agree
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC collects its own garbage from 128 MB on, which these headers alone reach.
    target_compile_options(eider_options INTERFACE --param=ggc-min-heapsize=1000000)
  endif()
endif()

# An archive needs nothing of the archives it uses: its sources need not wait for them.
set(CMAKE_OPTIMIZE_DEPENDENCIES ON)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Paths relative to the tree, so that a second checkout finds what the first one compiled.
  set(ccache_settings "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1)
  if(EIDER_PCH)  # without these ccache refuses every source with a precompiled header
    list(APPEND ccache_settings CCACHE_SLOPPINESS=pch_defines,time_macros)
  endif()
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env ${ccache_settings} "${CCACHE_PROGRAM}")
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

# Code of a shared library: position independent. Hidden, so that nothing is left for the dynamic linker to replace: calls
# within the library stay direct, and static programs lose nothing by it.
function(eider_pic target)
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden
                                             VISIBILITY_INLINES_HIDDEN ON)
endfunction()

# eider_precompile(KIND [HEADER kind] [PIC] lib...): the header cmake/precompiled/KIND.hpp, or another's, compiled with the flags
# that lib... bring.
# eider_precompiled(TARGET KIND): the target uses it; its flags must be the same.
function(eider_precompile kind)
  if(EIDER_PCH)
    add_library(eider_precompiled_${kind} OBJECT "${CMAKE_SOURCE_DIR}/cmake/precompiled/empty.cpp")
    cmake_parse_arguments(ARG "PIC" "HEADER" "" ${ARGN})
    if(NOT ARG_HEADER)
      set(ARG_HEADER ${kind})
    endif()
    target_link_libraries(eider_precompiled_${kind} PRIVATE eider_options tl::expected ${ARG_UNPARSED_ARGUMENTS})
    target_precompile_headers(eider_precompiled_${kind} PRIVATE "${CMAKE_SOURCE_DIR}/cmake/precompiled/${ARG_HEADER}.hpp")
    if(ARG_PIC)
      eider_pic(eider_precompiled_${kind})
    endif()
  endif()
endfunction()
function(eider_precompiled target kind)
  if(EIDER_PCH)
    target_precompile_headers(${target} REUSE_FROM eider_precompiled_${kind})
  endif()
endfunction()

# eider_library(FOLDER [PIC] [dep...] [PRIVATE dep...]): the library eider_<folder> from src/FOLDER/**.cpp.
function(eider_library folder)
  cmake_parse_arguments(ARG "PIC" "" "PRIVATE" ${ARGN})
  string(REPLACE "/" "_" name "${folder}")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/${folder}/*.cpp")
  if(sources)
    add_library(eider_${name} STATIC ${sources})
    target_link_libraries(eider_${name} PUBLIC eider_options ${ARG_UNPARSED_ARGUMENTS} PRIVATE ${ARG_PRIVATE})
    if(ARG_PIC AND EIDER_SHARED)
      eider_pic(eider_${name})
      eider_precompiled(eider_${name} library_pic)
    else()
      eider_precompiled(eider_${name} library)
    endif()
  else()
    add_library(eider_${name} INTERFACE)
    target_link_libraries(eider_${name} INTERFACE eider_options ${ARG_UNPARSED_ARGUMENTS})
  endif()
endfunction()

# Linked last, for its options must come after -Wshadow: a local name may be that of a neighbour; what shadows something of
# its own source the dev preset refuses. And what a neighbour includes counts as a header of its own.
add_library(eider_as_one INTERFACE)
target_compile_options(eider_as_one INTERFACE -Wno-shadow $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)

# eider_test(FOLDER lib... [STARTS program] [AS_ONE]): the program test_<folder> from tests/FOLDER/**.cpp, each case a CTest test;
# AS_ONE: all cases together are one, for what they share takes longer to start than they take.
# STARTS names a program that the tests run: it is built before the test program is linked, not before it is compiled.
function(eider_test folder)
  cmake_parse_arguments(ARG "AS_ONE" "STARTS;WITHOUT" "" ${ARGN})
  string(REPLACE "/" "_" name "${folder}")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp")
  if(ARG_WITHOUT)  # a folder in it that has a program of its own
    list(FILTER sources EXCLUDE REGEX "/${folder}/${ARG_WITHOUT}/")
  endif()
  if(NOT sources)
    return()
  endif()
  add_executable(test_${name} ${sources})
  target_link_libraries(test_${name} PRIVATE ${ARG_UNPARSED_ARGUMENTS} eider_glue eider_support_paths
                        GTest::gtest GTest::gmock GTest::gtest_main)
  target_include_directories(test_${name} PRIVATE "${CMAKE_SOURCE_DIR}/tests")
  eider_precompiled(test_${name} test)
  # Several sources compiled as one share what their headers declare and what their templates become: a third of the time.
  # The names in their unnamed namespaces meet: scripts/check-unity.py. Libraries and commands are not worth that care.
  if(EIDER_UNITY GREATER 0)
    set_target_properties(test_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${EIDER_UNITY})
    target_link_libraries(test_${name} PRIVATE eider_as_one)
  endif()
  if(ARG_STARTS)
    set_property(TARGET test_${name} APPEND PROPERTY LINK_DEPENDS "$<TARGET_FILE:${ARG_STARTS}>")
  endif()
  if(ARG_AS_ONE)  # what its tests share takes longer to start than they take
    add_test(NAME ${name} COMMAND test_${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT 900)  # six times what it takes beside compilations
    return()
  endif()
  gtest_discover_tests(test_${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
                       PROPERTIES TIMEOUT 300)
endfunction()

# eider_fuzzer(NAME lib...): the libFuzzer program fuzz_<name> from fuzz/<name>.cpp; its seeds are fuzz/corpus/<name>/.
function(eider_fuzzer name)
  add_executable(fuzz_${name} ${name}.cpp)
  target_include_directories(fuzz_${name} PRIVATE "${CMAKE_SOURCE_DIR}/tests")
  target_link_libraries(fuzz_${name} PRIVATE ${ARGN})
  eider_precompiled(fuzz_${name} library)
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
endfunction()

# eider_bench(NAME lib...): the program bench_<name> from bench/<name>.cpp.
function(eider_bench name)
  add_executable(bench_${name} ${name}.cpp)
  target_include_directories(bench_${name} PRIVATE "${CMAKE_SOURCE_DIR}/tests")
  target_link_libraries(bench_${name} PRIVATE ${ARGN} benchmark::benchmark)
  eider_precompiled(bench_${name} library)
endfunction()

# eider_all_built(PREFIX): every source of this folder is a program; one that was forgotten stops the configuration.
function(eider_all_built prefix)
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  foreach(source ${sources})
    get_filename_component(name "${source}" NAME_WE)
    if(NOT TARGET ${prefix}${name})
      message(FATAL_ERROR "${source} has no line in ${CMAKE_CURRENT_SOURCE_DIR}/CMakeLists.txt")
    endif()
  endforeach()
endfunction()
