# backtrail_module(NAME DEPS module… LIBS library…)
#
# A static library `backtrail_NAME` of every src/NAME/**/*.cc except tests. DEPS are the modules it may
# use (STYLE.md's order), LIBS the libraries that only its own files see. Tests (`*_test.cc`) join one
# of two test binaries: `core` for modules that do not reach DuckDB, `case` for the rest.
function(backtrail_module name)
  cmake_parse_arguments(ARG "CASE" "" "DEPS;LIBS;PUBLIC_LIBS" ${ARGN})
  set(dir ${PROJECT_SOURCE_DIR}/src/${name})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${dir}/*.cc)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(TRANSFORM ARG_DEPS PREPEND backtrail_)
  if(sources)
    add_library(backtrail_${name} STATIC ${sources})
    target_include_directories(backtrail_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(backtrail_${name} PUBLIC ${ARG_DEPS} ${ARG_PUBLIC_LIBS}
                                            PRIVATE ${ARG_LIBS} backtrail_warnings)
  else()
    add_library(backtrail_${name} INTERFACE)
    target_include_directories(backtrail_${name} INTERFACE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(backtrail_${name} INTERFACE ${ARG_DEPS} ${ARG_PUBLIC_LIBS})
  endif()
  if(ARG_CASE)
    set(group case)
  else()
    set(group core)
  endif()
  set_property(GLOBAL APPEND PROPERTY backtrail_${group}_tests ${tests})
  set_property(GLOBAL APPEND PROPERTY backtrail_${group}_modules backtrail_${name} ${ARG_LIBS})
endfunction()

function(backtrail_test_binary group)
  get_property(tests GLOBAL PROPERTY backtrail_${group}_tests)
  get_property(modules GLOBAL PROPERTY backtrail_${group}_modules)
  file(GLOB extra CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${group}/*.cc)
  add_executable(${group}_tests ${tests} ${extra} ${PROJECT_SOURCE_DIR}/tests/support/main.cc)
  target_include_directories(${group}_tests PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(${group}_tests PRIVATE
                             BACKTRAIL_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(${group}_tests PRIVATE ${modules} backtrail_warnings GTest::gtest
                                               GTest::gmock)
endfunction()
