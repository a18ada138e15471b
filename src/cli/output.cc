#include "cli/output.h"

#include <fcntl.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <sstream>

#include "base/file.h"
#include "cli/descriptor_buffer.h"
#include "cli/exit_code.h"
#include "report/width.h"

namespace backtrail::cli {
namespace {

class StandardOutput final : public Output {
 public:
  explicit StandardOutput(Console& console) : console_(console) {}
  std::ostream& stream() override { return console_.out; }
  Result<void> finish() override {
    console_.out.flush();  // the process tells of what could not be written
    return {};
  }

 private:
  Console& console_;
};

class FileOutput final : public Output {
 public:
  explicit FileOutput(std::filesystem::path path) : path_(std::move(path)) {
    std::error_code ignored;
    // A device or pipe is written to; putting a file in its place would remove it.
    direct_ = std::filesystem::exists(path_, ignored) &&
              !std::filesystem::is_regular_file(path_, ignored);
    part_ = direct_ ? path_ : std::filesystem::path(path_.string() + ".part");
    fd_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd_ >= 0) buffer_.emplace(fd_, std::size_t{1} << 16);
    stream_.rdbuf(buffer_ ? &*buffer_ : nullptr);
  }
  ~FileOutput() override {
    stream_.rdbuf(nullptr);
    buffer_.reset();
    if (fd_ >= 0) ::close(fd_);
    std::error_code ignored;
    if (fd_ >= 0 && !done_ && !direct_) std::filesystem::remove(part_, ignored);
  }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  std::ostream& stream() override { return stream_; }
  Result<void> finish() override {
    stream_.flush();
    if (!stream_.good()) return system_error("write " + path_.string(), buffer_->failure());
    std::error_code failed;
    if (!direct_) std::filesystem::rename(part_, path_, failed);
    if (failed) return system_error("write " + path_.string(), failed.value());
    done_ = true;
    return {};
  }

 private:
  std::filesystem::path path_;
  std::filesystem::path part_;
  bool direct_ = false;
  bool done_ = false;
  int fd_ = -1;
  std::optional<DescriptorBuffer> buffer_{};
  std::ostream stream_{nullptr};
};

/// Keeps up to a screen of lines; the first line beyond it starts the pager.
class PagedOutput final : public Output, private std::streambuf {
 public:
  PagedOutput(Console& console, std::string pager)
      : console_(console), pager_(std::move(pager)), stream_(this) {}
  ~PagedOutput() override {
    if (pipe_ != nullptr) ::pclose(pipe_);
  }
  std::ostream& stream() override { return stream_; }
  Result<void> finish() override {
    if (pipe_ == nullptr) {
      console_.out << held_ << std::flush;
      return {};
    }
    ::pclose(std::exchange(pipe_, nullptr));
    return {};
  }

 private:
  int_type overflow(int_type c) override {
    if (c == traits_type::eof()) return 0;
    const char byte = static_cast<char>(c);
    return xsputn(&byte, 1) == 1 ? c : traits_type::eof();
  }
  std::streamsize xsputn(const char* text, std::streamsize n) override {
    const std::string_view view(text, static_cast<std::size_t>(n));
    if (pipe_ != nullptr) return send(view) ? n : 0;
    held_ += view;
    for (const char c : view) lines_ += c == '\n';
    if (lines_ < console_.lines) return n;
    console_.out.flush();
    pipe_ = ::popen(pager_.c_str(), "w");
    if (pipe_ == nullptr) {
      lines_ = 0;
      console_.out << held_;
      held_.clear();
      return n;
    }
    const std::string held = std::exchange(held_, {});
    return send(held) ? n : 0;
  }
  bool send(std::string_view text) {
    return std::fwrite(text.data(), 1, text.size(), pipe_) == text.size();
  }

  Console& console_;
  std::string pager_;
  std::ostream stream_;
  std::string held_;
  int lines_ = 0;
  std::FILE* pipe_ = nullptr;
};

}  // namespace

Result<std::unique_ptr<Output>> Output::open(Console& console, const Options& options) {
  if (!options.file.empty() && options.file != "-") {
    errno = 0;
    auto file = std::make_unique<FileOutput>(options.file);
    if (!file->is_open()) return system_error("write " + options.file, errno);
    return std::unique_ptr<Output>(std::move(file));
  }
  if (options.pager && console.out_is_terminal && console.lines > 0) {
    std::string pager =
        console.variable("BACKTRAIL_PAGER").value_or(console.variable("PAGER").value_or("less"));
    // less shows colours only with -R; -F and -X leave short output on the screen.
    if (pager == "less" && !console.variable("LESS")) pager = "less -FRX";
    if (pager != "cat")
      return std::unique_ptr<Output>(std::make_unique<PagedOutput>(console, std::move(pager)));
  }
  return std::unique_ptr<Output>(std::make_unique<StandardOutput>(console));
}

Result<void> check_target(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored) || std::filesystem::is_regular_file(file, ignored))
    return {};
  return usage_error("no_regular_file", "'" + file.string() + "' is no file that can be replaced.");
}

ListWriter::ListWriter(std::ostream& out, Options options)
    : out_(out),
      options_(std::move(options)),
      json_(options_.format == "json"),
      lines_(options_.format == "jsonl") {
  if (options_.format == "csv")
    rows_ = report::make_csv(out_, options_.columns, options_.table);
  else if (options_.format == "markdown")
    rows_ = report::make_markdown(out_, options_.columns);
  else if (!takes_json())
    rows_ = report::make_table(out_, options_.columns, options_.table);
  if (!json_) return;
  std::string head = options_.document.dump();
  head.pop_back();  // the closing brace
  out_ << head << (options_.document.as_object().empty() ? "\"" : ",\"") << options_.member
       << "\":[";
}

ListWriter::~ListWriter() = default;

void ListWriter::object(const Json& object) { object_text(object.dump()); }

void ListWriter::object_text(std::string_view json) {
  if (json_ && count_ > 0) out_ << ",\n";
  out_ << json;
  if (lines_) out_ << '\n';
  ++count_;
}

void ListWriter::cells(const std::vector<report::RowCell>& cells) {
  rows_->row(cells);
  ++count_;
}

void ListWriter::finish(const Json& more) {
  if (rows_) rows_->finish();
  if (!json_) return;
  out_ << ']';
  const std::string rest = more.dump();
  if (rest.size() > 2)
    out_ << ',' << rest.substr(1);
  else
    out_ << '}';
  out_ << '\n';
}

}  // namespace backtrail::cli
