#include "ingest/detail/hit_spool.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/hash.h"
#include "base/json.h"
#include "ingest/detail/feed.h"

namespace backtrail::ingest {
namespace {

/// The texts of an event in the order in which they are spooled.
std::array<std::string model::EventRef::*, 12> texts() {
  using E = model::EventRef;
  return {&E::uid,       &E::event_id, &E::source,     &E::action,    &E::account, &E::region,
          &E::principal, &E::session,  &E::access_key, &E::source_ip, &E::user_agent, &E::error};
}

void put_number(std::string& out, std::uint64_t n) {
  out.append(reinterpret_cast<const char*>(&n), sizeof n);
}
void put_text(std::string& out, std::string_view s) {
  put_number(out, s.size());
  out.append(s);
}

class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}
  std::uint64_t number() {
    std::uint64_t n = 0;
    std::memcpy(&n, bytes_.data(), sizeof n);
    bytes_.remove_prefix(sizeof n);
    return n;
  }
  std::string text() {
    const std::uint64_t n = number();
    std::string out(bytes_.substr(0, n));
    bytes_.remove_prefix(n);
    return out;
  }

 private:
  std::string_view bytes_;
};

constexpr std::uint64_t kAbsent = ~std::uint64_t{0};

}  // namespace

Result<void> HitSpool::add(std::uint32_t rule, const model::EventRef& event,
                           const std::vector<std::optional<std::string>>& captured) {
  const std::size_t start = buffer_.size();
  put_number(buffer_, 0);  // the row's length, known below
  put_number(buffer_, rule);
  put_number(buffer_, event.time ? static_cast<std::uint64_t>(event.time->time_since_epoch().count())
                                 : kAbsent);
  for (const auto member : texts()) put_text(buffer_, event.*member);
  put_number(buffer_, captured.size());
  for (const auto& c : captured) {
    if (!c) {
      put_number(buffer_, kAbsent);
    } else {
      put_number(buffer_, 1);
      put_text(buffer_, *c);
    }
  }
  const std::uint64_t length = buffer_.size() - start - sizeof length;
  std::memcpy(buffer_.data() + start, &length, sizeof length);
  ++count_;
  if (buffer_.size() >= kSpillBytes) return spill();
  return {};
}

Result<void> HitSpool::spill() {
  if (!file_) {
    const char* folder = std::getenv("TMPDIR");
    std::string name = std::string(folder != nullptr && *folder != '\0' ? folder : "/tmp") +
                       "/backtrail-hits.XXXXXX";
    const int fd = ::mkstemp(name.data());
    if (fd < 0) return system_error("create " + name, errno);
    ::unlink(name.c_str());
    file_ = FileHandle(fd);
  }
  BACKTRAIL_RETURN_IF_ERROR(write_all(file_, buffer_));
  buffer_.clear();
  return {};
}

Result<bool> HitSpool::refill() {
  window_.erase(0, at_);
  at_ = 0;
  if (file_ && !file_done_) {
    const std::size_t had = window_.size();
    window_.resize(had + kSpillBytes);
    BACKTRAIL_ASSIGN(const std::size_t n,
                     read_some(file_, {window_.data() + had, window_.size() - had}));
    window_.resize(had + n);
    if (n > 0) return true;
    file_done_ = true;
  }
  if (buffer_.empty()) return false;
  window_ += std::exchange(buffer_, {});
  return true;
}

Result<bool> HitSpool::read(Row& row) {
  if (!reading_) {
    reading_ = true;
    if (file_ && ::lseek(file_.get(), 0, SEEK_SET) < 0) return system_error("seek", errno);
  }
  for (;;) {
    const std::string_view left = std::string_view(window_).substr(at_);
    std::uint64_t length = 0;
    if (left.size() >= sizeof length) {
      std::memcpy(&length, left.data(), sizeof length);
      if (left.size() - sizeof length >= length) break;
    }
    BACKTRAIL_ASSIGN(const bool more, refill());
    if (!more) return false;
  }
  std::uint64_t length = 0;
  std::memcpy(&length, window_.data() + at_, sizeof length);
  Cursor in(std::string_view(window_).substr(at_ + sizeof length, length));
  at_ += sizeof length + length;
  row.rule = static_cast<std::uint32_t>(in.number());
  const std::uint64_t time = in.number();
  row.event.time = time == kAbsent
                       ? std::nullopt
                       : std::optional(Timestamp{std::chrono::microseconds{static_cast<std::int64_t>(time)}});
  for (const auto member : texts()) row.event.*member = in.text();
  row.captured.resize(in.number());
  for (auto& c : row.captured) {
    c.reset();
    if (in.number() != kAbsent) c = in.text();
  }
  return true;
}

Result<void> store_hits(store::Store& store, std::string_view table, std::vector<std::unique_ptr<HitSpool>>& spools,
                        const sigma::RuleSet& rules, unsigned threads, std::stop_token stop) {
  static const std::vector<std::string> kLeaves = {
      "rule_id", "uid",     "event_id",   "source",    "action",     "account", "region", "principal",
      "session", "access_key", "source_ip", "user_agent", "error",   "captured", "time"};
  std::atomic<std::size_t> next{0};
  FunctionFeed feed([&]() -> FunctionFeed::Fill {
    return [&, spool = static_cast<HitSpool*>(nullptr), row = HitSpool::Row{}](
               store::RowWriter& out, std::size_t capacity) mutable -> Result<std::size_t> {
      std::size_t n = 0;
      while (n < capacity) {
        if (spool == nullptr) {
          const std::size_t i = next++;
          if (i >= spools.size()) break;
          spool = spools[i].get();
        }
        BACKTRAIL_ASSIGN(const bool more, spool->read(row));
        if (!more) {
          spool = nullptr;
          continue;
        }
        const auto text = [&](std::size_t leaf, const std::string& s) {
          if (!s.empty()) out.text(leaf, s);
        };
        out.text(0, rules.rules()[row.rule].id);
        const Hash128 uid = parse_uuid_text(row.event.uid);
        out.uuid(1, uid.high, uid.low);
        std::size_t leaf = 2;
        for (const auto member : texts())
          if (member != &model::EventRef::uid) text(leaf++, row.event.*member);
        if (!row.captured.empty()) {
          JsonWriter json;
          json.begin_array();
          for (const auto& c : row.captured) {
            if (c)
              json.string(*c);
            else
              json.null();
          }
          json.end_array();
          out.text(leaf, json.take());
        }
        if (row.event.time) out.time(leaf + 1, *row.event.time);
        out.next_row();
        ++n;
      }
      return n;
    };
  });
  BACKTRAIL_ASSIGN([[maybe_unused]] const std::uint64_t rows,
                   store.load(table, kLeaves, feed, threads, std::move(stop)));
  return {};
}

}  // namespace backtrail::ingest
