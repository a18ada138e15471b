#include "report/mask.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "report/detail/mask_parts.h"

namespace backtrail::report {
namespace {

// What CloudTrail itself writes in place of a secret, and values that hide nothing.
constexpr std::array kNotSecret = {std::string_view("HIDDEN_DUE_TO_SECURITY_REASONS"),
                                   std::string_view("***"),
                                   std::string_view("****"),
                                   std::string_view("REDACTED"),
                                   std::string_view("null"),
                                   std::string_view("true"),
                                   std::string_view("false")};

constexpr std::size_t kLongestNamedValue = 4096;

bool is_name_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.';
}

/// Of `{"name":…,"value":…}`.
bool is_value_name(std::string_view name) {
  const std::string n = normalised_name(name);
  return n == "value" || n == "parametervalue" || n == "stringvalue";
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
        case 'A':
        case 'S':
        case 'd':
        case 'g':
        case 'h':
        case 'n':
        case 'p':
        case 'r':
        case 's':
        case 'w':
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
    if (rest(colon).starts_with("://")) return after_scheme(colon);
    std::size_t end = colon;
    while (end > 0 && text_[end - 1] == ' ') --end;
    const bool quoted = end > 0 && (text_[end - 1] == '"' || text_[end - 1] == '\'');
    if (!quoted) return header_value(colon, end);
    const char quote = text_[--end];
    std::size_t slashes = 0;
    while (end > 0 && text_[end - 1] == '\\') --end, ++slashes;
    const std::string_view name = name_before(end);
    const bool secret = is_secret_name(name);
    const bool value = !secret && is_value_name(name);
    if (!secret && !value) return colon;
    std::size_t at = colon + 1;
    while (at < text_.size() && std::isspace(static_cast<unsigned char>(text_[at]))) ++at;
    const std::string open = std::string(slashes, '\\') + quote;
    if (!rest(at).starts_with(open)) return colon;
    at += open.size();
    // Values that are not masked are read again: none may be read to a far end.
    const std::size_t stop =
        string_end(at, quote, slashes, value ? kLongestNamedValue : text_.size());
    if (is_title(name, text_.substr(at, stop - at))) return colon;
    if (value &&
        (stop == text_.size() || !named_a_secret(end - name.size() - open.size(), stop, open)))
      return colon;
    return mask(at, stop);
  }

  /// Where the string ends that began with a quote escaped by `slashes` backslashes. Each backslash
  /// inside it is written as slashes + 1 of them; an even number of those before a quote ends it.
  [[nodiscard]] std::size_t string_end(std::size_t at, char quote, std::size_t slashes,
                                       std::size_t most = std::string_view::npos) const {
    for (std::size_t i = at; i < text_.size() && i - at < most; ++i) {
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
    const std::string name = normalised_name(name_before(name_end));
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
    const std::string_view name = name_before(equals);
    std::size_t at = equals + 1;
    if (name == "code" && equals > 4 && (text_[equals - 5] == '?' || text_[equals - 5] == '&')) {
      const std::size_t stop = bare_end(at, "&;,\"'\\<>)]}");  // of OAuth: a one-time password
      return stop - at >= 16 ? mask(at, stop) : equals;
    }
    if (!is_secret_name(name)) return equals;
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
    if (rest(i).starts_with("-u ") || rest(i).starts_with("-p")) return short_option(i);
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

  /// `curl -u name:password`, `mysql -ppassword`.
  std::size_t short_option(std::size_t i) {
    if (i == 0 || text_[i - 1] != ' ') return i;
    const std::string_view before =
        text_.substr(i > 200 ? i - 200 : 0, std::min<std::size_t>(i, 200));
    if (rest(i).starts_with("-u ")) {
      if (before.find("curl") == std::string_view::npos) return i;
      const std::size_t stop = bare_end(i + 3, "\"'\\");
      const std::size_t divider = text_.find(':', i + 3);
      return divider < stop ? mask(divider + 1, stop) : i;
    }
    if (before.find("mysql") == std::string_view::npos) return i;
    const std::size_t stop = bare_end(i + 2, "\"'\\");
    return stop > i + 2 ? mask(i + 2, stop) : i;
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

  /// A token of a service whose makers gave it a prefix so that it is found.
  std::size_t at_prefixed_token(std::size_t i) {
    if (!starts_word(i)) return i;
    const std::size_t end = prefixed_token_end(text_, i);
    return end == i ? i : mask(i, end);
  }

  /// `https://user:password@host`, and webhook addresses, which are passwords themselves.
  std::size_t after_scheme(std::size_t colon) {
    const std::size_t begin = colon + 3;
    const std::size_t end = std::min(text_.find_first_of(" \t\r\n\"'\\/?#<>", begin), text_.size());
    const std::string_view authority = text_.substr(begin, end - begin);
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
      const std::size_t divider = authority.find(':');
      if (divider < at) return mask(begin + divider + 1, begin + at);
    }
    for (const std::string_view hook : {std::string_view("hooks.slack.com/services/"),
                                        std::string_view("discord.com/api/webhooks/")})
      if (rest(begin).starts_with(hook))
        return mask(begin + hook.size(), bare_end(begin + hook.size(), "\"'\\<>"));
    return colon;
  }

  /// Text between quotes that are escaped alike: `"…"` that ends right before `end`.
  [[nodiscard]] std::string_view quoted_before(std::size_t end, std::string_view quote) const {
    if (end < 2 * quote.size() || text_.substr(end - quote.size(), quote.size()) != quote)
      return {};
    const std::size_t stop = end - quote.size();
    const std::size_t begin = text_.rfind(quote, stop - 1);
    if (stop == 0 || begin == std::string_view::npos || stop - begin > 128) return {};
    return text_.substr(begin + quote.size(), stop - begin - quote.size());
  }

  /// A list of named values: `{"name":"DB_PASSWORD","value":"…"}`, in both orders. `key_begin` is
  /// where the quote of `value` begins, `value_end` where its string ends.
  [[nodiscard]] bool named_a_secret(std::size_t key_begin, std::size_t value_end,
                                    std::string_view quote) const {
    const auto names_it = [](std::string_view key) {
      const std::string n = normalised_name(key);
      return n == "name" || n == "key" || n == "parameterkey" || n == "parametername" ||
             n == "variable";
    };
    const auto skip_back = [this](std::size_t at, char c) {
      while (at > 0 && text_[at - 1] == ' ') --at;
      return at > 0 && text_[at - 1] == c ? at - 1 : std::string_view::npos;
    };
    if (const std::size_t comma = skip_back(key_begin, ','); comma != std::string_view::npos) {
      std::size_t end = comma;
      while (end > 0 && text_[end - 1] == ' ') --end;
      const std::string_view name = quoted_before(end, quote);
      if (!name.empty()) {
        const std::size_t colon = skip_back(end - name.size() - 2 * quote.size(), ':');
        if (colon != std::string_view::npos && names_it(quoted_before(colon, quote)))
          return is_secret_name(name);
      }
    }
    std::size_t at = value_end + quote.size();
    const auto expect = [&](std::string_view what) {
      at = skip_spaces(at);
      if (!rest(std::min(at, text_.size())).starts_with(what)) return false;
      at += what.size();
      return true;
    };
    const auto word = [&]() -> std::string_view {
      if (!expect(quote)) return {};
      const std::size_t end = text_.find(quote, at);
      if (end == std::string_view::npos || end - at > 128) return {};
      const std::string_view out = text_.substr(at, end - at);
      at = end + quote.size();
      return out;
    };
    return expect(",") && names_it(word()) && expect(":") && is_secret_name(word());
  }

  std::string_view text_;
  std::string out_;
  std::size_t copied_ = 0;
};

}  // namespace

std::string mask_secrets(std::string_view text) {
  std::string out = Masker(text).run();
  mask_encoded_scripts(out);
  return out;
}

std::string mask_field(std::string_view name, std::string_view value) {
  if (is_secret_name(name) && !is_title(name, value) && worth_masking(value) && !value.starts_with('{') &&
      !value.starts_with('['))
    return std::string(kMasked);
  return mask_secrets(value);
}

}  // namespace backtrail::report
