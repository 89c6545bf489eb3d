#include "core/settings/steps.h"

#include <algorithm>

#include "core/text/text.h"

namespace doctor::settings {
namespace {

using text::contains;
using text::Span;

constexpr std::string_view separator(&formats::yaml_separator, 1);

std::size_t indent_of(std::string_view line) { return std::min(line.size(), line.find_first_not_of(" \t")); }
bool is_number(std::string_view s) { return !s.empty() && s.find_first_not_of("0123456789") == std::string_view::npos; }
bool is_in(std::initializer_list<std::string_view> list, std::string_view s) { return std::find(list.begin(), list.end(), s) != list.end(); }

std::vector<Job> of_github(const formats::Document& doc, std::string_view text) {
  std::vector<Job> out;
  Step* last = nullptr;
  for (const auto& entry : doc.entries) {
    const std::vector<std::string_view> parts = text::split(entry.key, formats::yaml_separator);
    const auto steps = std::find(parts.begin(), parts.begin() + std::min<std::ptrdiff_t>(3, std::ssize(parts)), "steps");
    if (steps == parts.begin() + std::min<std::ptrdiff_t>(3, std::ssize(parts)) || std::ssize(parts) - (steps - parts.begin()) < 3) continue;
    const auto length = static_cast<std::size_t>(steps->data() - entry.key.data());
    const std::string job = entry.key.substr(0, length == 0 ? 0 : length - 1);
    const std::string key = entry.key.substr(0, length + 6 + (steps + 1)->size());
    if (out.empty() || out.back().key != job) out.push_back({job, {}});
    auto& all = out.back().steps;
    if (all.empty() || all.back().key != key) {
      if (last) last->text = text.substr(last->begin, entry.line.begin - last->begin);
      all.push_back({key, {}, entry.line.begin, {}});
    }
    last = &all.back();
    if (entry.key == text::join({key, separator, "run"})) last->script = script_of(text, entry);
  }
  if (last) last->text = text.substr(last->begin);
  return out;
}

// GitLab's, Bitbucket's, Travis CI's and CodeBuild's scripts are lists of lines, CircleCI's and Azure's stand in steps. A job is what
// holds them; what GitLab runs before each is put there.
std::vector<Job> of_yaml(const formats::Document& doc, std::string_view text) {
  std::vector<Job> out;
  for (const bool before : {true, false}) {
    for (const auto& entry : doc.entries) {
      std::vector<std::string_view> parts = text::split(entry.key, formats::yaml_separator);
      while (parts.size() > 1 && is_number(parts.back())) parts.pop_back();
      const std::string_view key = parts.back(), parent = parts.size() > 1 ? parts[parts.size() - 2] : std::string_view();
      const bool in_steps = is_number(parent) || parent == "run";
      const bool step = key == "run" || (key == "command" && parent == "run") || (in_steps && is_in({"script", "bash", "pwsh", "powershell"}, key));
      const bool list = !in_steps && is_in({"script", "before_script", "before_install", "install", "before_deploy", "commands"}, key);
      if ((!step && !list) || (key == "before_script") != before) continue;
      const auto begin = static_cast<std::size_t>(key.data() - entry.key.data());
      const std::string own = entry.key.substr(0, begin == 0 ? 0 : begin - 1);
      std::string job = own;
      for (const std::string_view part : parts) {
        if (part != "steps" && part != "phases") continue;
        job = entry.key.substr(0, static_cast<std::size_t>(part.data() - entry.key.data()));
        if (!job.empty()) job.pop_back();
        break;
      }
      if (job == "default") job.clear();
      auto it = std::find_if(out.begin(), out.end(), [&](const Job& each) { return each.key == job; });
      if (it == out.end()) it = out.insert(it, {job, {}});
      Step now{own, script_of(text, entry), entry.line.begin, {}};
      now.powershell = key == "pwsh" || key == "powershell";
      now.text = text.substr(now.begin, std::max(entry.line.end, now.script.empty() ? 0 : now.script.back().at.end) - now.begin);
      it->steps.push_back(std::move(now));
    }
  }
  // What stands above all jobs runs before each that has none of its own.
  const auto all = std::find_if(out.begin(), out.end(), [](const Job& job) { return job.key.empty(); });
  for (auto& job : out) {
    if (all == out.end() || job.key.empty() || !contains(text, "before_script:")) continue;
    const bool own = std::any_of(doc.entries.begin(), doc.entries.end(), [&](const auto& entry) {
      return entry.key.starts_with(text::join({job.key, separator, "before_script"}));
    });
    if (!own) job.steps.insert(job.steps.begin(), all->steps.begin(), all->steps.end());
  }
  return out;
}

// Cloud Build's steps are one job: the words of a command behind its entrypoint, or the last of them a script for that.
std::vector<Job> of_cloud_build(const formats::Document& doc, std::string_view text) {
  Job job{"steps", {}};
  std::string entry, words;
  const auto finish = [&](const formats::Entry& first) {
    if (job.steps.empty() || !job.steps.back().script.empty()) return;
    job.steps.back().script.push_back({text::join({entry, words}), first.line});
  };
  const formats::Entry* begin = nullptr;
  for (const auto& e : doc.entries) {
    const std::vector<std::string_view> parts = text::split(e.key, formats::yaml_separator);
    if (parts.size() < 3 || parts[0] != "steps" || !is_number(parts[1])) continue;
    const std::string key = text::join({parts[0], separator, parts[1]});
    if (job.steps.empty() || job.steps.back().key != key) {
      if (begin) finish(*begin);
      begin = &e;
      entry.clear(), words.clear();
      job.steps.push_back({key, {}, e.line.begin, text.substr(e.line.begin)});
    }
    Step& now = job.steps.back();
    // The image's own, where nothing else is told: gcr.io/cloud-builders/npm.
    if (parts[2] == "entrypoint" || (parts[2] == "name" && entry.empty())) entry = e.value.substr(e.value.rfind('/') + 1);
    if (parts[2] == "script" || (parts[2] == "args" && (entry == "bash" || entry == "sh"))) now.script = script_of(text, e);
    if (parts[2] == "args") words += text::join({" ", e.value});
    now.text = text.substr(now.begin, std::max(e.line.end, now.script.empty() ? 0 : now.script.back().at.end) - now.begin);
  }
  if (begin) finish(*begin);
  return {std::move(job)};
}

// A Dockerfile's instruction, which a backslash at a line's end continues.
struct Instruction {
  std::string word;
  std::vector<Shell::Line> lines;  // what stands behind the word
  std::size_t begin = 0, end = 0;
};
std::vector<Instruction> instructions_of(std::string_view text) {
  std::vector<Instruction> out;
  bool goes_on = false;
  std::string heredoc;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.size(), text.find('\n', at));
    std::string_view line = text.substr(at, end - at);
    const std::string_view body = text::trim(line);
    const std::size_t begin = at + indent_of(line);
    at = end + 1;
    if (body.empty() || (body.starts_with('#') && heredoc.empty())) continue;
    if (!goes_on && heredoc.empty()) {
      const std::size_t space = std::min(body.size(), body.find_first_of(" \t"));
      out.push_back({text::lower(body.substr(0, space)), {}, begin, end});
      line = body.substr(space);
    }
    auto& now = out.back();
    goes_on = heredoc.empty() && body.ends_with('\\');
    now.lines.push_back({std::string(line), {begin, end}});
    now.end = end;
    if (!heredoc.empty()) {
      if (body == heredoc) heredoc.clear();
    } else if (const auto here = body.find("<<"); here != std::string_view::npos && now.word == "run" && !goes_on) {
      std::string_view word = body.substr(std::min(body.size(), body.find_first_not_of("-\"'", here + 2)));
      heredoc = word.substr(0, word.find_first_of("\"' \t"));
    }
  }
  return out;
}

std::string joined(const Instruction& instruction) {
  std::string out;
  for (const auto& line : instruction.lines)
    out += text::join({" ", line.text.ends_with('\\') ? std::string_view(line.text).substr(0, line.text.size() - 1) : line.text});
  return out;
}

// Its stages. What it copies may bring the project's files; a secret that is mounted is a variable or a file for one instruction.
std::vector<Job> of_docker(std::string_view text) {
  std::vector<Job> out;
  bool has_files = false;
  Environment variables;
  for (const auto& instruction : instructions_of(text)) {
    const std::string all = joined(instruction);
    std::vector<std::string> words;
    for (auto& word : settings::words(all)) words.push_back(std::move(word.text));
    if (instruction.word == "from") {
      out.push_back({std::to_string(out.size()), {}, instruction.begin});
      has_files = false;
      variables.clear();
    } else if (out.empty()) {
      out.push_back({"0", {}, instruction.begin});  // a part of one
    }
    if (instruction.word == "copy" || instruction.word == "add") {
      for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        const std::string_view from = words[i];
        has_files =
            has_files || contains(from, "npmrc") || contains(from, "yarnrc") || contains(from, "*") || from == "." || from.ends_with('/') || from == "[.,";
      }
    } else if (instruction.word == "arg" || instruction.word == "env") {
      for (const auto& word : words) {
        const auto equals = word.find('=');
        if (equals != std::string::npos)
          variables.insert_or_assign(word.substr(0, equals), contains(word, "$") ? std::string(made_up) : word.substr(equals + 1));
        else if (instruction.word == "arg")
          variables.insert_or_assign(word, std::string(made_up));  // where --build-arg gives it
      }
      if (instruction.word == "env" && words.size() == 2 && !contains(words[0], "="))
        variables.insert_or_assign(words[0], contains(words[1], "$") ? std::string(made_up) : words[1]);
    } else if (instruction.word == "run") {
      Step now{std::to_string(instruction.begin),
               instruction.lines,
               instruction.begin,
               text.substr(instruction.begin, instruction.end - instruction.begin),
               false,
               variables,
               has_files};
      for (auto& line : now.script) {
        // "--mount=type=secret,id=npm_token,env=NPM_TOKEN"
        for (auto at = line.text.find("--mount="); at != std::string::npos; at = line.text.find("--mount=")) {
          const std::size_t end = std::min(line.text.size(), line.text.find_first_of(" \t", at));
          const std::string mount = line.text.substr(at, end - at);
          if (const auto env = mount.find("env="); env != std::string::npos)
            now.variables.insert_or_assign(mount.substr(env + 4, mount.find(',', env) - env - 4), std::string(made_up));
          now.has_files = now.has_files || contains(mount, "npmrc") || contains(mount, "type=bind");
          line.text.erase(at, end - at);
        }
      }
      out.back().steps.push_back(std::move(now));
    }
  }
  return out;
}

// sh '…', bat "…", powershell '''…''': what stands in the quotes.
std::vector<Job> of_jenkins(std::string_view text) {
  Job job;
  // `environment { NPM_TOKEN = credentials('npm') }`, withCredentials([string(credentialsId: 'npm', variable: 'NPM_TOKEN')])
  Environment variables;
  for (const std::string_view mark : {"ariable: '", "ariable: \""}) {
    for (auto at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1)) {
      const std::string_view rest = text.substr(at + mark.size());
      variables.insert_or_assign(std::string(rest.substr(0, rest.find_first_of("'\""))), std::string(made_up));
    }
  }
  for (auto at = text.find("credentials("); at != std::string_view::npos; at = text.find("credentials(", at + 1)) {
    const std::size_t begin = text.find_last_of("\n{;", at) + 1;
    const std::string_view name = text::trim(text.substr(begin, std::min(at, text.find('=', begin)) - begin));
    if (is_variable_name(name)) variables.insert_or_assign(std::string(name), std::string(made_up));
  }
  for (const std::string_view call : {"sh", "bat", "powershell", "pwsh"}) {
    for (auto at = text.find(call); at != std::string_view::npos; at = text.find(call, at + call.size())) {
      if (at > 0 && std::string_view(" \t\n;{(").find(text[at - 1]) == std::string_view::npos) continue;
      std::size_t begin = text.find_first_not_of(" \t(", at + call.size());
      if (text.substr(std::min(text.size(), begin)).starts_with("script:")) begin = text.find_first_not_of(" \t", begin + 7);
      if (begin >= text.size() || (text[begin] != '\'' && text[begin] != '"')) continue;
      const std::size_t quotes = text.substr(begin, 3) == std::string(3, text[begin]) ? 3 : 1;
      const std::size_t end = text.find(text.substr(begin, quotes), begin + quotes);
      if (end == std::string_view::npos) break;
      Step now{std::to_string(at), {}, at, text.substr(at, end - at), call.size() > 3, variables};
      for (std::size_t from = begin + quotes; from <= end;) {
        const std::size_t to = std::min(end, text.find('\n', from));
        const std::string_view line = text::trim(text.substr(from, to - from));
        now.script.push_back({text::replace_all(text::replace_all(std::string(line), "\\$", "$"), "\\\"", "\""), {from, to}});
        from = to + 1;
      }
      job.steps.push_back(std::move(now));
    }
  }
  text::sort(job.steps, [](const Step& a, const Step& b) { return a.begin < b.begin; });
  return {std::move(job)};
}

std::vector<Job> of_shell(std::string_view text) {
  Step all{"0", {}, 0, text};
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.size(), text.find('\n', at));
    std::string_view line = text.substr(at, end - at);
    if (text::trim(line).starts_with("$ ")) line.remove_prefix(line.find('$') + 2);  // a terminal's prompt
    all.script.push_back({std::string(line), {end - line.size(), end}});
    at = end + 1;
  }
  return {{"", {std::move(all)}}};
}

}  // namespace

Runner runner_of(const Source& source) {
  return source.kind == Kind::workflow ? Runner::github : source.kind == Kind::unknown ? foreign(source.name, source.text).runner : Runner::none;
}

Span Whole::in_source(Span s) const {
  const auto place = [&](std::size_t at) {
    const auto it = std::upper_bound(pieces.begin(), pieces.end(), at, [](std::size_t offset, const auto& piece) { return offset < piece.first; });
    return it == pieces.begin() ? (pieces.empty() ? at : pieces.front().second) : (it - 1)->second + at - (it - 1)->first;
  };
  return {place(s.begin), place(s.end)};
}

Whole whole_of(std::string_view text) {
  std::size_t lost = std::min(text.size(), text.find_first_not_of(" \t\r\n"));
  while (text.substr(lost).starts_with('#')) lost = std::min(text.size(), text.find_first_not_of(" \t\r\n", std::min(text.size(), text.find('\n', lost))));
  const std::string_view body = text.substr(lost);
  const auto starts = [&](std::initializer_list<std::string_view> keys) {
    return std::any_of(keys.begin(), keys.end(), [&](std::string_view key) { return body.starts_with(key); });
  };
  const bool item = body.starts_with("- ");
  const bool whole_item = !item && starts({"uses:", "with:", "run:"});
  if (!item && !whole_item) return {std::string(text), {{0, 0}}};
  // The other steps, else the first step's own keys, tell how far in they are.
  std::size_t steps = std::string_view::npos, keys = std::string_view::npos;
  bool first = true;
  for (const auto line : text::split(body, '\n')) {
    const std::string_view inner = text::trim(line);
    if (!first && !inner.empty() && !inner.starts_with('#'))
      (inner.starts_with("- ") ? steps : keys) = std::min(inner.starts_with("- ") ? steps : keys, indent_of(line));
    first = false;
  }
  if (item) {
    const std::size_t in = std::min(steps, keys == std::string_view::npos || keys < 2 ? steps : keys - 2);
    std::string heading = text::join({"steps:\n", std::string(in == std::string_view::npos ? 0 : in, ' ')});
    const std::size_t added = heading.size();
    return {text::join({heading, body}), {{added, lost}}};
  }
  // A step without its dash, or what stands under its `with:` alone.
  const std::size_t in = steps == std::string_view::npos ? 0 : steps, own = lost - std::min(lost, text.rfind('\n', lost) + 1);
  Whole out{text::fill("steps:\n{}- {}",
                       {std::string(in, ' '), body.starts_with("with:") ? text::fill("uses: actions/setup-node@v7\n{}  ", {std::string(in, ' ')}) : ""}),
            {}};
  bool of_first = true;
  for (std::size_t at = lost; at < text.size();) {
    const std::size_t end = std::min(text.size(), text.find('\n', at));
    std::string_view line = text.substr(at, end - at);
    of_first = of_first && !text::trim(line).starts_with("- ");
    if (at != lost && of_first) {
      const std::size_t less = std::min(indent_of(line), own);
      line.remove_prefix(less);
      out.text += std::string(in + 2, ' ');
      at += less;
    }
    out.pieces.emplace_back(out.text.size(), at);
    out.text += line;
    out.text += '\n';
    at = end + 1;
  }
  return out;
}

std::string without_blocks(std::string_view text) {
  std::string out(text);
  std::size_t inside = std::string_view::npos, at = 0;  // the column of the key whose block it is
  for (const auto line : text::split(text, '\n')) {
    const std::size_t indent = indent_of(line);
    const std::string_view body = text::trim(line);
    if (inside != std::string_view::npos && !body.empty() && indent <= inside) inside = std::string_view::npos;
    const auto colon = body.find(": ");
    if (inside != std::string_view::npos) {
      for (std::size_t i = at; i < at + line.size(); ++i) out[i] = out[i] == '\r' ? '\r' : ' ';
    } else if ((colon != std::string_view::npos || body.starts_with("- ")) && !body.starts_with('#')) {
      const std::size_t value = colon == std::string_view::npos ? 2 : colon + 2;  // "- |" is an item by itself
      const std::string_view mark = text::trim(body.substr(value, body.find(" #", value) - value));
      const auto blank_out = [&](char with) { std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(at) + (mark.data() - line.data()), mark.size(), with); };
      if (!mark.empty() && (mark[0] == '|' || mark[0] == '>') && mark.substr(1).find_first_not_of("+-0123456789") == std::string_view::npos) {
        inside = indent;
        while (colon != std::string_view::npos && line.substr(inside).starts_with("- "))
          inside = std::min(line.size(), line.find_first_not_of(' ', inside + 1));
        blank_out('x');
      } else if (mark.starts_with('&') && mark.find_first_of(" \t") == std::string_view::npos) {
        blank_out(' ');  // an anchor: what stands below it is the value
      }
    }
    at += line.size() + 1;
  }
  return out;
}

std::vector<Shell::Line> script_of(std::string_view text, const formats::Entry& run) {
  std::vector<Shell::Line> out;
  const char mark = run.value_span.begin < text.size() ? text[run.value_span.begin] : ' ';
  if (mark != '|' && mark != '>') {
    for (const auto line : text::split(run.value, '\n')) out.push_back({std::string(line), run.value_span});
    return out;
  }
  // An item of a list has no key.
  const std::size_t key = run.key_span.begin >= run.value_span.begin ? indent_of(text.substr(run.line.begin)) : run.key_span.begin - run.line.begin;
  std::size_t common = std::string_view::npos;
  for (std::size_t at = std::min(text.size(), text.find('\n', run.value_span.begin)) + 1; at < text.size();) {
    const std::size_t end = std::min(text.size(), text.find('\n', at));
    std::string_view line = text.substr(at, end - at);
    const bool blank = text::trim(line).empty();
    if (!blank && indent_of(line) <= key) break;
    if (!blank) common = std::min(common, indent_of(line));
    if (mark == '>' && !out.empty() && !blank)
      out.back().text += text::join({" ", text::trim(line)});
    else
      out.push_back({std::string(blank ? "" : line.ends_with('\r') ? line.substr(0, line.size() - 1) : line), {at + (blank ? 0 : indent_of(line)), end}});
    at = end + 1;
  }
  for (auto& line : out) line.text.erase(0, std::min(common, line.text.size()));
  return out;
}

std::vector<Job> jobs_of(Runner runner, const formats::Document& doc, std::string_view text) {
  switch (runner) {
    case Runner::github: return of_github(doc, text);
    case Runner::circleci:
    case Runner::ci: {
      const auto runs = [](const formats::Entry& e) { return e.key.starts_with("steps") && contains(e.key, text::join({separator, "args"})); };
      return std::any_of(doc.entries.begin(), doc.entries.end(), runs) ? of_cloud_build(doc, text) : of_yaml(doc, text);
    }
    case Runner::docker: return of_docker(text);
    case Runner::jenkins: return of_jenkins(text);
    case Runner::shell: return of_shell(text);
    case Runner::none: break;
  }
  return {};
}

}  // namespace doctor::settings
