// The whole core on whatever is pasted. Fields are parted by a zero byte: what the version command printed, the command, the output;
// then the files, each behind two letters for its kind and layer. Properties: the report is JSON in valid UTF-8, the same each time;
// its places lie in the texts; a mended file has nothing left of what its mends cure; taking its secrets out ends.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/report/report.h"
#include "core/text/text.h"

namespace {

using namespace doctor;

constexpr std::string_view kinds = "nybtwpclgoa", layers = "upgb";
constexpr std::string_view kind_names[] = {"npmrc",    "yarnrc",   "yarnrc-yml", "bunfig", "pnpm-workspace", "package-json", "npm-config-list",
                                           "lockfile", "workflow", "log",        "auto"};
constexpr std::string_view layer_names[] = {"user", "project", "global", "builtin"};

diagnosis::Input input_from(std::string_view bytes) {
  diagnosis::Input input;
  std::size_t field = 0;
  for (const std::string_view part : text::split(bytes, '\0')) {
    const std::string words = text::to_utf8(part);
    if (field == 0) input.client = words;
    if (field == 1) input.configuration.command = words;
    if (field == 2) input.log = words;
    if (field++ < 3 || words.size() < 2 || input.configuration.sources.size() == 4) continue;
    const auto kind = kinds.find(words[0]), layer = layers.find(words[1]);
    if (kind == std::string_view::npos || layer == std::string_view::npos) continue;
    const std::string name = layer_names[layer] == "user" ? "~/file" : "file";
    input.configuration.sources.push_back({report::kind_from(kind_names[kind], "", words.substr(2)), report::layer_from(layer_names[layer]),
                                           kind_names[kind] == "npmrc" ? (layer == 0 ? "~/.npmrc" : ".npmrc") : name, words.substr(2)});
  }
  input.now = "2026-11-24T12:00:00Z";
  return input;
}

void require(bool holds, const char* what, const std::string& shown) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n%s\n", what, shown.c_str());
  std::abort();
}

// Of texts that somebody can change: what was read out of a listing or a workflow is none.
bool edits_alone(const diagnosis::Input& input, const diagnosis::Diagnosis& d) {
  for (const auto& finding : d.findings) {
    for (std::size_t i = 0; i < finding.fix_ids.size(); ++i) {
      if (std::find(d.preferred.begin(), d.preferred.end(), finding.fix_ids[i]) != d.preferred.end() && finding.proposal.fixes[i].kind != rules::FixKind::edit)
        return false;
      for (const auto& edit : finding.proposal.fixes[i].edits) {
        if (edit.source >= input.configuration.sources.size()) return false;
      }
    }
  }
  return !d.preferred.empty();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  diagnosis::Input input = input_from(bytes);
  // What all other releases do is most of the work, and each of them is some input's own: it is asked of one input in sixteen.
  const bool whole = std::hash<std::string_view>()(bytes) % 16 == 0;
  input.other_releases = whole;
  const auto d = diagnosis::diagnose(input);
  const std::string json = report::to_json(d, input, false);
  require(nlohmann::json::accept(json), "the report is JSON in UTF-8", json);
  if (whole) require(report::to_json(diagnosis::diagnose(input), input, false) == json, "the same input gives the same report", json);
  for (const auto& finding : d.findings) {
    if (finding.proposal.at.kind != settings::Place::Kind::source || finding.proposal.at.source >= input.configuration.sources.size()) continue;
    const auto& span = finding.proposal.at.span;
    require(span.begin <= span.end && span.end <= input.configuration.sources[finding.proposal.at.source].text.size(), "places lie in the text", json);
  }
  const auto mended = diagnosis::mend(input, d.preferred);
  if (edits_alone(input, d)) {
    diagnosis::Input after = input;
    for (const auto& m : mended) {
      if (m.source)
        after.configuration.sources[*m.source].text = m.file.text;
      else
        after.configuration.sources.push_back({m.file.kind, m.file.layer, m.file.name, m.file.text});
    }
    const auto again = diagnosis::diagnose(after);
    // Where all is sent, or would be with a variable, what is left is a refusal that the log tells of: of what was sent before.
    const bool log_is_old = again.verdict.state == diagnosis::State::sent || (again.verdict.state == diagnosis::State::unknown && !input.log.empty());
    for (const auto& finding : again.findings) {
      if (log_is_old) break;
      const bool left =
          finding.role == rules::Role::cause && !finding.alternative &&
          std::any_of(finding.proposal.fixes.begin(), finding.proposal.fixes.end(), [](const auto& fix) { return fix.kind == rules::FixKind::edit; });
      require(!left, "a mended file is clean", json + "\n" + report::to_json(again, after, false));
    }
  }
  if (whole) (void)report::without_secrets(input, {input.log, input.configuration.command});
  return 0;
}
