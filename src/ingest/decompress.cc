#include "ingest/decompress.h"

#include <libdeflate.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "ingest/detail/format.h"
#include "ingest/detail/guard.h"
#include "ingest/detail/streams.h"

namespace backtrail::ingest {
namespace {

using detail::Format;
using sources::ByteStream;
using sources::kPadding;
using sources::kWholeFileBytes;

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* d) const { libdeflate_free_decompressor(d); }
};

}  // namespace

struct Opener::State {
  explicit State(OpenLimits l) : limits(l) {}

  OpenLimits limits;
  detail::Guard guard{limits};
  std::unique_ptr<libdeflate_decompressor, FreeDecompressor> deflate{
      libdeflate_alloc_decompressor()};
  std::vector<char> buffer{};  // the current member's content, padded

  bool stopped = false;

  Result<void> open_file(std::string_view bytes, FunctionRef<bool(Member&)> visit);
  Result<void> open_stream(ByteStream& in, const std::string& name, int depth,
                           FunctionRef<bool(Member&)> visit);
  std::optional<std::size_t> gunzip_whole(std::string_view bytes);
  void give_whole(std::string_view name, std::size_t size, FunctionRef<bool(Member&)> visit);
  void give_stream(std::string_view name, ByteStream& stream, FunctionRef<bool(Member&)> visit);
  void make_room(std::size_t size) {
    if (buffer.size() < size + kPadding) buffer.resize(size + kPadding);
  }
};

void Opener::State::give_whole(std::string_view name, std::size_t size,
                               FunctionRef<bool(Member&)> visit) {
  std::memset(buffer.data() + size, 0, kPadding);
  Member member{.name = name, .whole = std::string_view(buffer.data(), size)};
  stopped = !visit(member);
}

void Opener::State::give_stream(std::string_view name, ByteStream& stream,
                                FunctionRef<bool(Member&)> visit) {
  Member member{.name = name, .stream = &stream};
  stopped = !visit(member);
}

/// All members at once into `buffer`: the fastest way, for sound files whose content is small; nothing
/// when the file is anything else.
std::optional<std::size_t> Opener::State::gunzip_whole(std::string_view bytes) {
  constexpr std::size_t kSmallest = 18;
  if (bytes.size() < kSmallest || bytes.size() > kWholeFileBytes) return std::nullopt;
  // The last member's size field: right for files of one member, a first guess for others.
  std::uint32_t size = 0;
  std::memcpy(&size, bytes.data() + bytes.size() - sizeof size, sizeof size);
  if (size > kWholeFileBytes) return std::nullopt;
  make_room(std::max<std::size_t>(size, 4096));
  std::size_t made = 0;
  while (!bytes.empty()) {
    if (!bytes.starts_with('\x1f')) return std::nullopt;
    std::size_t used = 0;
    std::size_t out = 0;
    const std::size_t room = buffer.size() - kPadding - made;
    switch (libdeflate_gzip_decompress_ex(deflate.get(), bytes.data(), bytes.size(),
                                          buffer.data() + made, room, &used, &out)) {
      case LIBDEFLATE_SUCCESS: break;
      case LIBDEFLATE_INSUFFICIENT_SPACE:
        if (buffer.size() - kPadding >= kWholeFileBytes) return std::nullopt;
        make_room(std::min(kWholeFileBytes, (buffer.size() - kPadding) * 4));
        continue;
      default: return std::nullopt;
    }
    made += out;
    if (made > kWholeFileBytes) return std::nullopt;
    bytes.remove_prefix(used);
  }
  return made;
}

Result<void> Opener::State::open_file(std::string_view bytes, FunctionRef<bool(Member&)> visit) {
  guard.start();
  stopped = false;
  const Format format = detail::format_of(bytes.substr(0, detail::kMagicBytes));
  if (format == Format::gzip) {
    if (const auto size = gunzip_whole(bytes); size.has_value()) {
      const std::string_view content(buffer.data(), *size);
      if (detail::format_of(content.substr(0, detail::kMagicBytes)) == Format::plain) {
        guard.consume(bytes.size());
        give_whole("", *size, visit);
        return {};
      }
    }
  } else if (format == Format::plain && bytes.size() <= kWholeFileBytes) {
    // a map may end at a page's end, without readable bytes behind it
    make_room(bytes.size());
    std::copy(bytes.begin(), bytes.end(), buffer.begin());
    guard.consume(bytes.size());
    give_whole("", bytes.size(), visit);
    return {};
  }
  detail::FileStream file(bytes, guard);
  return open_stream(file, "", 0, visit);
}

/// A stream of unknown content, `depth` layers inside the file.
Result<void> Opener::State::open_stream(ByteStream& in, const std::string& name, int depth,
                                        FunctionRef<bool(Member&)> visit) {
  if (depth > limits.max_depth) {
    return make_error(ErrorCode::resource_exhausted, "nested_too_deep",
                      "archives lie too deep inside each other; unpack by hand if it is genuine");
  }
  std::optional<Error> error;
  char head[detail::kMagicBytes];
  const std::size_t have = detail::fill(in, head, error);
  detail::JoinedStream joined(std::string_view(head, have), &in);
  if (error.has_value()) joined.fail_behind_head(*error);
  switch (detail::format_of({head, have})) {
    case Format::gzip: {
      const auto inner = detail::make_gzip_stream(joined, guard);
      return open_stream(*inner, name, depth + 1, visit);
    }
    default: break;
  }
  // Content: whole when it is small and sound, else the stream with what was read of it in front.
  make_room(kWholeFileBytes + 1);
  error.reset();
  const std::size_t size =
      detail::fill(joined, std::span(buffer.data(), kWholeFileBytes + 1), error);
  if (size <= kWholeFileBytes && !error.has_value()) {
    give_whole(name, size, visit);
    return {};
  }
  detail::JoinedStream content(std::string_view(buffer.data(), size), &joined);
  if (error.has_value()) content.fail_behind_head(*error);
  give_stream(name, content, visit);
  return {};
}

Opener::Opener(OpenLimits limits) : state_(std::make_unique<State>(limits)) {}
Opener::~Opener() = default;
Opener::Opener(Opener&&) noexcept = default;
Opener& Opener::operator=(Opener&&) noexcept = default;

Result<void> Opener::for_each_member(std::string_view file_bytes,
                                     FunctionRef<bool(Member&)> visit) {
  return state_->open_file(file_bytes, visit);
}

std::uint64_t Opener::consumed() const { return state_->guard.consumed(); }

}  // namespace backtrail::ingest
