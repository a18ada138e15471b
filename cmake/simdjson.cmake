# simdjson 3.12.3: the two amalgamated files out of the pinned Python source package pysimdjson
# (Debian's 3.0.1 rejects lone surrogates). Without a network, set BACKTRAIL_SIMDJSON_DIR to a folder
# that holds simdjson.h and simdjson.cpp of that version.
set(BACKTRAIL_SIMDJSON_DIR "$ENV{BACKTRAIL_SIMDJSON_DIR}" CACHE PATH
    "folder with simdjson.h and simdjson.cpp; empty: fetched from the pinned source package")
set(_dir "${BACKTRAIL_SIMDJSON_DIR}")
if(NOT _dir)
  if(DEFINED ENV{XDG_CACHE_HOME})
    set(_cache "$ENV{XDG_CACHE_HOME}/backtrail-build")
  else()
    set(_cache "$ENV{HOME}/.cache/backtrail-build")
  endif()
  set(_dir "${_cache}/pysimdjson-7.0.2/simdjson")
  if(NOT EXISTS "${_dir}/simdjson.cpp")
    execute_process(COMMAND ${PROJECT_SOURCE_DIR}/cmake/fetch_simdjson.sh "${_cache}"
                    COMMAND_ERROR_IS_FATAL ANY)
  endif()
endif()
file(SHA256 "${_dir}/simdjson.cpp" _cpp)
file(SHA256 "${_dir}/simdjson.h" _h)
set(_want_cpp "17a1e9b70a8cc0a5be3b3e95ddb26838bcebdc8bb6cb93980a9628b065cbaf72")
set(_want_h "d930dbc24ecba8fb7fcba534e1932375964bb2fab82a396d3b810b42968c1863")
if(NOT _cpp STREQUAL _want_cpp OR NOT _h STREQUAL _want_h)
  message(FATAL_ERROR "simdjson in ${_dir} is not the pinned version 3.12.3")
endif()
add_library(simdjson STATIC "${_dir}/simdjson.cpp")
target_include_directories(simdjson SYSTEM PUBLIC "${_dir}")
target_compile_options(simdjson PRIVATE -w)
