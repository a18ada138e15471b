#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "case/cli_testing.h"

namespace backtrail::cli {

namespace fs = std::filesystem;

/// A CloudTrail record; `n`: 1 to 9, its minute and the end of its id.
inline std::string record(int n, const std::string& name, const std::string& parameters,
                          const std::string& error = "") {
  const std::string id = "00000000-0000-4000-8000-00000000000" + std::to_string(n);
  return R"({"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::111122223333:user/bert",)"
         R"("accountId":"111122223333","accessKeyId":"AKIAIOSFODNN7EXAMPLE","userName":"bert"},"eventTime":"2026-01-31T08:0)" +
         std::to_string(n) + R"(:00Z","eventSource":")" +
         (name == "StopLogging" ? "cloudtrail" : "iam") + R"(.amazonaws.com","eventName":")" +
         name +
         R"(","awsRegion":"us-east-1","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli/2.15.0 <b>\u001b[2J","requestParameters":)" +
         parameters + (error.empty() ? "" : R"(,"errorCode":")" + error + "\"") +
         R"(,"responseElements":null,"requestID":"r","eventID":")" + id +
         R"(","readOnly":false,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management"})";
}

/// A folder of logs and a place for a case; the signing key lives there too.
class CliCase : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = TemporaryDirectory::create("cli-case");
    ASSERT_TRUE(made);
    home_.emplace(std::move(*made));
    ::setenv("XDG_DATA_HOME", (home_->path() / "data").c_str(), 1);
    fs::create_directories(home_->path() / "logs");
    write("logs/a.json",
          "{\"Records\":[" + record(1, "ListUsers", "null") + "," +
              record(2, "CreateLoginProfile", R"({"userName":"eve","password":"hunter2-secret"})") +
              "," +
              record(3, "StopLogging",
                     R"({"name":"arn:aws:cloudtrail:us-east-1:111122223333:trail/main"})") +
              "]}");
    write("logs/copy.json", "[" + record(1, "ListUsers", "null") + "]");
    write("logs/notes.txt", "call me back");
  }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(home_->path() / name) << text;
  }
  [[nodiscard]] std::string path(const std::string& name) const {
    return (home_->path() / name).string();
  }
  Terminal::Outcome run(std::vector<std::string> line) {
    line.insert(line.end(), {"--case", path("case")});
    return terminal_.run(line);
  }
  Json json(const std::vector<std::string>& line, int code = 0) {
    std::vector<std::string> full = line;
    full.insert(full.end(), {"--output", "json"});
    const auto got = run(full);
    EXPECT_EQ(got.code, code) << join(full, " ") << "\n" << got.err;
    const auto parsed = Json::parse(got.out);
    EXPECT_TRUE(parsed) << got.out;
    return parsed ? *parsed : Json();
  }
  std::vector<Json> lines(const std::vector<std::string>& line, int code = 0) {
    std::vector<std::string> full = line;
    full.insert(full.end(), {"--output", "jsonl"});
    const auto got = run(full);
    EXPECT_EQ(got.code, code) << got.err;
    std::vector<Json> out;
    for (const std::string_view l : split(got.out, '\n'))
      if (!l.empty()) {
        const auto parsed = Json::parse(l);
        EXPECT_TRUE(parsed) << l;
        if (parsed) out.push_back(*parsed);
      }
    return out;
  }

  std::optional<TemporaryDirectory> home_;
  Terminal terminal_;
};

}  // namespace backtrail::cli
