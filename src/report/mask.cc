#include "report/mask.h"

#include <algorithm>
#include <array>
#include <cctype>

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
                               std::string_view("servicecredentialsecret")};
constexpr std::array kEndings = {
    std::string_view("password"),     std::string_view("passwd"),
    std::string_view("sessiontoken"), std::string_view("secretaccesskey"),
    std::string_view("secretkey"),    std::string_view("clientsecret"),
    std::string_view("authtoken"),    std::string_view("accesstoken"),
    std::string_view("privatekey"),   std::string_view("apikey"),
    std::string_view("apitoken"),     std::string_view("signingsecret"),
    std::string_view("webhooksecret")};
// What CloudTrail itself writes in place of a secret, and values that hide nothing.
constexpr std::array kNotSecret = {std::string_view("HIDDEN_DUE_TO_SECURITY_REASONS"),
                                   std::string_view("***"),
                                   std::string_view("****"),
                                   std::string_view("REDACTED"),
                                   std::string_view("null"),
                                   std::string_view("true"),
                                   std::string_view("false")};

bool is_name_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.';
}

std::string normalised(std::string_view name) {
  std::string out;
  for (const char c : name)
    if (c != '_' && c != '-') out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (const std::size_t dot = out.rfind('.'); dot != std::string::npos) out.erase(0, dot + 1);
  return out;
}

bool worth_masking(std::string_view value) {
  if (value.empty() || value.starts_with("arn:") || value.starts_with("(HIDDEN") ||
      value.starts_with("{{resolve:") || value.starts_with("[masked"))
    return false;
  return std::find(kNotSecret.begin(), kNotSecret.end(), value) == kNotSecret.end();
}

/// One pass over the text; `copied_` is where the part not yet written to `out_` begins.
class Masker {
 public:
  explicit Masker(std::string_view text) : text_(text) {}

  std::string run() {
    for (std::size_t i = 0; i < text_.size(); ++i) {
      switch (text_[i]) {
        case ':':
          i = after_colon(i);
          break;
        case '=':
          i = after_equals(i);
          break;
        case '-':
          i = at_dash(i);
          break;
        case 'e':
          i = at_web_token(i);
          break;
        case 'I':
        case 'F':
          i = at_session_token(i);
          break;
        case 'B':
        case 'b':
          i = at_scheme(i);
          break;
        case 'g':
        case 'x':
          i = at_prefixed_token(i);
          break;
        default:
          break;
      }
    }
    if (copied_ == 0) return std::string(text_);
    out_ += text_.substr(copied_);
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string_view rest(std::size_t at) const { return text_.substr(at); }
  [[nodiscard]] std::size_t skip_spaces(std::size_t at) const {
    while (at < text_.size() && (text_[at] == ' ' || text_[at] == '\t')) ++at;
    return at;
  }

  /// Masks [from, to) and gives the position to go on behind.
  std::size_t mask(std::size_t from, std::size_t to) {
    if (from < copied_ || !worth_masking(text_.substr(from, to - from)))
      return std::max(from, to) - 1;
    out_ += text_.substr(copied_, from - copied_);
    out_ += kMasked;
    copied_ = to;
    return to - 1;
  }

  /// The name that ends right before `end`.
  [[nodiscard]] std::string_view name_before(std::size_t end) const {
    std::size_t begin = end;
    while (begin > copied_ && is_name_char(text_[begin - 1]) && end - begin < 64) --begin;
    return text_.substr(begin, end - begin);
  }

  /// The end of a bare value: white space or a separator.
  [[nodiscard]] std::size_t bare_end(std::size_t at, std::string_view separators) const {
    while (at < text_.size() && static_cast<unsigned char>(text_[at]) > ' ' &&
           separators.find(text_[at]) == std::string_view::npos)
      ++at;
    return at;
  }

  /// `"name" : "value"` with the quotes escaped by any number of backslashes, or `Name: value`.
  std::size_t after_colon(std::size_t colon) {
    std::size_t end = colon;
    while (end > 0 && text_[end - 1] == ' ') --end;
    const bool quoted = end > 0 && (text_[end - 1] == '"' || text_[end - 1] == '\'');
    if (!quoted) return header_value(colon, end);
    const char quote = text_[--end];
    std::size_t slashes = 0;
    while (end > 0 && text_[end - 1] == '\\') --end, ++slashes;
    if (!is_secret_name(name_before(end))) return colon;
    std::size_t at = colon + 1;
    while (at < text_.size() && std::isspace(static_cast<unsigned char>(text_[at]))) ++at;
    const std::string open = std::string(slashes, '\\') + quote;
    if (!rest(at).starts_with(open)) return colon;
    at += open.size();
    return mask(at, string_end(at, quote, slashes));
  }

  /// Where the string ends that began with a quote escaped by `slashes` backslashes. Each backslash
  /// inside it is written as slashes + 1 of them; an even number of those before a quote ends it.
  [[nodiscard]] std::size_t string_end(std::size_t at, char quote, std::size_t slashes) const {
    for (std::size_t i = at; i < text_.size(); ++i) {
      if (text_[i] != quote) continue;
      std::size_t n = 0;
      while (i - n > at && text_[i - n - 1] == '\\') ++n;
      if (n < slashes) return i - n;  // the quote of an outer string: this one was cut
      if ((n - slashes) / (slashes + 1) % 2 == 0) return i - slashes;
    }
    return text_.size();
  }

  /// `Authorization: …` and `X-Amz-Security-Token: …` up to the end of the line or a quote.
  std::size_t header_value(std::size_t colon, std::size_t name_end) {
    const std::string name = normalised(name_before(name_end));
    if (name != "authorization" && !name.starts_with("xamzsecuritytoken") && name != "cookie" &&
        name != "setcookie" && !name.ends_with("password") && name != "xapikey")
      return colon;
    const std::size_t at = skip_spaces(colon + 1);
    const std::size_t end = name.ends_with("password")
                                ? bare_end(at, "\"'\\,;&")
                                : std::min(text_.find_first_of("\r\n\"\\", at), text_.size());
    return at < end ? mask(at, end) : colon;
  }

  /// `name=value` in URLs, forms, command lines and environments.
  std::size_t after_equals(std::size_t equals) {
    if (!is_secret_name(name_before(equals))) return equals;
    std::size_t at = equals + 1;
    if (at < text_.size() && (text_[at] == '"' || text_[at] == '\'')) {
      const char quote = text_[at++];
      return mask(at, string_end(at, quote, 0));
    }
    const std::size_t end = bare_end(at, "&;,\"'\\<>)]}");
    return at < end ? mask(at, end) : equals;
  }

  /// `--password value`, and private keys.
  std::size_t at_dash(std::size_t i) {
    if (rest(i).starts_with("-----BEGIN ")) {
      const std::size_t head = text_.find("-----", i + 11);
      if (head == std::string_view::npos || head - i > 64 ||
          text_.substr(i, head - i).find("PRIVATE KEY") == std::string_view::npos)
        return i;
      const std::size_t tail = text_.find("-----END ", head);
      return mask(head + 5, tail == std::string_view::npos ? text_.size() : tail);
    }
    if (!rest(i).starts_with("--") || (i > 0 && is_name_char(text_[i - 1]))) return i;
    std::size_t end = i + 2;
    while (end < text_.size() && is_name_char(text_[end])) ++end;
    if (end == text_.size() || text_[end] != ' ' ||
        !is_secret_name(text_.substr(i + 2, end - i - 2)))
      return i;
    const std::size_t at = skip_spaces(end);
    const std::size_t stop = bare_end(at, "\"'\\");
    return at < stop && text_[at] != '-' ? mask(at, stop) : i;
  }

  [[nodiscard]] bool starts_word(std::size_t i) const {
    return i == 0 || !std::isalnum(static_cast<unsigned char>(text_[i - 1]));
  }
  [[nodiscard]] std::size_t base64_end(std::size_t at) const {
    while (at < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[at])) ||
            std::string_view("+/=_-%").find(text_[at]) != std::string_view::npos))
      ++at;
    return at;
  }

  /// A JSON web token: three base64url parts, the first two of them JSON objects.
  std::size_t at_web_token(std::size_t i) {
    if (!rest(i).starts_with("eyJ") || !starts_word(i)) return i;
    const std::size_t first = base64_end(i);
    if (!rest(first).starts_with(".eyJ")) return i;
    const std::size_t second = base64_end(first + 1);
    const std::size_t end =
        second < text_.size() && text_[second] == '.' ? base64_end(second + 1) : second;
    return mask(i, end);
  }

  /// What STS hands out begins with a protobuf header that base64 turns into these texts.
  std::size_t at_session_token(std::size_t i) {
    if (!starts_word(i) ||
        !(rest(i).starts_with("IQoJb3JpZ2lu") || rest(i).starts_with("FwoGZXIvYXdz") ||
          rest(i).starts_with("FQoGZXIvYXdz") || rest(i).starts_with("FQoDYXdz")))
      return i;
    return mask(i, base64_end(i));
  }

  /// `Bearer …` and `Basic …` outside a header.
  std::size_t at_scheme(std::size_t i) {
    if (!starts_word(i)) return i;
    const std::string_view r = rest(i);
    const std::size_t n = r.starts_with("Bearer ") || r.starts_with("bearer ") ? 7
                          : r.starts_with("Basic ")                            ? 6
                                                                               : 0;
    if (n == 0) return i;
    std::size_t end = base64_end(i + n);
    while (end < text_.size() && (text_[end] == '.' || text_[end] == '~'))
      end = base64_end(end + 1);
    return end - i - n >= 16 ? mask(i + n, end) : i;
  }

  /// Tokens of services whose makers gave them a prefix so that they are found.
  std::size_t at_prefixed_token(std::size_t i) {
    if (!starts_word(i)) return i;
    constexpr std::array kPrefixes = {std::string_view("ghp_"),   std::string_view("gho_"),
                                      std::string_view("ghu_"),   std::string_view("ghs_"),
                                      std::string_view("ghr_"),   std::string_view("github_pat_"),
                                      std::string_view("glpat-"), std::string_view("xoxb-"),
                                      std::string_view("xoxp-"),  std::string_view("xapp-")};
    for (const std::string_view prefix : kPrefixes) {
      if (!rest(i).starts_with(prefix)) continue;
      const std::size_t end = base64_end(i + prefix.size());
      return end - i - prefix.size() >= 16 ? mask(i, end) : i;
    }
    return i;
  }

  std::string_view text_;
  std::string out_;
  std::size_t copied_ = 0;
};

}  // namespace

bool is_secret_name(std::string_view name) {
  if (name.size() < 3) return false;
  const std::string n = normalised(name);
  if (std::find(kExact.begin(), kExact.end(), n) != kExact.end()) return true;
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view e) { return n.ends_with(e); });
}

std::string mask_secrets(std::string_view text) { return Masker(text).run(); }

std::string mask_field(std::string_view name, std::string_view value) {
  if (is_secret_name(name) && worth_masking(value) && !value.starts_with('{') &&
      !value.starts_with('['))
    return std::string(kMasked);
  return mask_secrets(value);
}

}  // namespace backtrail::report
