#pragma once

#include <string>
#include <string_view>

/// The keys of JSON text in another spelling; values and white space stay. The text must be sound JSON.
namespace backtrail {

/// `Id` → `id`, `IAMUser` → `iamUser`, `S3BucketDetails` → `s3BucketDetails`: what AWS's APIs print, as its events
/// spell it. A key that is no plain name (`AWS::EC2::Instance`, `aws/guardduty/count`) stays.
[[nodiscard]] std::string with_camel_keys(std::string_view json);
/// All keys in lower case (ASCII), as Athena's SerDe gives them.
[[nodiscard]] std::string with_lower_keys(std::string_view json);

}  // namespace backtrail
