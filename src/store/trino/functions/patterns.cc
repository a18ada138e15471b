#include "store/trino/functions/patterns.h"

#include <fmt/format.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace backtrail::store::trino {
namespace {
constexpr std::uint32_t kMatchLimit = 2'000'000;
constexpr std::uint32_t kHeapLimitKib = 64 * 1024;
constexpr std::size_t kCachedPatterns = 64;

std::string message_of(int code) {
  PCRE2_UCHAR text[256];
  pcre2_get_error_message(code, text, sizeof text);
  return reinterpret_cast<const char*>(text);
}
PCRE2_SPTR bytes_of(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }
}  // namespace

struct Pattern::Compiled {
  pcre2_code* code = nullptr;
  pcre2_match_data* data = nullptr;
  pcre2_match_context* context = nullptr;
  ~Compiled() {
    pcre2_match_context_free(context);
    pcre2_match_data_free(data);
    pcre2_code_free(code);
  }
};

Pattern::~Pattern() = default;

Result<std::unique_ptr<Pattern>> Pattern::compile(std::string_view pattern) {
  int error = 0;
  std::size_t offset = 0;
  std::unique_ptr<Pattern> made(new Pattern);
  made->compiled_ = std::make_unique<Compiled>();
  made->compiled_->code = pcre2_compile(bytes_of(pattern), pattern.size(),
                                        PCRE2_UTF | PCRE2_NO_UTF_CHECK, &error, &offset, nullptr);
  if (made->compiled_->code == nullptr)
    return invalid_argument("sql.regex",
                            fmt::format("bad regular expression '{}' at character {}: {}", pattern,
                                        offset + 1, message_of(error)));
  pcre2_jit_compile(made->compiled_->code, PCRE2_JIT_COMPLETE);  // without JIT it only runs slower
  made->compiled_->data = pcre2_match_data_create_from_pattern(made->compiled_->code, nullptr);
  made->compiled_->context = pcre2_match_context_create(nullptr);
  pcre2_set_match_limit(made->compiled_->context, kMatchLimit);
  pcre2_set_heap_limit(made->compiled_->context, kHeapLimitKib);
  pcre2_pattern_info(made->compiled_->code, PCRE2_INFO_CAPTURECOUNT, &made->groups_);
  return made;
}

Result<bool> Pattern::match_at(std::string_view text, std::size_t from) {
  const int found = pcre2_match(compiled_->code, bytes_of(text), text.size(), from,
                                PCRE2_NO_UTF_CHECK, compiled_->data, compiled_->context);
  if (found >= 0) return true;
  if (found == PCRE2_ERROR_NOMATCH) return false;
  return make_error(
      ErrorCode::resource_exhausted, "sql.regex_limit",
      fmt::format("the regular expression gives up on a text of {} bytes: {}; make it "
                  "simpler (nested repetition is the usual cause)",
                  text.size(), message_of(found)));
}

Result<bool> Pattern::matches(std::string_view text) { return match_at(text, 0); }

Result<std::optional<std::vector<Pattern::Span>>> Pattern::find(std::string_view text,
                                                                std::size_t from) {
  BACKTRAIL_ASSIGN(const bool found, match_at(text, from));
  if (!found) return std::optional<std::vector<Span>>();
  const PCRE2_SIZE* spans = pcre2_get_ovector_pointer(compiled_->data);
  std::vector<Span> out;
  for (std::uint32_t i = 0; i <= groups_; ++i) {
    const bool unset = spans[2 * i] == PCRE2_UNSET;
    out.emplace_back(unset ? std::string_view::npos : spans[2 * i],
                     unset ? std::string_view::npos : spans[2 * i + 1]);
  }
  // \K in a look-ahead can put the start past the end.
  if (out[0].first > out[0].second) out[0].first = out[0].second;
  return std::optional(std::move(out));
}

std::optional<std::uint32_t> Pattern::group_number(const std::string& name) const {
  const int number =
      pcre2_substring_number_from_name(compiled_->code, reinterpret_cast<PCRE2_SPTR>(name.c_str()));
  if (number <= 0) return std::nullopt;
  return static_cast<std::uint32_t>(number);
}

Result<Pattern*> PatternCache::get(std::string_view pattern) {
  if (const auto found = patterns_.find(pattern); found != patterns_.end())
    return found->second.get();
  BACKTRAIL_ASSIGN(auto made, Pattern::compile(pattern));
  if (patterns_.size() >= kCachedPatterns) patterns_.clear();  // patterns come from a column
  Pattern* const kept = made.get();
  patterns_.emplace(std::string(pattern), std::move(made));
  return kept;
}

}  // namespace backtrail::store::trino
