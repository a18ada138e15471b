#include "cli/invocation.h"

#include <algorithm>
#include <ostream>

#include "base/file.h"
#include "base/text.h"
#include "cli/interrupt.h"
#include "cli/progress_display.h"
#include "report/words.h"

namespace backtrail::cli {
namespace {

/// Names the cases in these folders, for one who named none or a wrong one.
std::string cases_in(std::initializer_list<std::filesystem::path> folders) {
  constexpr std::size_t kShown = 5;
  std::vector<std::string> names;
  for (const std::filesystem::path& folder : folders)
    for (const casefile::Listed& c : casefile::list(folder.empty() ? "." : folder))
      if (const std::string name = c.directory.lexically_normal().string();
          std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(name);
  if (names.empty()) return {};
  const std::size_t more = names.size() > kShown ? names.size() - kShown : 0;
  names.resize(names.size() - more);
  return " Cases nearby: " + join(names, ", ") +
         (more ? ", and " + std::to_string(more) + " more (backtrail case list)" : "") + ".";
}

Error no_such_case(const std::filesystem::path& directory) {
  const std::string name = directory.string();
  const bool there = backtrail::exists(directory);
  std::string message = there ? "'" + name + "' is no case folder: it holds no case.json."
                              : "There is no case folder '" + name + "'.";
  const std::string near =
      there ? cases_in({directory, directory.parent_path()}) : cases_in({directory.parent_path()});
  message += near.empty() ? " Make one of logs with: backtrail investigate PATH --case " +
                                shell_word(there ? name + "/case" : name)
                          : near;
  return not_found("case.not_a_case", message);
}

}  // namespace

Invocation::Invocation(Console& console, const CommandSpec& command, Arguments arguments)
    : console_(console), command_(command), arguments_(std::move(arguments)) {}

Invocation::~Invocation() = default;

void Invocation::note(std::string_view text) {
  if (!quiet()) warn(text);
}

void Invocation::warn(std::string_view text) {
  end_progress();
  console_.err << text << '\n' << std::flush;
}

Result<std::filesystem::path> Invocation::case_directory() const {
  if (arguments_.has("case")) return std::filesystem::path(arguments_.text("case"));
  if (auto named = console_.variable("BACKTRAIL_CASE")) return std::filesystem::path(*named);
  if (backtrail::exists("case.json")) return std::filesystem::path(".");
  return usage_error("no_case", "No case is named. Add --case DIR" +
                                    std::string(makes_case() ? " (made when missing)" : "") +
                                    ", set BACKTRAIL_CASE, or change into the case folder." +
                                    cases_in({"."}));
}

std::string Invocation::case_argument() const {
  if (!shown_case_.empty()) return shell_word(shown_case_);
  return arguments_.declared("case") && arguments_.has("case")
             ? shell_word(arguments_.text("case"))
             : std::string();
}

casefile::OpenOptions Invocation::open_options(casefile::Mode mode) {
  return {.mode = mode,
          .wait = std::chrono::minutes(10),
          .on_wait = {},
          .command = command_.name,
          .threads = threads()};
}

Result<std::unique_ptr<casefile::Case>> Invocation::open_case(casefile::Mode mode) {
  BACKTRAIL_ASSIGN(const std::filesystem::path directory, case_directory());
  const auto waiting = [this](std::string_view holder) {
    note("Waiting for the case: it is in use by " + std::string(holder) + ".");
  };
  casefile::OpenOptions options = open_options(mode);
  options.on_wait = FunctionRef<void(std::string_view)>(waiting);
  auto opened = casefile::open(directory, options);
  if (!opened && opened.error().id == "case.not_a_case") return no_such_case(directory);
  if (!opened) return opened;
  const casefile::Case& kase = **opened;
  if (const auto from = kase.migrated_from())
    note("The case has format version " + std::to_string(*from) + ", this program's is " +
         std::to_string(kase.info().schema_version) + ": " +
         (mode == casefile::Mode::write
              ? "it was brought up to date, and the ledger says so."
              : "it is read as such; the next command that writes brings it up to date."));
  return opened;
}

Result<std::unique_ptr<casefile::Case>> Invocation::open_or_create_case() {
  BACKTRAIL_ASSIGN(const std::filesystem::path directory, case_directory());
  if (backtrail::exists(directory / "case.json")) return open_case(casefile::Mode::write);
  auto created = casefile::create(directory, {}, open_options(casefile::Mode::write));
  if (created) note("New case " + directory.string() + ".");
  return created;
}

unsigned Invocation::threads() const {
  return static_cast<unsigned>(
      std::min<std::uint64_t>(arguments_.count("threads").value_or(0), 1024));
}

std::stop_token Invocation::stop(const char* saving) {
  if (console_.stop) return *console_.stop;
  if (!interrupt_) interrupt_ = std::make_unique<Interrupt>(saving);
  return interrupt_->token();
}

Progress& Invocation::progress() {
  if (!display_) {
    using Mode = ProgressDisplay::Mode;
    const bool shown = !arguments_.has("no-progress") && !quiet();
    const Mode mode = !shown ? Mode::none : console_.err_is_terminal ? Mode::bar : Mode::lines;
    display_ = std::make_unique<ProgressDisplay>(
        progress_, console_.err, mode,
        static_cast<std::size_t>(console_.columns > 0 ? console_.columns : 80));
  }
  return progress_;
}

void Invocation::end_progress() {
  if (display_) display_->stop();
}

Result<TimeWindow> Invocation::window() {
  TimeWindow out;
  if (!arguments_.has("from") && !arguments_.has("to")) return out;
  const Timestamp now = console_.clock.now();
  const auto read = [&](const char* name) -> Result<std::optional<Timestamp>> {
    if (!arguments_.has(name)) return std::optional<Timestamp>();
    BACKTRAIL_ASSIGN(
        const Timestamp t,
        parse_time_argument(arguments_.text(name), now).with_context(std::string("--") + name));
    return std::optional<Timestamp>(t);
  };
  BACKTRAIL_ASSIGN(out.from, read("from"));
  BACKTRAIL_ASSIGN(out.to, read("to"));
  if (out.from && out.to && *out.from >= *out.to)
    return usage_error("empty_window", "--from (" + format_rfc3339(*out.from) +
                                           ") is not before --to (" + format_rfc3339(*out.to) +
                                           "): nothing lies between them.");
  note("Window: " + (out.from ? format_rfc3339(*out.from) : std::string("the beginning")) +
       " up to " + (out.to ? format_rfc3339(*out.to) + " (not included)" : std::string("the end")) +
       ".");
  return out;
}

ColorChoice Invocation::color_choice() const {
  const std::string color = arguments_.text("color", "auto");
  if (arguments_.has("no-color") || color == "never") return ColorChoice::never;
  return color == "always" ? ColorChoice::always : ColorChoice::automatic;
}

report::Style Invocation::out_style() const {
  return {.color = use_color(console_, color_choice(), console_.out_is_terminal && !to_file())};
}

report::Style Invocation::err_style() const {
  return {.color = use_color(console_, color_choice(), console_.err_is_terminal)};
}

bool Invocation::to_file() const {
  return arguments_.declared("out") && arguments_.has("out") && arguments_.text("out") != "-";
}

std::size_t Invocation::table_width() const {
  if (to_file()) return 0;
  return static_cast<std::size_t>(console_.columns);
}

report::TextOptions Invocation::text_options() const {
  return {.width = static_cast<std::size_t>(console_.columns >= 60 ? console_.columns
                                            : console_.columns > 0 ? 60
                                                                   : 100),
          .height = static_cast<std::size_t>(console_.lines > 0 ? console_.lines : 40),
          .style = out_style(),
          .case_argument = case_argument()};
}

Result<std::unique_ptr<Output>> Invocation::open_output() {
  end_progress();
  const std::string file = arguments_.declared("out") ? arguments_.text("out") : std::string();
  return Output::open(console_, {.file = file, .pager = !arguments_.has("no-input")});
}

Result<void> Invocation::write(std::string_view text) {
  BACKTRAIL_ASSIGN(auto output, open_output());
  output->stream() << text;
  return output->finish();
}

Result<void> Invocation::show(std::string_view text) {
  end_progress();
  BACKTRAIL_ASSIGN(auto output, Output::open(console_, {.file = arguments_.declared("out")
                                                                    ? arguments_.text("out")
                                                                    : std::string()}));
  output->stream() << text;
  return output->finish();
}

int outcome(bool found, bool incomplete) {
  if (found) return kExitFindings;
  return incomplete ? kExitIncomplete : kExitOk;
}

bool fails(const Arguments& arguments, model::Severity level) {
  if (!arguments.has("fail-on")) return false;
  const auto least = model::parse_severity(arguments.text("fail-on"));
  return least && level >= *least;
}

}  // namespace backtrail::cli
