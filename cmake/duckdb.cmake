# DuckDB: header and static libraries of one build, pinned by cmake/duckdb/go.sum (the go command
# checks the hash). Without Go or without a network, set BACKTRAIL_DUCKDB_DIR to a folder that holds
# duckdb.h and the lib*.a of the same version.
set(BACKTRAIL_DUCKDB_DIR "$ENV{BACKTRAIL_DUCKDB_DIR}" CACHE PATH
    "folder with duckdb.h and libduckdb_static.a; empty: fetched as the pinned Go module")
set(_dir "${BACKTRAIL_DUCKDB_DIR}")
if(NOT _dir)
  find_program(GO_EXECUTABLE go HINTS /usr/local/go/bin REQUIRED)
  execute_process(
    COMMAND ${GO_EXECUTABLE} mod download -json
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}/cmake/duckdb
    OUTPUT_VARIABLE _json COMMAND_ERROR_IS_FATAL ANY)
  string(JSON _dir GET "${_json}" Dir)
endif()
set(_libs duckdb_static duckdb_generated_extension_loader autocomplete_extension
    core_functions_extension icu_extension json_extension parquet_extension duckdb_fastpforlib
    duckdb_fmt duckdb_fsst duckdb_hyperloglog duckdb_mbedtls duckdb_miniz duckdb_pg_query duckdb_re2
    duckdb_skiplistlib duckdb_utf8proc duckdb_yyjson duckdb_zstd)
list(TRANSFORM _libs PREPEND "${_dir}/lib")
list(TRANSFORM _libs APPEND ".a")
find_package(Threads REQUIRED)
add_library(duckdb INTERFACE)
target_include_directories(duckdb SYSTEM INTERFACE ${_dir})
target_compile_definitions(duckdb INTERFACE DUCKDB_STATIC_BUILD)
target_link_libraries(duckdb INTERFACE -Wl,--start-group ${_libs} -Wl,--end-group
                                       Threads::Threads ${CMAKE_DL_LIBS} m)
