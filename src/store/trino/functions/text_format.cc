#include "store/trino/functions/text_format.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "base/text.h"

namespace backtrail::store::trino {
namespace {

constexpr std::size_t kMaxWidth = 10'000;
constexpr std::size_t kMaxOutput = std::size_t{1} << 20;

struct Spec {
  bool left = false, zero = false, plus = false, blank = false, comma = false, alternate = false;
  std::size_t width = 0;
  std::optional<std::size_t> precision{};
  std::optional<std::size_t> argument{};
  char conversion = 0;
};

Error bad_format(std::string_view format, std::string_view what) {
  return invalid_argument("sql.format", fmt::format("format('{}', …): {}", format, what));
}

template <typename T>
std::optional<T> read_number(std::string_view text) {
  T value{};
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return value;
}

class Formatter {
 public:
  Formatter(std::string_view format, const std::vector<std::string_view>& arguments)
      : format_(format), arguments_(arguments) {}

  Result<std::string> run() {
    while (at_ < format_.size()) {
      if (format_[at_] != '%') {
        out_ += format_[at_++];
        continue;
      }
      ++at_;
      BACKTRAIL_ASSIGN(const Spec spec, read_spec());
      BACKTRAIL_RETURN_IF_ERROR(write(spec));
      if (out_.size() > kMaxOutput) return bad_format(format_, "more than 1 MiB of text");
    }
    return std::move(out_);
  }

 private:
  char peek() const { return at_ < format_.size() ? format_[at_] : '\0'; }
  std::size_t digits() {
    std::size_t n = 0;
    while (peek() >= '0' && peek() <= '9') {
      n = std::min(n * 10 + static_cast<std::size_t>(peek() - '0'), kMaxWidth + 1);
      ++at_;
    }
    return n;
  }

  Result<Spec> read_spec() {
    Spec spec;
    const std::size_t from = at_;
    if (const auto n = digits(); n > 0 && peek() == '$') {
      spec.argument = n - 1;
      ++at_;
    } else {
      at_ = from;
    }
    for (bool more = true; more;) {
      switch (peek()) {
        case '-':
          spec.left = true;
          break;
        case '0':
          spec.zero = true;
          break;
        case '+':
          spec.plus = true;
          break;
        case ' ':
          spec.blank = true;
          break;
        case ',':
          spec.comma = true;
          break;
        case '#':
          spec.alternate = true;
          break;
        default:
          more = false;
      }
      if (more) ++at_;
    }
    spec.width = digits();
    if (peek() == '.') {
      ++at_;
      spec.precision = digits();
    }
    if (spec.width > kMaxWidth || spec.precision.value_or(0) > kMaxWidth)
      return bad_format(format_, "a width above 10,000");
    if (at_ == format_.size()) return bad_format(format_, "'%' without a conversion");
    spec.conversion = format_[at_++];
    return spec;
  }

  static std::string grouped(std::string digits) {
    const auto end = std::min(digits.find('.'), digits.size());
    for (auto i = end; i > 3; i -= 3) digits.insert(i - 3, ",");
    return digits;
  }

  /// Adds sign and padding to the digits of a number.
  void put_number(const Spec& spec, bool negative, std::string digits) {
    if (spec.comma) digits = grouped(std::move(digits));
    const std::string sign = negative ? "-" : spec.plus ? "+" : spec.blank ? " " : "";
    if (spec.zero && sign.size() + digits.size() < spec.width)
      digits.insert(0, spec.width - sign.size() - digits.size(), '0');
    put(spec, sign + digits);
  }
  void put(const Spec& spec, std::string text) {
    std::size_t shown = 0;
    for (const char c : text) shown += (c & '\xc0') != '\x80';
    const std::string padding(shown < spec.width ? spec.width - shown : 0, ' ');
    out_ += spec.left ? text + padding : padding + text;
  }

  Result<void> write(const Spec& spec) {
    if (spec.conversion == '%') return put(spec, "%"), Result<void>();
    if (spec.conversion == 'n') return out_ += '\n', Result<void>();
    const std::size_t index = spec.argument ? *spec.argument : next_++;
    if (index >= arguments_.size())
      return bad_format(format_, fmt::format("argument {} is missing", index + 1));
    const std::string_view text = arguments_[index];
    switch (spec.conversion) {
      case 's':
      case 'b':
        put(spec,
            spec.precision ? std::string(text.substr(0, *spec.precision)) : std::string(text));
        return {};
      case 'S': {
        std::string upper(text);
        for (char& c : upper)
          if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        put(spec, std::move(upper));
        return {};
      }
      case 'c':
        put(spec, std::string(text));
        return {};
      case 'd':
        return write_whole(spec, text);
      case 'x':
      case 'X':
      case 'o': {
        const auto value = read_number<std::int64_t>(text);
        if (!value) return bad_format(format_, fmt::format("'{}' is no whole number", text));
        const auto bits = static_cast<std::uint64_t>(*value);
        put_number(spec, false,
                   spec.conversion == 'x'   ? fmt::format("{:x}", bits)
                   : spec.conversion == 'X' ? fmt::format("{:X}", bits)
                                            : fmt::format("{:o}", bits));
        return {};
      }
      case 'f':
      case 'e': {
        const auto value = read_number<double>(text);
        if (!value) return bad_format(format_, fmt::format("'{}' is no number", text));
        const double size = *value < 0 ? -*value : *value;
        const auto precision = spec.precision.value_or(6);
        put_number(spec, *value < 0,
                   spec.conversion == 'f' ? fmt::format("{:.{}f}", size, precision)
                                          : fmt::format("{:.{}e}", size, precision));
        return {};
      }
      default:
        return bad_format(format_, fmt::format("unknown conversion '%{}'", spec.conversion));
    }
  }

  Result<void> write_whole(const Spec& spec, std::string_view text) {
    const bool negative = text.starts_with('-');
    const auto digits = text.substr(negative ? 1 : 0);
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos)
      return bad_format(format_, fmt::format("d != '{}', which is no whole number", text));
    put_number(spec, negative, std::string(digits));
    return {};
  }

  std::string_view format_;
  const std::vector<std::string_view>& arguments_;
  std::size_t at_ = 0, next_ = 0;
  std::string out_;
};

}  // namespace

Result<std::string> format_text(std::string_view format,
                                const std::vector<std::string_view>& arguments) {
  return Formatter(format, arguments).run();
}

}  // namespace backtrail::store::trino
