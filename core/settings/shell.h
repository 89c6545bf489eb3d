// What a CI's steps write by shell into the files that clients read.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/settings/settings.h"

namespace doctor::settings {

// A CI step's shell script, run as far as it writes the clients' files: echo, printf, cat, tee, redirections, here-documents, and
// `config set` of the clients. What it does not understand is left out.
class Shell {
 public:
  struct Line {
    std::string text;
    text::Span at;  // in the whole
  };
  struct Command {
    std::vector<std::string> words;
    std::optional<std::vector<Line>> input;            // its here-document
    bool piped = false;                                // takes what the command before it prints
    std::vector<std::pair<bool, std::string>> writes;  // to a file; true: behind what stands there
    text::Span at;
  };

  Environment variables;  // a variable that is absent is not known
  bool whole = false;     // it is not set, then
  bool powershell = false;
  bool dash = false;  // whose `echo` takes "\\n" for a line's end
  std::string userconfig = "~/.npmrc";
  std::string root, folder;  // where the project lies, and the folder of it that commands run in; empty: its own
  client::Version pnpm;      // 0: not known
  std::size_t part_of = 0;
  std::vector<Source> files;
  std::optional<text::Span> unread;  // the last command that may have written one of them, and is not understood

  // Its simple commands, variables replaced. Assignments in it are kept in `variables`.
  std::vector<Command> commands(const std::vector<Line>& script);
  // Runs the first `count` of them.
  void run(const std::vector<Command>& commands, std::size_t count);
  Source& file(Kind kind, Layer layer, std::string_view name);
  void change_folder(std::string_view path);

 private:
  using Lines = std::vector<Line>;
  void dollar(std::string_view s, std::size_t& i, std::string& out) const;
  std::optional<Source> file_of(std::string_view path) const;
  void write(const Source& to, bool append, const Lines& lines);
  bool config_set(const std::vector<std::string>& words, text::Span at);
  std::optional<Lines> execute(const Command& command, std::vector<std::string> words, const Lines* input);
};

}  // namespace doctor::settings
