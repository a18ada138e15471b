#include <algorithm>
#include <array>
#include <cctype>

#include "report/detail/mask_parts.h"
#include "report/mask.h"

namespace backtrail::report {
namespace {

// Names in lower case, without '-' and '_'.
constexpr std::array kExact = {std::string_view("token"),
                               std::string_view("accesstoken"),
                               std::string_view("refreshtoken"),
                               std::string_view("idtoken"),
                               std::string_view("authtoken"),
                               std::string_view("securitytoken"),
                               std::string_view("bearertoken"),
                               std::string_view("webidentitytoken"),
                               std::string_view("tokencode"),
                               std::string_view("tokensecret"),
                               std::string_view("xamzsecuritytoken"),
                               std::string_view("xamzsignature"),
                               std::string_view("signature"),
                               std::string_view("authorization"),
                               std::string_view("xapikey"),
                               std::string_view("apikey"),
                               std::string_view("pwd"),
                               std::string_view("passphrase"),
                               std::string_view("samlassertion"),
                               std::string_view("samlresponse"),
                               std::string_view("secret"),
                               std::string_view("secretstring"),
                               std::string_view("secretbinary"),
                               std::string_view("secretkey"),
                               std::string_view("secretaccesskey"),
                               std::string_view("clientsecret"),
                               std::string_view("keymaterial"),
                               std::string_view("privatekey"),
                               std::string_view("privatekeyplaintext"),
                               std::string_view("plaintext"),
                               std::string_view("base32stringseed"),
                               std::string_view("qrcodepng"),
                               std::string_view("servicepassword"),
                               std::string_view("activationcode"),
                               std::string_view("authorizationcode"),
                               std::string_view("devicecode"),
                               std::string_view("cookie"),
                               std::string_view("setcookie"),
                               std::string_view("credentialsecret"),
                               std::string_view("servicecredentialsecret"),
                               std::string_view("passcode"),
                               std::string_view("sharedsecret"),
                               std::string_view("presharedkey"),
                               std::string_view("signintoken"),
                               std::string_view("apikeyvalue"),
                               std::string_view("clientsecretvalue"),
                               std::string_view("mastersecret"),
                               std::string_view("pass"),
                               std::string_view("oauthtoken"),
                               std::string_view("xamzserversideencryptioncustomerkey")};
constexpr std::array kEndings = {
    std::string_view("password"),     std::string_view("passwd"),
    std::string_view("sessiontoken"), std::string_view("secretaccesskey"),
    std::string_view("secretkey"),    std::string_view("clientsecret"),
    std::string_view("authtoken"),    std::string_view("accesstoken"),
    std::string_view("privatekey"),   std::string_view("apikey"),
    std::string_view("apitoken"),     std::string_view("signingsecret"),
    std::string_view("webhooksecret")};

}  // namespace

std::string normalised_name(std::string_view name) {
  std::string out;
  for (const char c : name)
    if (c != '_' && c != '-') out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (const std::size_t dot = out.rfind('.'); dot != std::string::npos) out.erase(0, dot + 1);
  return out;
}

bool is_secret_name(std::string_view name) {
  if (name.size() < 3) return false;
  const std::string n = normalised_name(name);
  if (std::find(kExact.begin(), kExact.end(), n) != kExact.end()) return true;
  // DB_PASS, dbPass; but not "bypass" or "compass".
  if (name.ends_with("_PASS") || name.ends_with("_pass") || name.ends_with("-pass") ||
      (name.ends_with("Pass") && name.size() > 4 &&
       std::islower(static_cast<unsigned char>(name[name.size() - 5]))))
    return true;
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view e) { return n.ends_with(e); });
}

bool is_title(std::string_view name, std::string_view value) {
  return normalised_name(name) == "signature" && value.find(' ') != std::string_view::npos;
}

}  // namespace backtrail::report
