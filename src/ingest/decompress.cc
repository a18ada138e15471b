#include "ingest/decompress.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "ingest/detail/archive_reader.h"
#include "ingest/detail/format.h"
#include "ingest/detail/guard.h"
#include "ingest/detail/padded_buffer.h"
#include "ingest/detail/parquet_stream.h"
#include "ingest/detail/streams.h"
#include "ingest/detail/whole_gzip.h"

namespace backtrail::ingest {

using detail::Format;
using sources::ByteStream;
using sources::kWholeFileBytes;

namespace {

/// One container that is open: what it is read from, and its decoder or archive.
struct Layer {
  std::array<char, detail::kMagicBytes> head{};
  detail::JoinedStream source{{}};
  std::unique_ptr<ByteStream> decoder{};
  std::unique_ptr<detail::ArchiveReader> archive{};
  std::string name{};  // of the archive, with what it lies in
};

std::unique_ptr<ByteStream> make_decoder(Format format, ByteStream& in, detail::Guard& guard) {
  switch (format) {
    case Format::gzip: return detail::make_gzip_stream(in, guard);
    case Format::zstd: return detail::make_zstd_stream(in, guard);
    case Format::bzip2: return detail::make_bzip2_stream(in, guard);
    case Format::zip:
    case Format::tar:
    case Format::parquet:
    case Format::plain: break;
  }
  return nullptr;
}

/// The file itself has no name here.
Error named(const Error& error, const std::string& name) {
  return name.empty() ? error : error.with_context(name);
}

bool is_archive(Format format) { return format == Format::zip || format == Format::tar; }

}  // namespace

struct Unpacker::State {
  explicit State(const UnpackLimits& l) : limits(l) {}

  UnpackLimits limits;
  detail::Guard guard{limits};
  detail::WholeGzip whole_gzip{};
  store::ParquetRows parquet_rows{};
  std::optional<detail::ParquetStream> parquet{};
  detail::PaddedBuffer buffer{};  // the current member's content, or its beginning

  std::string_view file{};
  std::filesystem::path path{};
  bool started = true;
  std::vector<std::unique_ptr<Layer>> layers{};  // outermost first
  detail::FileStream file_stream{{}, guard};
  detail::JoinedStream content{{}};
  std::optional<Error> first_error{};

  using Next = Result<std::optional<Member>>;
  std::optional<Member> open_small_file();
  std::optional<Member> open_parquet_file();
  Next open_file();
  Next open(ByteStream& in, const std::string& name);
  Next next_of_archives();
  std::optional<Member> give(ByteStream& in, const std::string& name);
};

/// Files that need no layers: plain and gzip with small sound content.
std::optional<Member> Unpacker::State::open_small_file() {
  const Format format = detail::format_of(file.substr(0, detail::kMagicBytes));
  std::size_t size = file.size();
  if (format == Format::gzip) {
    const auto unpacked = whole_gzip.unpack(file, buffer);
    if (!unpacked) return std::nullopt;
    size = *unpacked;
    const std::string_view head(buffer.data(), std::min(size, detail::kMagicBytes));
    if (detail::format_of(head) != Format::plain) return std::nullopt;
  } else if (format == Format::plain && size <= kWholeFileBytes) {
    // copied, since a map may end at a page's end, without readable bytes behind it
    buffer.reserve(size);
    std::copy(file.begin(), file.end(), buffer.data());
  } else {
    return std::nullopt;
  }
  guard.consume(file.size());
  if (!guard.produce(size)) {
    guard.start();
    return std::nullopt;  // a stream tells it, behind what came before
  }
  return Member{.whole = buffer.padded(size)};
}

/// Where the file lies it is read without a copy.
std::optional<Member> Unpacker::State::open_parquet_file() {
  std::error_code error;
  if (path.empty() || !std::filesystem::is_regular_file(path, error)) return std::nullopt;
  const Result<FileHandle> handle = open_for_reading(path);
  if (!handle) return std::nullopt;
  guard.consume(file.size());
  parquet.emplace(parquet_rows, guard).start(*handle);
  return give(*parquet, "");
}

Unpacker::State::Next Unpacker::State::open_file() {
  if (std::optional<Member> member = open_small_file()) return member;
  if (detail::format_of(file.substr(0, detail::kMagicBytes)) == Format::parquet)
    if (std::optional<Member> member = open_parquet_file()) return member;
  if (!is_archive(detail::format_of(file.substr(0, detail::kMagicBytes)))) {
    file_stream = detail::FileStream(file, guard);
    return open(file_stream, "");
  }
  // in memory as a whole, an archive can be read by its directory
  auto layer = std::make_unique<Layer>();
  layer->archive = std::make_unique<detail::ArchiveReader>(guard);
  BACKTRAIL_RETURN_IF_ERROR(layer->archive->open(file));
  layers.push_back(std::move(layer));
  return next_of_archives();
}

/// A stream of unknown content.
Unpacker::State::Next Unpacker::State::open(ByteStream& in, const std::string& name) {
  ByteStream* source = &in;
  for (;;) {
    if (layers.size() > limits.max_depth) {
      return make_error(ErrorCode::resource_exhausted, "nested_too_deep",
                        "archives lie too deep inside each other; if it is genuine, allow more with --max-layers");
    }
    auto layer = std::make_unique<Layer>();
    std::optional<Error> error;
    const std::size_t have = detail::fill(*source, layer->head, error);
    const std::string_view head(layer->head.data(), have);
    layer->source = detail::JoinedStream(head, source);
    if (error.has_value()) layer->source.fail_behind_head(*error);
    layer->name = name;
    Layer& l = *layers.emplace_back(std::move(layer));
    const Format format = detail::format_of(head);
    if (format == Format::plain) return give(l.source, name);
    if (format == Format::parquet) {
      parquet.emplace(parquet_rows, guard).start(l.source);
      return give(*parquet, name);
    }
    if (is_archive(format)) {
      l.archive = std::make_unique<detail::ArchiveReader>(guard);
      BACKTRAIL_RETURN_IF_ERROR(l.archive->open(l.source));
      return std::optional<Member>{};  // its members come next
    }
    l.decoder = make_decoder(format, l.source, guard);
    source = l.decoder.get();
  }
}

/// Whole when it is small and sound, else the stream with what was read of it in front.
std::optional<Member> Unpacker::State::give(ByteStream& in, const std::string& name) {
  buffer.reserve(kWholeFileBytes + 1);
  std::optional<Error> error;
  const std::size_t size =
      detail::fill(in, std::span(buffer.data(), kWholeFileBytes + 1), error);
  if (size <= kWholeFileBytes && !error.has_value())
    return Member{.name = name, .whole = buffer.padded(size)};
  content = detail::JoinedStream({buffer.data(), size}, &in);
  if (error.has_value()) content.fail_behind_head(*error);
  return Member{.name = name, .stream = &content};
}

/// The next file of the innermost open archive. What cannot be opened does not hide the files behind it,
/// except when there is reason to stop at once.
Unpacker::State::Next Unpacker::State::next_of_archives() {
  for (;;) {
    while (!layers.empty() && layers.back()->archive == nullptr) layers.pop_back();
    if (layers.empty() || guard.tripped()) break;
    Layer& l = *layers.back();
    std::string member;
    ByteStream* in = nullptr;
    const Result<bool> more = l.archive->next(member, in);
    if (!more || !*more) {
      if (!more && !first_error) first_error = named(more.error(), l.name);
      if (!more && more.error().code == ErrorCode::resource_exhausted) break;
      layers.pop_back();
      continue;
    }
    const std::string name = l.name.empty() ? member : l.name + "/" + member;
    const std::size_t open_layers = layers.size();
    Next opened = open(*in, name);
    if (opened && opened->has_value()) return opened;
    if (opened) continue;
    if (!first_error) first_error = named(opened.error(), name);
    layers.resize(open_layers);
  }
  layers.clear();
  if (first_error) return *std::exchange(first_error, std::nullopt);
  return std::optional<Member>{};
}

Unpacker::Unpacker(const UnpackLimits& limits) : state_(std::make_unique<State>(limits)) {}
void Unpacker::limit(const UnpackLimits& limits) { state_->limits = limits; }

UnpackLimits limits_of(const sources::UnpackCaps& caps) {
  UnpackLimits out;
  if (caps.ratio != 0) out.max_ratio = caps.ratio;
  if (caps.bytes != 0) out.max_output = caps.bytes;
  if (caps.layers != 0) out.max_depth = caps.layers;
  return out;
}

Unpacker::~Unpacker() = default;
Unpacker::Unpacker(Unpacker&&) noexcept = default;
Unpacker& Unpacker::operator=(Unpacker&&) noexcept = default;

void Unpacker::start(std::string_view file, const std::filesystem::path& path) {
  State& s = *state_;
  s.guard.start();
  s.layers.clear();
  s.first_error.reset();
  s.file = file;
  s.path = path;
  s.started = false;
}

Result<std::optional<Member>> Unpacker::next() {
  State& s = *state_;
  if (std::exchange(s.started, true)) return s.next_of_archives();
  Result<std::optional<Member>> first = s.open_file();
  if (!first) s.layers.clear();
  if (!first || first->has_value()) return first;
  return s.next_of_archives();
}

std::uint64_t Unpacker::consumed() const { return state_->guard.consumed(); }

}  // namespace backtrail::ingest
