#define PCRE2_CODE_UNIT_WIDTH 8
#include "sigma/detail/regex.h"

#include <fmt/format.h>
#include <pcre2.h>
#include <re2/re2.h>

#include <array>

namespace backtrail::sigma::detail {
namespace {

RE2::Options re2_options(const RegexPattern& p) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(!p.ignore_case);
  options.set_dot_nl(p.dotall);
  options.set_never_capture(true);
  return options;
}

/// `(?m)` has no option of its own outside POSIX syntax.
std::string re2_source(const RegexPattern& p) { return p.multiline ? "(?m)" + p.source : p.source; }

struct FreeCode {
  void operator()(pcre2_code* p) const { pcre2_code_free(p); }
};
using Code = std::unique_ptr<pcre2_code, FreeCode>;

PCRE2_SPTR bytes(std::string_view s) { return reinterpret_cast<PCRE2_SPTR>(s.data()); }

Code compile_pcre2(const RegexPattern& p, int& error, std::size_t& offset) {
  std::uint32_t flags =
      PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
  if (p.ignore_case) flags |= PCRE2_CASELESS;
  if (p.multiline) flags |= PCRE2_MULTILINE;
  if (p.dotall) flags |= PCRE2_DOTALL;
  return Code(pcre2_compile(bytes(p.source), p.source.size(), flags, &error, &offset, nullptr));
}

}  // namespace

Result<RegexPattern> check_regex(RegexPattern pattern) {
  const RE2 re2(re2_source(pattern), re2_options(pattern));
  if (re2.ok()) {
    pattern.engine = RegexEngine::re2;
    return pattern;
  }
  int error = 0;
  std::size_t offset = 0;
  if (compile_pcre2(pattern, error, offset)) {
    pattern.engine = RegexEngine::pcre2;
    return pattern;
  }
  std::array<PCRE2_UCHAR, 200> message{};
  pcre2_get_error_message(error, message.data(), message.size());
  return invalid_argument(
      "sigma.regex",
      fmt::format("not a regular expression: {} at character {} of `{}`",
                  reinterpret_cast<const char*>(message.data()), offset + 1, pattern.source));
}

struct Regex::State {
  std::unique_ptr<RE2> re2{};
  Code code{};
  pcre2_match_data* data = nullptr;
  pcre2_match_context* context = nullptr;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    pcre2_match_data_free(data);
    pcre2_match_context_free(context);
  }
};

Regex::Regex(const RegexPattern& pattern) : state_(std::make_unique<State>()) {
  if (pattern.engine == RegexEngine::re2) {
    state_->re2 = std::make_unique<RE2>(re2_source(pattern), re2_options(pattern));
    return;
  }
  int error = 0;
  std::size_t offset = 0;
  state_->code = compile_pcre2(pattern, error, offset);
  BACKTRAIL_CHECK(state_->code != nullptr, "a checked expression compiles");
  state_->data = pcre2_match_data_create_from_pattern(state_->code.get(), nullptr);
  state_->context = pcre2_match_context_create(nullptr);
  pcre2_set_match_limit(state_->context, kRegexMatchLimit);
  pcre2_set_depth_limit(state_->context, kRegexDepthLimit);
  pcre2_set_heap_limit(state_->context, kRegexHeapLimitKiB);
}
Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

bool Regex::search(std::string_view text) {
  if (state_->re2) return RE2::PartialMatch({text.data(), text.size()}, *state_->re2);
  const int rc = pcre2_match(state_->code.get(), bytes(text), text.size(), 0, 0, state_->data,
                             state_->context);
  if (rc >= 0) return true;
  if (rc != PCRE2_ERROR_NOMATCH) ++limits_hit_;
  return false;
}

}  // namespace backtrail::sigma::detail
