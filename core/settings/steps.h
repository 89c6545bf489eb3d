// What a CI's file, a Dockerfile or a script runs: its jobs, and the shell script of each of their steps, in the order in which they run.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/formats/formats.h"
#include "core/settings/shell.h"

namespace doctor::settings {

// Of what is no configuration file; none: nothing runs it, or not by shell.
Runner runner_of(const Source& source);

struct Step {
  std::string key;  // the path to it: "jobs\x1F" "build\x1F" "steps\x1F" "2"; of a Dockerfile and a Jenkinsfile its number
  std::vector<Shell::Line> script;
  std::size_t begin = 0;
  std::string_view text;
  bool powershell = false;
  Environment variables = {};  // that it is given beside its `env`
  bool has_files = true;       // the project's own files are there: a Dockerfile copies them
};
struct Job {
  std::string key;  // a Dockerfile's stage by its number
  std::vector<Step> steps;
  std::size_t begin = 0;
};

// A list of steps alone, under a heading and with its first line as far in as the others, which a paste often loses; so too a step that
// lacks its dash, and what stands under `with:`, which is setup-node's. Of a whole workflow, the text itself.
struct Whole {
  std::string text;
  std::vector<std::pair<std::size_t, std::size_t>> pieces;  // where each begins here, and in the source

  text::Span in_source(text::Span s) const;
};
Whole whole_of(std::string_view text);

// The same with its blocks of text ("run: |") made a word, so that each is an entry; nothing changes its place.
std::string without_blocks(std::string_view text);
// What a step runs, where it stands in `text`: the lines of a block without their common indentation, or the one text behind "run:".
std::vector<Shell::Line> script_of(std::string_view text, const formats::Entry& run);

std::vector<Job> jobs_of(Runner runner, const formats::Document& doc, std::string_view text);

}  // namespace doctor::settings
