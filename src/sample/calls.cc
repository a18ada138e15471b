#include "sample/calls.h"

#include <fmt/format.h>

namespace backtrail::sample {
namespace {

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

std::string bucket_host(std::string_view bucket, std::string_view region) {
  return fmt::format("{}.s3.{}.amazonaws.com", bucket, region);
}

std::string object_resources(std::string_view bucket, std::string_view key,
                             std::string_view owner) {
  const std::string arn = fmt::format("arn:aws:s3:::{}", bucket);
  return Json(
             Json::Array{
                 Json::Object{{"type", "AWS::S3::Object"}, {"ARN", fmt::format("{}/{}", arn, key)}},
                 Json::Object{{"accountId", owner}, {"type", "AWS::S3::Bucket"}, {"ARN", arn}}})
      .dump();
}

}  // namespace

Call make_call(const Template& from, const Places& places, const Actor& actor,
               std::string_view region, bool read_only) {
  std::string request(from.request_json);
  replace_all(request, "$bucket", places.bucket);
  replace_all(request, "$instance", places.instance);
  replace_all(request, "$account", actor.account);
  replace_all(request, "$host", bucket_host(places.bucket, region));
  return {.service = from.service,
          .name = from.name,
          .read_only = read_only,
          .request_json = std::move(request),
          .error_code = std::string(from.error_code),
          .error_message = std::string(from.error_message)};
}

Call bucket_call(std::string_view name, std::string_view bucket, std::string_view region,
                 bool read_only, Json::Object members) {
  Json::Object request{{"bucketName", bucket}, {"Host", bucket_host(bucket, region)}};
  for (auto& member : members) request.push_back(std::move(member));
  return {.service = "s3",
          .name = name,
          .read_only = read_only,
          .request_json = object(std::move(request))};
}

Call object_read(std::string_view bucket, std::string_view key, std::string_view region,
                 std::string_view bucket_owner) {
  Call call = bucket_call("GetObject", bucket, region, true, {{"key", key}});
  call.data_event = true;
  call.resources_json = object_resources(bucket, key, bucket_owner);
  return call;
}

Call denied(Call call, const Actor& actor, std::string_view resource, std::string_view reason) {
  std::string_view operation = call.name;
  if (call.service == "lambda") operation = operation.substr(0, operation.find("201"));
  if (call.service == "s3" && operation == "ListBuckets") operation = "ListAllMyBuckets";
  const std::string action = fmt::format("{}:{}", call.service, operation);
  const std::string because =
      reason.empty() ? fmt::format("because no identity-based policy allows the {} action", action)
                     : std::string(reason);
  const bool ec2 = call.service == "ec2";
  call.error_code = ec2 ? "Client.UnauthorizedOperation" : "AccessDenied";
  call.error_message = fmt::format("{}User: {} is not authorized to perform: {} on resource: {} {}",
                                   ec2 ? "You are not authorized to perform this operation. " : "",
                                   actor.identity.arn, action, resource, because);
  if (!ec2 && call.service != "s3") call.request_json.clear();
  call.response_json.clear();
  return call;
}

}  // namespace backtrail::sample
