// Shapes of the messages: npm lib/utils/error-message.js and npm-registry-fetch errors.js, yarn 1 src/util/request-manager.js,
// @yarnpkg/core httpUtils.ts and npmHttpUtils.ts, @pnpm/fetching-types and pnpm's miette reports, bun src/install.
#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "core/client/client.h"
#include "core/evidence/evidence.h"
#include "core/text/text.h"

namespace doctor::evidence {
namespace {

using text::contains;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

std::string_view word_before(std::string_view s) {
  s = s.substr(0, s.find_last_not_of(" :") + 1);
  return s.substr(s.find_last_of(" (\"[") + 1);
}

// What is in `s` behind `mark`; empty where it is not there.
std::string_view behind(std::string_view s, std::string_view mark) {
  const auto at = s.find(mark);
  return at == std::string_view::npos ? std::string_view() : s.substr(at + mark.size());
}

std::string_view up_to(std::string_view s, std::string_view ends) { return s.substr(0, s.find_first_of(ends)); }

// An HTTP status of 400 and more as clients write it: "401 Unauthorized", "code E401", "FETCH_401", "Response Code: 403 (Forbidden)",
// "GET 401 https://…", "HTTP 401 for", "… - 401". A number of packages, bytes or milliseconds is none.
int status_in(std::string_view line) {
  for (std::size_t i = 0; i + 3 <= line.size(); ++i) {
    if ((line[i] != '4' && line[i] != '5') || !is_digit(line[i + 1]) || !is_digit(line[i + 2])) continue;
    const char left = i == 0 ? ' ' : line[i - 1], right = i + 3 == line.size() ? '\n' : line[i + 3];
    const bool coded = line.substr(0, i).ends_with("FETCH_") || (left == 'E' && (i < 2 || !is_upper(line[i - 2])));
    if (!coded && left != ' ' && left != '"' && left != '(' && left != '>' && left != '`') continue;
    const std::string_view word = word_before(line.substr(0, i));
    const bool told = coded || text::iequals(word, "http") || word == "GET" || word == "PUT" || word == "POST" || word == "returned" || word == "with" ||
                      text::iequals(word, "status") || text::iequals(word, "code") || text::iequals(word, "statusCode");
    // A page says "<title>403 - Forbidden".
    const std::string_view name = line.substr(std::min(line.size(), i + 4 + (left == '>' && line.substr(i + 3).starts_with(" - ") ? 2 : 0)));
    const bool named = right == ' ' && !name.empty() && (is_upper(name[0]) || name[0] == '(');
    const bool last = (right == '\n' || right == '`') && line.substr(0, i).ends_with("- ");
    const bool ends = !is_digit(right) && !is_upper(right) && (right != '.' || i + 4 == line.size()) && right != '_';
    if (!ends || !(named || last || told)) continue;
    return (line[i] - '0') * 100 + (line[i + 1] - '0') * 10 + (line[i + 2] - '0');
  }
  return 0;
}

std::string_view url_in(std::string_view line) {
  for (auto at = line.find("http"); at != std::string_view::npos; at = line.find("http", at + 4)) {
    const std::string_view rest = line.substr(at);
    if ((!rest.starts_with("https://") && !rest.starts_with("http://")) || contains(rest.substr(0, 9), "//(")) continue;  // "https://(URL redacted)"
    std::string_view url = up_to(rest, " \t\"'`<>)\\");
    url = url.substr(0, url.find("]("));  // a link, as Markdown writes it
    if (!url.ends_with("//")) return url.substr(0, url.find_last_not_of(":,.;") + 1);
  }
  return {};
}

// Without user and password; its host in small letters and without a port that goes without saying, as clients ask.
std::string tidy(const std::string& url) {
  const auto begin = url.find("://") + 3, end = std::min(url.size(), url.find('/', begin)), at = url.rfind('@', end);
  if (url.empty()) return url;
  const auto host = at == std::string::npos || at < begin ? begin : at + 1;
  std::string name = text::lower(url.substr(host, end - host));
  for (const auto& [scheme, port] : {std::pair<std::string_view, std::string_view>{"https:", ":443"}, {"http:", ":80"}}) {
    if (url.starts_with(scheme) && name.ends_with(port)) name.resize(name.size() - port.size());
  }
  return text::join({url.substr(0, begin), name, url.substr(end)});
}

std::string command_in(std::string_view line);

// npm's sentence, as a terminal or somebody broke it: behind "must be renamed to", and before or behind the address that it asked.
bool goes_on_below(std::string_view line, std::string_view next) {
  line = line.substr(0, line.find_last_not_of(' ') + 1);
  const auto asks = [](std::string_view s) { return s.ends_with(" - GET") || s.ends_with(" - PUT") || s.ends_with(" - POST"); };
  const auto last = line.rfind(' ');
  return line.ends_with(" must be renamed to") || (asks(line) && next.starts_with("http")) ||
         (next.starts_with("- ") && last != std::string_view::npos && line.substr(last + 1).starts_with("http") && asks(line.substr(0, last)));
}

// Each line, without colours. pnpm 12 breaks lines to the terminal's width, in the middle of an address too, and draws a box before them.
template <typename Visit>
void each_line(std::string_view text, const Visit& visit) {
  std::string last;
  bool in_box = false, unboxed = false;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.size(), text.find('\n', begin));
    const std::string plain = text::strip_ansi(text.substr(begin, end - begin));
    std::string_view line = plain;
    const bool first = begin == 0;
    begin = end + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    line = without_prefix(line);
    const std::string_view body = text::trim(line);
    // A command that goes on, as a backslash says or a terminal's width made it.
    if ((body.starts_with("--") || last.ends_with(" \\")) && !command_in(last).empty()) {
      if (last.ends_with('\\')) last.pop_back();
      last += text::join({" ", body});
      continue;
    }
    // An address that a terminal's width broke.
    if (body.starts_with('/') && contains(body, "/-/") && contains(last, "unexpected error occurred: \"http") &&
        last.find_last_of(" \"") == last.rfind("\"http")) {
      last += body;
      continue;
    }
    if (goes_on_below(last, body)) {
      last += text::join({" ", body.substr(body.starts_with("npm error ") || body.starts_with("npm ERR! ") ? body.find(' ', 4) + 1 : 0)});
      continue;
    }
    const bool bare = body.starts_with("ERR_PNPM_RESOLVING_");  // where it is no terminal
    const bool starts = bare || body.starts_with("×") || body.starts_with("├─▶") || body.starts_with("╰─▶");
    const bool goes_on = in_box && !starts && (body.starts_with("│") || line.starts_with("      ") || (unboxed && !body.empty()));
    in_box = starts || (in_box && goes_on);
    unboxed = bare || (unboxed && goes_on);
    const std::string_view more = text::trim(body.starts_with("│") ? body.substr(std::string_view("│").size()) : body);
    if (goes_on && !more.empty()) {
      if (!last.ends_with('/') && !last.ends_with('-')) last += ' ';
      last += more;
      continue;
    }
    if (!first) visit(last);
    last = goes_on ? std::string_view() : line;
  }
  visit(last);
}

struct Sign {
  std::string_view text;
  Trouble trouble;
};
constexpr std::array<Sign, 35> signs{{{"Unexpected token <", Trouble::page},
                                      {"Unexpected token '<'", Trouble::page},
                                      {"<!doctype html", Trouble::page},
                                      {"<!DOCTYPE html", Trouble::page},
                                      {"UNABLE_TO_", Trouble::certificate},
                                      {"SELF_SIGNED_CERT", Trouble::certificate},
                                      {"CERT_", Trouble::certificate},
                                      {"ERR_TLS_", Trouble::certificate},
                                      {"unable to verify the first certificate", Trouble::certificate},
                                      {"unable to get local issuer certificate", Trouble::certificate},
                                      {"self signed certificate", Trouble::certificate},
                                      {"self-signed certificate", Trouble::certificate},
                                      {"certificate has expired", Trouble::certificate},
                                      {"invalid peer certificate", Trouble::certificate},
                                      {"wrong version number", Trouble::certificate},
                                      {"EPROTO", Trouble::certificate},
                                      {"ENOTFOUND", Trouble::name},
                                      {"EAI_AGAIN", Trouble::name},
                                      {"DNSResolveFailed", Trouble::name},
                                      {"dns error", Trouble::name},
                                      {"failed to lookup address", Trouble::name},
                                      {"ECONNREFUSED", Trouble::connection},
                                      {"ECONNRESET", Trouble::connection},
                                      {"EHOSTUNREACH", Trouble::connection},
                                      {"ENETUNREACH", Trouble::connection},
                                      {"ConnectionRefused", Trouble::connection},
                                      {"ConnectionClosed", Trouble::connection},
                                      {"Connection refused", Trouble::connection},
                                      {"socket hang up", Trouble::connection},
                                      {"ETIMEDOUT", Trouble::timeout},
                                      {"ESOCKETTIMEDOUT", Trouble::timeout},
                                      {"ERR_SOCKET_TIMEOUT", Trouble::timeout},
                                      {"operation timed out", Trouble::timeout},
                                      {"tunneling socket could not be established", Trouble::proxy},
                                      {"Proxy Authentication Required", Trouble::proxy}}};

// yarn 1 tells the registry's words and not its status.
int status_of(std::string_view reason) {
  const std::string r = text::lower(reason);
  const auto says = [&](std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view w) { return contains(r, w); });
  };
  if (says({"payment required"})) return 402;
  if (says({"unauthorized", "unauthenticated", "authentication", "not be authenticated", "not authorized", "must be logged in", "login"})) return 401;
  if (says({"forbidden", "denied", "not allowed"})) return 403;
  if (says({"not found", "not_found"})) return 404;
  if (says({"conflict", "previously published", "already"})) return 409;
  if (says({"too many requests", "rate limit"})) return 429;
  return 0;
}

// "left-pad@1.3.0" or "@scope/name@npm:^1.0.0".
void set_package(Log& log, std::string_view spec) {
  spec = up_to(text::trim(spec), " \"'");
  const auto at = spec.find('@', 1);
  if (!log.package.empty() || spec.empty() || spec.starts_with('<') || contains(spec, ":/")) return;  // "<our package>" names none
  log.package = spec.substr(0, at);
  if (at == std::string_view::npos) return;
  std::string_view version = spec.substr(at + 1);
  if (version.starts_with("npm:")) version.remove_prefix(4);
  if (client::parse_version(version)) log.version = version;
}

// What an address asks for: the package stands before "/-/" or at the end.
void read_url(Log& log) {
  const std::string_view url = up_to(log.url, "?#");
  if (log.is_of_no_registry()) {
    log.purpose = "tarball";
  } else if (contains(url, "/-/org/") || contains(url, "/-/npm/v1/user") || (contains(url, "/-/user/") && url.ends_with("/package")) ||
             url.ends_with("/collaborators")) {
    log.purpose = "access";  // lerna asks so what the user may publish
  } else if (contains(url, "/-/npm/v1/security/")) {
    log.purpose = "audit";
  } else if (contains(url, "/-/npm/v1/tokens") || contains(url, "/-/user/token/")) {
    log.purpose = "tokens";
  } else if (contains(url, "/-/user/") || contains(url, "/-/v1/login")) {
    log.purpose = "login";
  } else if (url.ends_with("/-/whoami")) {
    log.purpose = "whoami";
  } else if (url.ends_with("/-/ping")) {
    log.purpose = "ping";
  } else {
    const auto dash = url.find("/-/");
    const bool tarball = url.ends_with(".tgz") || url.ends_with(".tar.gz") || contains(url, "/download/");
    log.purpose = log.method == "PUT" ? "publish" : tarball ? "tarball" : dash == std::string_view::npos ? "packument" : std::string_view();
    if (log.purpose.empty()) return;
    const std::string whole = text::replace_all(text::replace_all(std::string(url.substr(0, dash)), "%2f", "/"), "%2F", "/");
    std::vector<std::string_view> parts = text::split(std::string_view(whole).substr(std::min(whole.size(), whole.find("://") + 3)), '/');
    const auto scope = std::find_if(parts.begin() + 1, parts.end(), [](std::string_view part) { return part.starts_with("@") || part.starts_with("%40"); });
    std::string name;
    if (scope != parts.end() && scope + 1 != parts.end()) {
      name = text::fill("@{}/{}", {scope->substr(scope->starts_with("@") ? 1 : 3), *(scope + 1)});
    } else if (parts.size() > 1 && (!tarball || dash != std::string_view::npos)) {
      name = parts.back();
    }
    // "name-1.0.0.tgz"
    const std::string_view file = url.substr(url.rfind('/') + 1);
    if (tarball && name.empty()) {
      auto at = file.find('-');
      while (at != std::string_view::npos && at + 1 < file.size() && !is_digit(file[at + 1])) at = file.find('-', at + 1);
      name = file.substr(0, at);
    }
    if (!name.empty() && !name.ends_with('/')) log.package = name;
    const std::string_view plain = std::string_view(log.package).substr(log.package.rfind('/') + 1);
    if (tarball && file.ends_with(".tgz") && file.starts_with(plain) && file.size() > plain.size() + 5)
      log.version = file.substr(plain.size() + 1, file.size() - plain.size() - 5);
  }
}

// Not what a client itself prints, nor a usage line.
bool is_command(std::string_view s) {
  return client::name_from(up_to(s, " ")) && contains(s, " ") && s.find_first_of("<[") == std::string_view::npos && !s.starts_with("npm ERR") &&
         !s.starts_with("npm error") && !s.starts_with("npm warn") && !s.starts_with("npm WARN");
}

// "If I try `npm login --registry=https://host/path` I get": as code in a sentence, one that says where.
std::string command_said(std::string_view line) {
  if (contains(line, "npm ERR!") || contains(line, "npm error ")) return {};
  const auto parts = text::split(line, '`');
  for (std::size_t i = 1; i + 1 < parts.size(); i += 2) {
    if (is_command(parts[i]) && contains(parts[i], "registry") && contains(parts[i], "://") && !contains(parts[i], " set ")) return std::string(parts[i]);
  }
  return {};
}

// "$ npm install left-pad", "> npm ci", "Run yarn install", "RUN npm ci" in a Dockerfile.
std::string command_in(std::string_view line) {
  // Markdown's code, alone on its line.
  if (const std::string_view code = text::trim(line); code.size() > 2 && code.starts_with('`') && code.find('`', 1) == code.size() - 1)
    return command_in(text::join({"$ ", code.substr(1, code.size() - 2)}));
  for (const std::string_view prompt : {"$ ", "> ", "# ", "Run ", "RUN ", "% ", "❯ ", "PS "}) {
    const auto at = line.find(prompt);
    if (at == std::string_view::npos || (at > 0 && line.substr(at - 1).starts_with("##"))) continue;  // a heading
    std::string_view rest = text::trim(line.substr(at + prompt.size()));
    if (prompt == "PS ") rest = text::trim(behind(rest, "> "));
    if (is_command(rest)) return std::string(rest);
  }
  // The prompt of Windows ends without a blank: "C:\app>npm ci".
  const auto at = line.find('>');
  if (at != std::string_view::npos && (at == 0 || contains(line.substr(0, at), "\\")) && is_command(line.substr(at + 1)))
    return std::string(text::trim(line.substr(at + 1)));
  // zsh's themes name a folder and a branch behind their sign: "➜  app git:(main) ✗ npm install".
  for (const std::string_view sign : {"➜ ", "ᐅ ", "» "}) {
    const std::string_view rest = behind(line, sign);
    for (const std::string_view word : text::split(rest, ' ')) {
      if (client::name_from(word) && word.data() + word.size() < rest.data() + rest.size())
        return std::string(rest.substr(static_cast<std::size_t>(word.data() - rest.data())));
    }
  }
  // npm up to 4 tells its own words beside an error, with what the shell put for variables: `npm ERR! argv "/usr/bin/node" "/usr/bin/npm" "install"`, in its
  // debug log `39 error argv "node" …`.
  if (const auto argv = behind(line, contains(line, "npm ERR! argv ") ? "npm ERR! argv " : " error argv "); !argv.empty())
    return text::replace_all(std::string(argv.substr(std::min(argv.size(), argv.find("npm\" ")))), "\"", "");
  // npm's debug log: `verbose argv "install" "left-pad"`.
  if (const auto argv = behind(line, "verbose argv "); !argv.empty()) return text::join({"npm ", text::replace_all(std::string(argv), "\"", "")});
  return {};
}

// A command that asks a registry for something, which no prompt stands before.
bool asks_registry(std::string_view line) {
  const auto words = text::split(line, ' ');
  constexpr std::array<std::string_view, 10> verbs{{"install", "i", "ci", "add", "publish", "whoami", "view", "audit", "update", "-r"}};
  return words.size() > 1 && client::name_from(words[0]) && std::find(verbs.begin(), verbs.end(), words[1]) != verbs.end();
}

// npm's release where a line begins with it: setup-node's "npm: 10.9.9", `npm version`'s "npm: '7.5.3',", and what people write beside an error:
// "- `npm -v` prints: 5.3.0", "NPM version used is 8.11.0". Not the command `npm version 1.0.0 --no-git-tag-version`.
std::string_view told_release(std::string_view body) {
  constexpr std::string_view between = " -*_`'\":=>|@", ends = " ,;`'\"|)";
  body.remove_prefix(std::min(body.size(), body.find_first_not_of(between)));
  if (!text::iequals(body.substr(0, 3), "npm")) return {};
  body.remove_prefix(3);
  while (true) {
    body.remove_prefix(std::min(body.size(), body.find_first_not_of(between)));
    const std::string_view word = up_to(body, between);
    const std::string_view release = up_to(word.substr(word.starts_with('v') ? 1 : 0), ends);
    if (!release.empty() && is_digit(release[0])) return !contains(body, "--") ? release : std::string_view();
    if (!text::iequals(word, "version") && !text::iequals(word, "versions") && word != "v" && word != "used" && word != "is" && word != "prints" &&
        word != "shows")
      return {};
    body.remove_prefix(word.size());
  }
}

bool logs_in(std::string_view command) { return contains(command, " login") || contains(command, " adduser"); }

// A log-in that came before what failed: npm writes the scope's line and the token's.
struct LogIn {
  std::string registry, scope;
  bool done = false;
};
// "Logged in as bob to scope @acme on https://host/path/."; of the command, what its flags say.
void read_log_in(LogIn& in, std::string_view line, std::string_view command) {
  const bool done = contains(line, "Logged in ") && contains(line, " on http");  // npm 9 and later say nothing of who
  const bool asks = command.starts_with("npm login ") || command.starts_with("npm adduser ");
  // What comes after it found that it had worked.
  in.done = in.done || (!in.registry.empty() && !asks && !command.empty());
  if (!done && !asks) return;
  const auto flag = [&](std::string_view name) {
    const std::string_view value = behind(command, name);
    return up_to(value.substr(value.starts_with('=') || value.starts_with(' ') ? 1 : 0), " \"'");
  };
  const std::string_view url = done ? url_in(behind(line, " on ")) : flag("--registry"),
                         scope = done ? up_to(behind(line, " to scope "), " ") : flag("--scope");
  if (url.starts_with("http")) in = {std::string(url), std::string(scope), done};
}

// Where the error names no registry, it is the one that was logged in to.
void take_log_in(Log& log, const LogIn& in) {
  const Registry* known = registry_of(in.registry);
  if (!in.done || !log.url.empty() || !log.registry.empty() || (log.status != 401 && log.status != 403) || logs_in(log.command) ||
      (known && (known->is_public || (!log.vendor.empty() && known->name != log.vendor))))
    return;
  log.registry = tidy(in.registry);
  log.authorized = log.authorized.value_or(true);
  if (log.package.empty() && !in.scope.empty() && !contains(log.command, text::join({in.scope, "/"}))) log.package = text::join({in.scope, "/example"});
}

// A command that may have failed. In a transcript of several it is the last one before the error; not what a script's runner prints ("> npm
// run build"), nor one that asks for a version, which is printed below it, or sets something up.
constexpr std::string_view asked = "asked";
void read_command(Log& log, std::string_view line, bool failed, std::string& version) {
  const std::string_view body = text::trim(line);
  const std::string_view told = told_release(body), printed = told.empty() && version == asked ? body : told;
  if (version == asked && (body.empty() || body.starts_with("```") || contains(body, "npm WARN") || contains(body, "npm warn"))) return;
  if (version == asked || (version.empty() && !printed.empty()))
    version =
        std::count(printed.begin(), printed.end(), '.') == 2 && is_digit(printed[0]) && client::parse_version(printed) ? std::string(printed) : std::string();
  std::string command = contains(line, "`always-auth` is not a valid npm option") ? "npm config set always-auth true" : command_in(line);
  const auto words = text::split(command, ' ');
  if (contains(line, "is not a valid npm option")) log.command = command;
  if (words.size() < 2) return;
  const bool asks_version = words[1] == "-v" || words[1] == "--version";
  if (asks_version && words[0] == "npm" && version.empty()) version = asked;
  const bool told_by_error = contains(line, "npm ERR! argv ") && contains(log.command, "$");
  if (!asks_version && (log.command.empty() || told_by_error ||
                        (!failed && words[0] != "npx" && words[0] != "bunx" && words[1] != "run" && words[1] != "config" && !body.starts_with("> "))))
    log.command = std::move(command);
}

// What npm's own output tells only beside the error, taken where it is npm's.
void name_client(Log& log, const std::string& words, const std::string& version, const std::string& noticed) {
  if (log.command.empty() && words.size() > 3) log.command = words;
  const bool npms = log.alike.starts_with("npm") && client::name_from(up_to(log.command, " ")).value_or(client::Name::npm) == client::Name::npm;
  if (log.client.empty() && npms && !version.empty() && version != asked) log.client = text::join({"npm ", version});
  if (log.client.empty() && version.empty() && !noticed.empty() && up_to(log.alike, " ") == up_to(noticed, " ")) log.client = noticed;
}

// npm before 9 lists its words in the debug log: `verbose cli [ '…/node',`, then one a line.
void read_words(std::string& words, std::string_view line) {
  line = behind(line, "verbose cli ");
  if (line.starts_with('[')) words = "npm";
  for (std::size_t begin = line.find('\''); begin != std::string_view::npos; begin = line.find('\'')) {
    const std::size_t close = line.find('\'', begin + 1);
    if (close == std::string_view::npos) return;
    const std::string_view word = line.substr(begin, close + 1 - begin);
    line.remove_prefix(close + 1);
    const bool program = words == "npm" && !word.starts_with("'-") &&
                         (word.ends_with("node'") || word.ends_with("node.exe'") || word.ends_with("npm'") || word.ends_with("-cli.js'"));
    if (!words.empty() && !program) words += text::join({" ", contains(word, " ") ? word : word.substr(1, word.size() - 2)});
  }
}

// "npm@6.14.18", "npm v10.9.9", "yarn install v1.22.22" and "bun publish v1.4.5", which tell the command too, "Yarn 4.18.1".
std::string client_in(std::string_view line, std::string& command) {
  const auto release = [](std::string_view name, std::string_view s) -> std::string {
    s = text::trim(s);
    if (s.starts_with("v")) s.remove_prefix(1);
    s = up_to(s, " ,;)(\"'/");
    if (const auto script = s.find(".cjs"); script != std::string_view::npos) s = s.substr(0, script);
    return std::count(s.begin(), s.end(), '.') >= 2 && client::parse_version(s) ? text::join({name, " ", s}) : std::string();
  };
  for (const auto& [mark, name] : std::initializer_list<std::pair<std::string_view, std::string_view>>{{"using npm@", "npm"},
                                                                                                       {"verbose npm ", "npm"},
                                                                                                       {"npm ERR! npm ", "npm"},
                                                                                                       {" error npm ", "npm"},
                                                                                                       {"npm version = ", "npm"},
                                                                                                       {"· Yarn ", "yarn"},
                                                                                                       {"/releases/yarn-", "yarn"},
                                                                                                       {"Using pnpm@", "pnpm"},
                                                                                                       {"User-Agent: Bun/", "bun"}}) {
    if (auto found = release(name, behind(line, mark)); !found.empty()) return found;
  }
  // Where its own code lies, in a stack: "at /usr/local/Cellar/yarn/1.7.0/libexec/lib/cli.js:96162:13", "/opt/yarn-v1.22.5/lib/cli.js".
  for (const std::string_view name : {"yarn", "pnpm"}) {
    for (const std::string_view then : {"/", "-"}) {
      if (!contains(line, " at ") || !contains(line, "js:")) break;
      if (auto found = release(name, behind(line, text::join({"/", name, then}))); !found.empty()) return found;
    }
  }
  const auto words = text::split(text::trim(line), ' ');
  // A script's runner is not the client that the script calls.
  if (words.size() < 3 || (words[0] != "yarn" && words[0] != "bun") || words[1] == "run" || !words[2].starts_with("v")) return {};
  std::string found = release(words[0], words[2]);
  if (!found.empty() && command.empty()) command = text::join({words[0], " ", words[1]});
  return found;
}

// What a client prints of a newer release: "New minor version of npm available! 7.21.1 -> 7.23.0". What runs after an upgrade is another.
void read_notice(std::string& release, std::string_view line) {
  for (const auto& [mark, name] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"version of npm available! ", "npm"}, {"Update available! ", "pnpm"}, {"Update available ", "npm"}}) {
    const std::string_view told = up_to(behind(line, mark), " ");
    if (!told.empty() && client::parse_version(told) && std::count(told.begin(), told.end(), '.') == 2) release = text::join({name, " ", told});
  }
  const bool upgrades = contains(line, " -g ") || contains(line, " --global ") || contains(line, "self-update");
  if (upgrades && !contains(line, "to update") &&
      (contains(line, " npm@") || contains(line, " pnpm@") || line.ends_with(" npm") || line.ends_with("self-update")))
    release.clear();
}

std::string code_in(std::string_view line) {
  if (contains(line, "Internal Error: Server answered with HTTP ") || contains(line, "nodejs/corepack#troubleshooting"))
    return "corepack";  // corepack sources/httpUtils.ts
  const auto word = [](std::string_view s) { return s.substr(0, s.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")); };
  if (const auto code = word(behind(line, "code ")); code.size() > 2 && is_upper(code.front())) return std::string(code);
  if (const auto at = line.find("ERR_PNPM_"); at != std::string_view::npos) return std::string(word(line.substr(at)));
  if (contains(line, "This request requires auth credentials")) return "ENEEDAUTH";  // npm up to 6, for the same
  if (contains(line, "Not authenticated with npm")) return "ENEEDAUTH";              // release-it, whatever its `npm whoami` got
  if (contains(line, "Fetching packages of type \"remote\" have been disabled") || contains(line, "Refusing to fetch \"")) return "EALLOWREMOTE";
  for (const std::string_view code : {"ENEEDAUTH", "EINVALIDNPMTOKEN", "ENONPMTOKEN", "YN0041", "YN0033", "YN0035", "YN0001"}) {
    if (contains(line, code)) return std::string(code);
  }
  return {};
}

// What `bun --verbose` prints of each request: "[fetch] > HTTP/1.1 GET https://host/path", its headers, "[fetch] < 401 Unauthorized"; up to 1.1 "Request: GET
// /path" and "Response: < 401 Unauthorized". Of several under way at once their own lines tell.
struct BunRequest {
  std::string url;
  bool authorized = false;
};
void read_bun_request(Log& log, std::vector<BunRequest>& all, std::string_view line) {
  line = text::trim(line);
  for (const std::string_view sign : {"[fetch] ", "> "}) {
    if (line.starts_with(sign)) line = text::trim(line.substr(sign.size()));
  }
  const std::string_view path = behind(line, "Request: GET ");
  if (line.starts_with("HTTP/1.1 ") && !url_in(line).empty()) {
    all.push_back({std::string(url_in(line))});
  } else if (path.starts_with('/')) {
    all.push_back({std::string(path)});
  } else if (!all.empty() && line.starts_with("Authorization: ")) {
    all.back().authorized = true;
  } else if (!all.empty() && line.starts_with("Host: ") && all.back().url.starts_with('/')) {
    all.back().url.insert(0, text::join({"https://", line.substr(6)}));
  } else if (line.starts_with("Response: < 4") && log.status == 0 && all.size() == 1) {
    log.status = status_in(line), log.method = "GET", log.url = all.back().url;
  }
}

// semantic-release asks `npm whoami` with NPM_TOKEN before it publishes.
void read_release(Log& log) {
  if (log.code == "EINVALIDNPMTOKEN") {
    log.status = 401, log.purpose = "whoami", log.authorized = true;
    if (log.registry.empty() && log.url.empty()) log.registry = "https://registry.npmjs.org/";  // it names any other
  }
  if (log.code == "ENONPMTOKEN") log.purpose = "publish", log.authorized = false, log.unset = {"NPM_TOKEN"};
}

// What names the package, or the request, without an address. `refused`: the line tells a status and no address.
void read_package(Log& log, std::string_view line, bool refused) {
  if (const auto at = line.find("@npm:"); at != std::string_view::npos && contains(line, "YN00")) set_package(log, line.substr(line.rfind(' ', at) + 1));
  // bun 1.0: `error: package "left-pad" not found registry.npmjs.org/left-pad 404`.
  if (const auto at = behind(behind(line, "error: package \""), "\" not found "); at.ends_with(" 404"))
    log.status = 404, log.method = "GET", log.url = text::join({"https://", up_to(at, " ")});
  if (contains(line, " failed to resolve")) set_package(log, behind(line, "error: "));
  if (contains(line, "package manifest ")) set_package(log, behind(line, "package manifest "));
  if (contains(line, "Failed to resolve ") && !contains(line, "dependency")) set_package(log, behind(line, "Failed to resolve "));
  if (contains(line, "Couldn't find package \"")) {
    set_package(log, behind(line, "find package \""));
    log.purpose = "packument";
    log.unfound = true;
  }
  if (contains(line, "publish Failed PUT") && !log.authorized) log.authorized = true;  // npm up to 4 asks for a login first
  if (contains(line, "publish Failed PUT") || contains(line, "Failed to publish package ") || contains(line, "required for publishing"))
    log.purpose = "publish", log.method = "PUT";
  if (contains(line, "publish package: ") || contains(line, "bun publish v") || contains(line, "missing authentication (run"))
    log.purpose = "publish", log.method = "PUT";
  if (line.starts_with("yarn publish v"))
    log.purpose = "publish", log.method = "PUT", log.command = contains(log.command, " publish") ? log.command : "yarn publish";
  if (contains(line, "WHOAMI_FAILED") || contains(line, "Authentication failed - your credentials may have expired")) log.purpose = "whoami";
  if (contains(line, "Not authenticated with npm")) log.purpose = "whoami";
  if (contains(line, "PING_ERROR")) log.purpose = "ping";
  // npm's `adduser`, which `login` is another name of, and yarn's "Invalid authentication (attempted as bob)".
  if (contains(line, "No oauth npm default login configuration") && log.status == 0) log.status = 403;  // Artifactory's, where other programs log in
  if (contains(line, "org.couchdb.user:") || contains(line, "(attempted as ") || contains(line, "npm ERR! adduser") || contains(line, "npm error adduser"))
    log.purpose = "login";
  // npm before 6.5: "401 Unauthorized: left-pad@1.3.0", "forbidden: access denied : whoami".
  if (const auto err = behind(line, "npm ERR! ");
      !err.empty() && log.code.size() == 4 && log.code.starts_with("E") && log.package.empty() && log.purpose.empty()) {
    if (const auto colon = err.rfind(" : "); colon != std::string_view::npos) {
      const std::string_view of = err.substr(colon + 3);
      if (of == "whoami" || of == "ping") {
        log.purpose = of == "ping" ? "ping" : "whoami";
      } else {
        set_package(log, of);
      }
      if (!err.starts_with("404 ")) log.reason = err.substr(0, colon);
    } else if (const auto user = err.find(": org.couchdb.user:"); user != std::string_view::npos) {
      log.reason = err.substr(0, user);
    } else if (contains(err, "' is not in the npm registry")) {
      set_package(log, behind(err, "'"));
    } else if (const auto last = err.rfind(": "); refused && last != std::string_view::npos && !contains(err.substr(last + 2), " ") &&
                                                  !contains(err, "permission_denied") && !contains(err, "Unable to authenticate")) {
      set_package(log, err.substr(last + 2));
      if (contains(log.package, "/") || contains(err.substr(last), "@")) log.alike = "npm 6";  // later ones tell the address
    }
  }
}

// npm 12: `Refusing to fetch "left-pad@https://host/left-pad/-/left-pad-1.3.0.tgz"`; and what it says of where it runs.
void read_circumstances(Log& log, std::string_view line) {
  if (contains(line, "git dep preparation failed")) log.in_git_dependency = true;
  if (const auto uri = behind(line, "WARN registry URI: "); !uri.empty() && log.url.empty()) log.url = url_in(uri), log.method = "GET";
  if (const auto ignored = behind(line, "ignoring workspace config at "); !ignored.empty()) log.ignored = text::trim(ignored);
  // Of npm's 404 often this line alone is pasted.
  if (contains(line, "' is not in this registry") && log.status == 0) {
    const std::string_view package = up_to(behind(line, "'"), "'");
    log.status = 404;
    set_package(log, package.substr(0, package.find("@http")));
  }
  const std::string_view spec = up_to(behind(line, "Refusing to fetch \""), "\"");
  const auto at = spec.find("@http", 1);
  if (at == std::string_view::npos || spec.ends_with('/') || !log.url.empty()) return;
  log.url = spec.substr(at + 1);
  log.package = spec.substr(0, at);
  log.purpose = "tarball";
}

// What GitHub prints of a step before it runs: "  env:", then a variable a line, further in.
void read_environment(Log& log, std::string_view line, std::size_t& indent) {
  const std::string_view body = text::trim(line);
  const std::size_t in = std::min(line.size(), line.find_first_not_of(' '));
  const auto colon = body.find(':');
  const std::string_view name = body.substr(0, colon);
  const bool is_name = !name.empty() && name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
  if (indent != std::string_view::npos && in > indent && colon != std::string_view::npos && is_name)
    log.environment.emplace_back(name, contains(body, "${{") ? std::string_view("***") : text::trim(body.substr(colon + 1)));
  else
    indent = body == "env:" ? in : std::string_view::npos;
}

// Whether the client says that it sent a credential.
void read_authorization(Log& log, std::string_view line) {
  if (contains(line, "No authorization header was set") || contains(line, "Invalid authentication (as an anonymous user)") ||
      contains(line, "authentication token not provided") || contains(line, "ENEEDAUTH") || contains(line, "No authentication configured for request") ||
      contains(line, "missing authentication") || contains(line, "This request requires auth credentials") ||
      contains(line, "No token found and can't prompt for login") ||
      contains(line, "No auth for URI, but auth present for scoped registry"))  // npm-registry-fetch 13
    log.authorized = false;
  // npm up to 6 notes what it sends with some commands; what GitHub answers to a token that it reads.
  if (contains(line, "An authorization header was used") || contains(line, "using bearer token for auth") ||
      contains(line, "was not found in feed") ||  // Azure Artifacts, which says 401 to whom it does not know
      contains(line, "The token provided does not match") || contains(line, "could not retrieve user by token") || contains(line, "with the token provided") ||
      contains(line, "permission_denied") || (contains(line, " is not allowed to access package") && contains(line, "user ")) ||
      (contains(line, "Invalid authentication (as ") && !log.authorized))
    log.authorized = true;
}

// Words that only GitHub's registry answers with.
bool is_githubs(std::string_view line) {
  return contains(line, "cannot be authenticated with the token provided") || contains(line, "permission_denied: ") ||
         contains(line, "authentication token not provided") || contains(line, "The token provided does not match expected scopes");
}

// `listed`: pnpm's list of settings has begun.
void read_settings(Log& log, std::string_view line, bool& listed) {
  // npm 9 and later name each credential that stands without a registry, and the registry in use.
  const auto quoted = [](std::string_view s) { return s.starts_with('`') || s.starts_with('\''); };
  for (std::string_view rest = log.settings.empty() ? behind(line, "Invalid auth configuration found: ") : ""; quoted(rest);) {
    const std::string_view key = up_to(rest.substr(1), "`' "), renamed = up_to(behind(rest, " must be renamed to "), " ");  // `//host/path/:_auth`
    if (const auto at = renamed.rfind(key); quoted(renamed) && at != std::string_view::npos && at > 2)
      log.settings += text::join({log.settings.empty() ? text::fill("registry=https:{}\n", {renamed.substr(1, at - 2)}) : "", key, "=***\n"});
    rest = behind(behind(rest, " must be renamed to "), ", ");
  }
  if (listed) {
    if (line.starts_with("//") || line.starts_with('@') || line.starts_with("registry="))
      log.settings += text::join({text::replace_all(std::string(line), "[hidden]", "***"), "\n"});
    listed = text::trim(line).empty() ? log.settings.empty() : line.starts_with("//") || contains(line, "=");
  }
  listed = listed || contains(line, "These authorization settings were found:");
}

// Who prints so, by major. npm's prefix was "npm ERR!" up to 10.5.2.
std::string_view alike_in(std::string_view line) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 29> marks{{{"Not authenticated with npm", "npm 12"},
                                                                                 {"The audit endpoint (at ", "pnpm 10"},
                                                                                 {"pnpm: 4", "pnpm 11"},
                                                                                 {"No token found and can't prompt", "yarn 1"},
                                                                                 {"WARN  Issue while reading \"", "pnpm 10"},
                                                                                 {"× ERR_PNPM_", "pnpm 12"},
                                                                                 {"[ERR_PNPM_", "pnpm 11"},
                                                                                 {"ERR_PNPM_META_FETCH_FAIL", "pnpm 12"},
                                                                                 {"ERR_PNPM_RESOLVING_", "pnpm 12"},
                                                                                 {"ERR_PNPM_", "pnpm 10"},
                                                                                 {"npm ERR!", "npm 9"},
                                                                                 {"npm error ", "npm 12"},
                                                                                 {"Error: Failed to replace env in config", "npm 6"},
                                                                                 {"/npm/lib/config/core.js", "npm 6"},
                                                                                 {"lerna ERR!", "npm 9"},
                                                                                 {"lerna http fetch ", "npm 9"},
                                                                                 {" - PUT http", "npm 12"},
                                                                                 {" - GET http", "npm 12"},
                                                                                 {"YN00", "yarn 4"},
                                                                                 {"\" finished with status code ", "yarn 1"},
                                                                                 {"Environment variable not found (", "yarn 4"},
                                                                                 {"error An unexpected error occurred", "yarn 1"},
                                                                                 {"Request failed \\\"", "yarn 1"},
                                                                                 {"Request failed \"4", "yarn 1"},
                                                                                 {"authorization header was ", "pnpm 10"},
                                                                                 {"yarn-error.log", "yarn 1"},
                                                                                 {"\" on the \"npm\" registry", "yarn 1"},
                                                                                 {"error: GET ", "bun 1"},
                                                                                 {"bunx npm login", "bun 1"}}};
  const auto it = std::find_if(marks.begin(), marks.end(), [&](const auto& mark) { return contains(line, mark.first); });
  return it == marks.end() ? std::string_view() : it->second;
}

// The variable that a client says is not set.
std::string_view unset_in(std::string_view line) {
  if (const auto name = behind(line, "Failed to replace env in config: ${"); !name.empty()) return up_to(name, "}");
  return up_to(behind(line, "Environment variable not found ("), ")");
}

// Where it publishes to, logs in or what it pings, before the answer.
void read_destination(Log& log, std::string_view line) {
  for (const auto& [mark, purpose] : std::initializer_list<std::pair<std::string_view, std::string_view>>{{"notice PING ", "ping"},
                                                                                                          {"Your configured registry (", "audit"},
                                                                                                          {"Log in on ", "login"},
                                                                                                          {"Logging in to ", "login"},
                                                                                                          {"Publishing to ", "publish"},
                                                                                                          {"Registry: ", "publish"},
                                                                                                          {" → ", "publish"},
                                                                                                          {"publish to the registry ", "whoami"},
                                                                                                          {"requires you to be logged in to ", "publish"},
                                                                                                          {"mapToRegistry registry ", "packument"}}) {
    std::string_view to = behind(line, mark);
    to.remove_prefix(std::min(to.size(), to.find_first_not_of("[`'\"<")));
    if (!log.registry.empty() || to.empty()) continue;
    const bool hidden = !to.starts_with("http") && (mark.ends_with(" logged in to ") || mark == "Publishing to ");
    if (!hidden && !to.starts_with("http")) continue;
    log.registry = hidden ? "https://***/" : url_in(to);  // "(redacted)"
    log.purpose = purpose;
  }
}

// Verdaccio's own log, of what it answered: "http <-- 401, user: null(172.17.0.1), req: 'PUT /left-pad', error: authorization required". Under which address
// it is asked it does not tell. What a newer npm tries before it logs in by name and password fails there in any case.
constexpr std::string_view server_log = ", req: '";
void read_server_log(Log& log, std::string_view line) {
  const std::string_view request = up_to(behind(line, server_log), "'"), answer = behind(line, "http ");
  const int status = status_in(text::join({"HTTP ", up_to(answer.substr(std::min(answer.size(), answer.find_first_of("45"))), ",")}));
  // npm up to 8 tries to make the user first, and then logs in.
  if (contains(answer, "<-- 201") && contains(request, "/-/user/") && log.purpose == "login")
    log.status = 0, log.purpose = {}, log.method = {}, log.reason.clear();
  if (status == 0 || log.status != 0 || contains(request, "/-/v1/login")) return;
  log.status = status;
  log.method = up_to(request, " ");
  Log one = log;
  one.url = text::join({"https://***", text::trim(behind(request, " "))});
  read_url(one);
  log.purpose = one.purpose;
  log.package = one.package;
  if (log.purpose != "login") log.registry = "https://***/";
  log.reason = behind(line, "error: ");
  if (!contains(line, "user: null") && !contains(line, "user: undefined")) log.authorized = true;
}

// What the lines together say.
void settle(Log& log, std::string_view input, std::string_view step, const std::string& realm) {
  // Codes of npm that stand for a 401 of their own kind.
  if (log.status == 0 && (log.code == "EOTP" || log.code == "EAUTHIP" || log.code == "EAUTHUNKNOWN")) log.status = 401;
  if (log.status == 0) log.reason.clear();
  if (log.status != 0 && log.trouble != Trouble::page) log.trouble = log.status == 407 ? Trouble::proxy : Trouble::none;
  log.download = log.url;
  log.url = tidy(log.url);
  log.registry = tidy(log.registry);
  if (!log.url.empty() && log.code != "EALLOWREMOTE") read_url(log);
  log.published = log.published && contains(log.url, "/-/user/token/");
  if (log.published) log.command.clear();  // it is not what failed
  if (log.purpose == "access" && log.status == 401) log.purpose = "whoami";
  if (log.purpose.empty() && !log.package.empty() && log.code.starts_with("YN")) log.purpose = step.empty() ? "packument" : step;
  const bool azures = contains(realm, ".pkgs.visualstudio.com") || contains(input, "Bearer authorization_uri=");
  log.vendor = realm.starts_with("Artifactory ") ? "Artifactory" : realm.starts_with("Sonatype Nexus ") ? "Nexus Repository" : azures ? "Azure Artifacts" : "";
  // Some realms name the registry, where npm prints no address: GitHub's, and those that are one. Azure's names a server behind it.
  if (log.url.empty() && log.registry.empty() && (log.status == 401 || log.status == 403))
    log.registry = realm == "GitHub Package Registry" ? "https://npm.pkg.github.com/" : realm.starts_with("https://") && !azures ? tidy(realm) : "";
  if (!log.authorized && log.purpose != "login" && log.blames_credential() && contains(text::lower(log.reason), "invalid")) log.authorized = true;
  if (log.method.empty() && !log.purpose.empty()) log.method = log.purpose == "publish" || log.purpose == "login" ? "PUT" : "GET";
  // Without a credential npm and yarn 2 and later ask for a login before they send either; lerna, which prints as npm does, sends it.
  const bool asks_first = log.alike.starts_with("npm") || log.alike == "yarn 4" || log.alike.empty();
  if (!log.authorized && asks_first && !contains(input, "lerna ") && !log.url.empty() && log.status >= 400 && log.status < 500 &&
      (log.purpose == "publish" || log.purpose == "whoami"))
    log.authorized = true;
}

// What a program's JSON quotes of a client's output, as Renovate's log does: its lines again.
std::string without_json(std::string_view text) {
  std::string out;
  for (const std::string_view line : text::split(text, '\n')) {
    const std::string_view body = text::trim(line);
    const bool quotes = body.starts_with("\"stderr\":") || body.starts_with("\"stdout\":") || body.starts_with("\"message\":");
    out += quotes ? text::replace_all(text::replace_all(std::string(line.substr(line.find(':') + 1)), "\\n", "\n"), "\\\"", "\"") : std::string(line);
    out += '\n';
  }
  out.pop_back();
  return out;
}

}  // namespace

// Docker Compose's name of a service, and what a CI puts before each line: "2026-11-24T13:47:48.5790000Z ", GitLab's stream number behind it,
// "[13:47:48] ", "11:47:48 PM: ", "24-11-2026 13:47:48 ", Docker's "#12 3.456 ".
std::string_view without_prefix(std::string_view line) {
  // TeamCity's: "[13:47:48] :	 [Step 1/3] ", "[13:47:48][Step 1/3] ".
  if (const auto step = line.find("[Step "); line.starts_with('[') && step < 20) line = line.substr(std::min(line.size(), line.find(']', step) + 2));
  const std::string_view service = up_to(line, " |");
  const std::size_t bar = std::min(line.size(), line.find_first_not_of(' ', service.size()));
  if (line.substr(bar).starts_with("| ") && bar > service.size() && !service.empty() && service != "proxy" && service != "updater" &&
      service.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-") == std::string_view::npos &&
      !client::name_from(text::lower(service)))
    line.remove_prefix(bar + 2);
  bool timed = false;
  while (true) {
    const auto space = line.find(' ');
    const std::string_view word = line.substr(0, space);
    const bool half = timed && (word == "AM" || word == "PM" || word == "AM:" || word == "PM:");
    if (space == std::string_view::npos || word.empty() ||
        (!half && (word.find_first_not_of("0123456789TZOE:.#[]+-/") != std::string_view::npos || word.find_first_of("0123456789") == std::string_view::npos)))
      return line;
    const bool date =
        word.size() == 10 && word.find_first_of("TZOE") == std::string_view::npos && word.find_first_not_of("0123456789-/") == std::string_view::npos;
    if (!timed && !date && word.find_first_of(":#.") == std::string_view::npos) return line;
    if (timed && word.size() == 3 && !half && word.find_first_of("OE") == std::string_view::npos && word.find('.') == std::string_view::npos) return line;
    timed = true;
    line = line.substr(space + 1);
  }
}

Log read_log(std::string_view text) {
  const std::string plain = contains(text, "\"stderr\":") ? without_json(text) : std::string();
  const std::string_view input = plain.empty() ? text : plain;
  Log log;
  int asked_status = 0;  // of npm's own notes on each request ("http fetch GET 401 https://…"): where its error names none
  // The last four: that npm printed, that it was called with, of the challenge, of an update.
  std::string asked_url, asked_method, version, words, realm, noticed;
  std::string said;        // a command in a sentence
  std::string missed;      // what Dependabot's proxy was told not to be there
  std::string before;      // the line
  std::string configured;  // the registry
  LogIn logged_in;
  std::vector<BunRequest> asked_by_bun;
  std::string_view step;
  bool listed = false;                         // pnpm's list of settings has begun
  bool fenced = false;                         // the line before is a fence
  std::string alone;                           // the command that is all that stands in one
  std::size_t given = std::string_view::npos;  // how far in a step's `env:` stands
  each_line(input, [&](std::string_view line) {
    const bool untold = log.command.empty();
    if (log.client.empty()) log.client = client_in(line, log.command);
    // The whole command stands before yarn's heading, behind any prompt: "app yarn add left-pad", "yarn add v1.22.22".
    if (const auto typed = before.find(log.command + " "); untold && !log.command.empty() && typed < before.find(' ') + 2) log.command = before.substr(typed);
    const bool goes_on = !log.url.empty() && contains(before, log.url);  // so the line may be the answer to that
    before = line;
    if (log.alike.empty()) log.alike = alike_in(line);
    if (contains(line, "npm-registry-client")) log.alike = "npm 6";  // newer ones have another
    if (said.empty()) said = command_said(line);
    if (log.status == 0 && log.code.empty()) read_log_in(logged_in, line, command_in(line));
    // yarn 1's own code, in a stack.
    if (contains(line, " at ") && contains(line, "/lib/cli.js:") && contains(line, "/yarn")) log.alike = "yarn 1";
    const bool fence = line.starts_with("```");
    if (fence && !alone.empty()) read_command(log, text::join({"$ ", alone}), log.status != 0 || !log.code.empty(), version);
    alone = fenced && asks_registry(line) ? std::string(line) : std::string();
    read_command(log, line, log.status != 0 || !log.code.empty() || log.trouble != Trouble::none, version);
    fenced = fence;
    // What a script of yarn 1's runs is handed yarn's own registry; a newer yarn hands none.
    if (line.starts_with("yarn run v1.") || line.starts_with("yarn run v0.")) log.run_by_yarn = true;
    read_words(words, line);
    read_notice(noticed, line);
    if (const std::string_view name = unset_in(line); !name.empty()) log.unset.emplace_back(name);
    read_settings(log, line, listed);
    read_environment(log, line, given);
    read_destination(log, line);
    if (const auto told = behind(line, "npm config get registry"); !told.empty() && configured.empty()) configured = url_in(told);  // as npm's old form asked
    if (contains(line, "npm trusted publishing")) log.exchanges = true;
    if (contains(line, "bypass two-factor")) log.reason = line.substr(0, line.find_last_not_of('.') + 1);
    // Dependabot's own proxy: "proxy | 2026/11/30 12:00:00 [015] 401 https://…".
    const std::string_view proxied = behind(behind(line, "proxy | "), "] ");
    if ((proxied.starts_with("401 http") || proxied.starts_with("403 http")) && log.status == 0)
      log.status = proxied[2] - '0' + 400, log.method = "GET", log.url = url_in(proxied);
    if (proxied.starts_with("404 http") && missed.empty() && contains(proxied, "/@")) missed = url_in(proxied);
    if (contains(line, "private_source_authentication_failure") && log.status == 0 && !missed.empty()) log.status = 404, log.method = "GET", log.url = missed;
    if (contains(line, "proxy | ") && contains(line, "authenticating npm registry request")) log.authorized = true;
    // Who is asked for one is known.
    if (contains(line, "getOneTimePassword") || contains(line, "one-time pass") || contains(line, "provide an OTP"))
      log.status = 401, log.code = "EOTP", log.authorized = true;
    if (contains(line, "Access token expired or revoked")) {
      log.expired = true;
      log.authorized = true;
    }
    if (contains(line, "Logged in ") || contains(line, "Successfully logged in")) {
      if (log.purpose == "login") log.purpose = {};
      if (logs_in(log.command)) log.command.clear();  // it is not what failed
    }
    if (const std::string_view packed = behind(line, "npm notice 📦"); !packed.empty()) set_package(log, packed);
    if (contains(line, "npm notice") || contains(line, "    at ")) return;
    if (contains(line, server_log)) return read_server_log(log, line);
    if (contains(line, "Resolution step")) step = "packument";
    if (contains(line, "Fetch step")) step = "tarball";
    if (line == "success Published.") log.published = true;
    if (log.code.empty()) log.code = code_in(line);
    for (const Sign& sign : signs) {
      if (log.trouble == Trouble::none && contains(line, sign.text)) log.trouble = sign.trouble;
    }
    read_authorization(log, line);
    read_bun_request(log, asked_by_bun, line);
    if (contains(line, "Incorrect or missing password") || contains(line, "nable to authenticate, need")) log.words_of_login = true;
    if (realm.empty()) realm = up_to(behind(behind(line, ", need: "), "realm=\""), "\"");
    if (realm.empty() && is_githubs(line)) realm = "GitHub Package Registry";
    const bool refused = contains(line, "Invalid authentication") || contains(line, "Invalid OTP token") || contains(line, "nable to authenticate, need") ||
                         contains(line, "Unable to authenticate, your authentication token seems");
    const int status = refused ? 401 : contains(line, ": Package not found") ? 404 : status_in(line);
    // An address in the challenge is the name of a realm, or of where one logs in.
    const std::string_view url = url_in(line.substr(0, line.find(", need: ")));
    std::string_view method;
    for (const std::string_view m : {"GET", "PUT", "POST"}) {
      if (contains(line, text::join({m, " "})) || line.ends_with(text::join({"Request Method: ", m}))) method = m;
    }
    if (contains(line, "http fetch ")) {
      if (status != 0) asked_status = status, asked_url = url, asked_method = method;
      return;
    }
    if (status != 0 && log.status == 0) log.status = status;
    const bool fails = status != 0 || (contains(line, "request to ") && !contains(line, "Performing \"")) || contains(line, "fetch failed http") ||
                       contains(line, "Request URL") || contains(line, "fetch metadata from") || contains(line, "error Error: ") ||
                       contains(line, "unexpected error occurred") || contains(line, "publish package: ") || contains(line, "ERR_PNPM_") ||
                       contains(line, "verbose pkgid ");
    if (log.url.empty() && fails && !url.empty()) {
      log.url = url;
      if (!method.empty()) log.method = method;
      const std::string_view rest = line.substr(static_cast<std::size_t>(url.data() + url.size() - line.data()));
      if (rest.starts_with(" - ") && !is_digit(rest.back())) log.reason = rest.substr(3);
      if (rest.starts_with(": ") && log.status == 0) log.reason = up_to(rest.substr(2), "\"");
      // pnpm up to 3: "ERROR  400 Check the value of Authorization header.: https://…".
      if (const auto told = line.find(" 400 ");
          status == 400 && rest.find_first_not_of('`') == std::string_view::npos && line.substr(0, line.size() - url.size()).ends_with(": "))
        log.reason = text::trim(line.substr(told + 5, line.size() - url.size() - told - 7));
    } else if (log.reason.empty() && goes_on && line.starts_with(" - ")) {
      log.reason = line.substr(3);
    }
    if (!method.empty() && log.method.empty() && (status != 0 || contains(line, "Request Method: "))) log.method = method;
    read_circumstances(log, line);
    read_package(log, line, status != 0 && url.empty());
  });
  for (const BunRequest& each : asked_by_bun) {
    if (!log.authorized && each.url == log.url) log.authorized = each.authorized;
  }
  read_release(log);
  const bool reads = !logs_in(log.command) && !contains(log.command, " publish") && !contains(log.command, " whoami");
  if (log.url.empty() && log.registry.empty() && !configured.empty() && reads && log.purpose.empty() && !log.package.starts_with('@'))
    log.registry = tidy(configured), log.purpose = "packument";
  // The package's name was hidden; what stands before it is the registry.
  if (const auto at = log.url.rfind("/@");
      at != std::string::npos && log.url.find_first_of("/%", at + 1) == std::string::npos && !contains(log.url.substr(0, at + 1), "/-/"))
    log.registry = log.url.substr(0, at + 1), log.url.clear(), log.package.clear(), log.purpose = "packument";
  if (log.alike.empty() && asked_status != 0) log.alike = "npm 12";  // its own notes, and nothing that tells which
  name_client(log, words, version, noticed);
  if (log.command.empty() && log.url.empty() && log.registry.empty()) log.command = std::move(said);
  // Who writes how he logged in, and no error of that, tells of what he did before.
  if (log.status == 0 && log.code.empty() && log.purpose.empty() && logs_in(log.command)) log.command.clear();
  if (log.status == 0) log.status = log.url.empty() ? asked_status : status_of(log.reason);
  if (log.url.empty() && asked_status != 0 && asked_status == log.status) log.url = asked_url, log.method = asked_method;
  settle(log, input, step, realm);
  take_log_in(log, logged_in);
  // corepack asked for the client itself, before that ran: no request of the client's.
  if (log.code == "corepack") {
    log.reason = log.status == 0 ? std::string() : text::fill("HTTP {}", {std::to_string(log.status)});
    log.status = 0;
    log.purpose = {};
    log.package.clear();
    log.version.clear();
  }
  return log;
}

bool Log::is_of_no_registry() const {
  return contains(url, "//codeload.github.com/") || contains(url, "//pkg.pr.new/") || contains(url, "//github.com/") || contains(url, "/-/archive/") ||
         (contains(url, "//bitbucket.org/") && contains(url, "/get/"));
}

bool Log::blames_credential() const {
  const std::string words = text::lower(reason);
  constexpr std::array<std::string_view, 10> signs_of_it{{"unregistered users", "unauthenticated", "authentication header", "authorization header",
                                                          "invalid credential", "bad credential", "invalid token", "invalid_token", "token is expired",
                                                          "failed verification"}};
  return std::any_of(signs_of_it.begin(), signs_of_it.end(), [&](std::string_view sign) { return contains(words, sign); });
}

bool is_of_all_gitlab(const Log& log) { return contains(log.url, "/api/v4/packages/npm/"); }

std::string registry_asked(const Log& log) {
  if (log.is_of_no_registry()) return {};
  if (!log.registry.empty() || log.url.empty()) return log.registry;
  const std::string_view url = up_to(log.url, "?#");
  const auto host = url.find("://") + 3;
  std::size_t end = std::min({url.find("/download/", host), url.find("/-/", host), url.find("/@", host)});
  for (const std::string_view separator : {"/", "%2f", "%2F"}) {
    const std::string name = text::replace_all(log.package, "/", separator);
    if (!name.empty()) end = std::min({end, url.find("/" + name, host), url.find("/" + text::replace_all(name, "@", "%40"), host)});
  }
  if (end == std::string_view::npos) return {};
  return text::join({url.substr(0, end), "/"});
}

}  // namespace doctor::evidence
