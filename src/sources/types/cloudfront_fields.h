#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/log_type.h"
#include "sources/detail/draft.h"
#include "sources/detail/json_item.h"
#include "sources/detail/web_fields.h"

/// What CloudFront's access logs share: named fields of which a log holds some, values that are URL-encoded,
/// `-` for none.
namespace backtrail::sources::detail {

struct EdgeField {
  std::string_view name;  // as the log spells it
  model::FieldKind kind = model::FieldKind::text;
  std::string_view column{};  // where it is not the name with underscores
  bool rare = false;
};

/// One of the two logs: its fields, and behind them those of ours.
class EdgeFields {
 public:
  explicit EdgeFields(std::span<const EdgeField> fields);

  /// The field of a name in any spelling: `cs(User-Agent)`, `cs-user-agent`, `cs_user_agent`. size(): none.
  [[nodiscard]] std::size_t find(std::string_view name) const;
  [[nodiscard]] std::size_t size() const { return fields_.size(); }
  [[nodiscard]] const EdgeField& operator[](std::size_t f) const { return fields_[f]; }
  /// As a log type declares them, with ours: `url`, `agent`, `more`, those of `WebFields`.
  [[nodiscard]] std::vector<model::LogField> log_fields() const;

  /// Puts a cell into its field; refuses what cannot be a value of it.
  [[nodiscard]] std::optional<Refusal> put(std::size_t f, std::string_view cell, Draft& draft) const;
  /// Brings a JSON record, whatever it is the spelling of, into its fields.
  void put_members(const JsonItem& item, Draft& draft) const;
  /// Sets time and the fields of ours from the others.
  void complete(Draft& draft) const;

  [[nodiscard]] std::size_t url() const { return size(); }
  [[nodiscard]] std::size_t agent() const { return size() + 1; }
  [[nodiscard]] std::size_t more() const { return size() + 2; }

 private:
  void set_time(Draft& draft) const;
  void set_url(WebRequest& request, Draft& draft) const;

  std::span<const EdgeField> fields_;
  std::vector<std::pair<std::string, std::size_t>> by_key_{};  // sorted
  std::size_t date_, time_, seconds_, milliseconds_, protocol_, host_, host_header_, path_, query_, agent_, referer_;
  WebFields web_fields_;
};

/// The shape of both logs' events.
[[nodiscard]] model::EventShape edge_shape(std::string_view source);

/// The cells of a line, none skipped.
[[nodiscard]] std::vector<std::string_view> cells_of(std::string_view line, char separator);

/// `SEA19-C1`, `LAX1`.
[[nodiscard]] bool is_edge_location(std::string_view text);

}  // namespace backtrail::sources::detail
