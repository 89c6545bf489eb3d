#include "core/diagnosis/as_written.h"

#include "core/text/text.h"

namespace doctor::diagnosis {

AsWritten::AsWritten(const settings::Environment& environment) {
  for (const auto& [name, value] : environment) {
    if (!value || !text::contains(*value, settings::made_up)) continue;
    std::string host = settings::made_up_host(name);
    if (!text::contains(*value, host)) continue;
    const bool whole = *value != host;
    variables_.push_back({name, std::move(host), value->substr(0, value->size() - (value->ends_with('/') ? 1 : 0)), whole});
  }
}

std::string AsWritten::to_fill_in(std::string s) const {
  for (const auto& v : variables_) s = text::replace_all(std::move(s), v.host, text::join({"your-", v.host.substr(0, v.host.find('.'))}));
  return s;
}

std::string AsWritten::words(std::string s) const {
  for (const auto& v : variables_) {
    const std::string use = text::fill("${{}}", {v.name});
    s = text::replace_all(text::replace_all(std::move(s), v.address, use), v.host, use);
  }
  return s;
}

void AsWritten::in_files(rules::Proposal& proposal) const {
  for (const auto& v : variables_) {
    if (v.whole) continue;
    const auto write = [&](std::string& s) { s = text::replace_all(std::move(s), v.host, text::fill("${{}}", {v.name})); };
    for (auto& fix : proposal.fixes) {
      for (auto& edit : fix.edits) write(edit.edit.replacement);
      if (fix.file) write(fix.file->text);
      if (fix.commands) write(fix.commands->bash), write(fix.commands->powershell), write(fix.commands->cmd);
    }
  }
}

void AsWritten::in_words(Diagnosis& d) const {
  if (variables_.empty()) return;
  const auto say = [&](std::string& s) { s = words(std::move(s)); };
  say(d.verdict.headline), say(d.verdict.next);
  for (auto& finding : d.findings) {
    say(finding.proposal.title), say(finding.proposal.message);
    for (auto& fix : finding.proposal.fixes) {
      say(fix.title);
      if (fix.commands) {
        for (std::string* command : {&fix.commands->bash, &fix.commands->powershell, &fix.commands->cmd}) *command = to_fill_in(std::move(*command));
      }
    }
  }
  if (d.simulation.stopped) say(d.simulation.stopped->stop.message);
  for (auto* requests : {&d.simulation.requests, &d.requests}) {
    for (auto& request : *requests) {
      say(request.url), say(request.registry);
      for (auto& step : request.trace) say(step.text);
    }
  }
}

}  // namespace doctor::diagnosis
