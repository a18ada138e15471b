#define PCRE2_CODE_UNIT_WIDTH 8
#include "store/functions/regex_search.h"

#include <pcre2.h>

#include <array>

namespace backtrail::store {
namespace {

// The native matcher's limits: both must give up on the same texts.
constexpr std::uint32_t kMatchLimit = 200'000;
constexpr std::uint32_t kDepthLimit = 2'000;
constexpr std::uint32_t kHeapLimitKiB = 16 * 1024;
constexpr std::size_t kKept = 256;

PCRE2_SPTR bytes(std::string_view s) { return reinterpret_cast<PCRE2_SPTR>(s.data()); }

std::uint32_t options(std::string_view flags) {
  std::uint32_t out =
      PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
  for (const char c : flags)
    out |= c == 'i' ? PCRE2_CASELESS : c == 'm' ? PCRE2_MULTILINE : c == 's' ? PCRE2_DOTALL : 0;
  return out;
}

}  // namespace

struct RegexSearch::Compiled {
  pcre2_code* code = nullptr;
  pcre2_match_data* data = nullptr;
  pcre2_match_context* context = nullptr;

  Compiled() = default;
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;
  ~Compiled() {
    pcre2_match_data_free(data);
    pcre2_match_context_free(context);
    pcre2_code_free(code);
  }
};

RegexSearch::RegexSearch() = default;
RegexSearch::~RegexSearch() = default;

Result<bool> RegexSearch::search(std::string_view text, std::string_view expression,
                                 std::string_view flags) {
  std::string key(flags);
  key.append("/").append(expression);
  auto it = compiled_.find(key);
  if (it == compiled_.end()) {
    auto made = std::make_unique<Compiled>();
    int error = 0;
    std::size_t offset = 0;
    made->code = pcre2_compile(bytes(expression), expression.size(), options(flags), &error,
                               &offset, nullptr);
    if (made->code == nullptr) {
      std::array<PCRE2_UCHAR, 200> message{};
      pcre2_get_error_message(error, message.data(), message.size());
      return invalid_argument("sql.regex", "not a regular expression: " + std::string(expression) +
                                               ": " +
                                               reinterpret_cast<const char*>(message.data()));
    }
    made->data = pcre2_match_data_create_from_pattern(made->code, nullptr);
    made->context = pcre2_match_context_create(nullptr);
    pcre2_set_match_limit(made->context, kMatchLimit);
    pcre2_set_depth_limit(made->context, kDepthLimit);
    pcre2_set_heap_limit(made->context, kHeapLimitKiB);
    if (compiled_.size() >= kKept) compiled_.clear();  // expressions come from a column
    it = compiled_.emplace(std::move(key), std::move(made)).first;
  }
  const Compiled& c = *it->second;
  return pcre2_match(c.code, bytes(text), text.size(), 0, 0, c.data, c.context) >= 0;
}

}  // namespace backtrail::store
