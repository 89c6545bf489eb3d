#include "core/rules/rules.h"

#include <algorithm>

#include "core/rules/lines.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::rules {

namespace {

constexpr const Rule* list[] = {
#define RULE(code) &code,
#include "rule_list.inc"
#undef RULE
};

std::string single_quoted(std::string_view s, std::string_view escaped_quote) {
  return text::fill("'{}'", {text::replace_all(std::string(s), "'", escaped_quote)});
}

}  // namespace

std::span<const Rule* const> all() { return list; }

bool fails(const simulation::Request& r) { return r.outcome == simulation::Outcome::unusable || (r.outcome == simulation::Outcome::none && r.wants_token); }

bool fails(const simulation::Simulation& s) {
  return s.stopped || std::any_of(s.requests.begin(), s.requests.end(), [](const auto& r) { return fails(r); });
}

const simulation::Request* Context::failing() const {
  if (focus) return focus;
  for (const auto& r : simulation.requests) {
    if (fails(r)) return &r;
  }
  return nullptr;
}

bool Context::reads(std::size_t source) const {
  const auto& unread = simulation.settings.unread;
  return std::find(unread.begin(), unread.end(), source) == unread.end();
}

std::string how_it_stops(const Context& c) {
  if (c.simulation.settings.stop && c.client.does(client::Behaviour::stops_silently) && c.log.unset.empty())
    return c.client.title() + " stops and says nothing";
  const std::string& message = c.simulation.stopped->stop.message;
  return message.empty() ? c.client.title() + " stops" : text::fill("{} stops with “{}”", {c.client.title(), message});
}

Fix set_variable(const std::string& name) {
  Fix fix;
  fix.kind = FixKind::variable;
  fix.title = "Set " + name;
  fix.variable = name;
  fix.value = settings::made_up;
  fix.commands =
      Commands{text::fill("read -rs {} && export {}", {name, name}), text::fill("$env:{} = Read-Host -MaskInput", {name}), text::fill("set /p {}=", {name})};
  return fix;
}

Fix unset_variable(const std::string& name) {
  Fix fix;
  fix.kind = FixKind::variable;
  fix.title = "Unset " + name;
  fix.variable = name;
  fix.commands = Commands{"unset " + name, "Remove-Item Env:" + name, text::fill("set {}=", {name})};
  return fix;
}

Fix without_part(const Context& c, text::Span span, std::string title) {
  Fix fix;
  fix.kind = FixKind::command;
  fix.title = std::move(title);
  std::string command = c.configuration.command;
  command.erase(span.begin, span.end - span.begin);
  fix.command_line = text::trim(text::replace_all(std::move(command), "  ", " "));
  return fix;
}

std::string file_name(const settings::Source& source) {
  if (source.kind == settings::Kind::package_json) return "package.json";
  if (source.kind == settings::Kind::pnpm_workspace) return "pnpm-workspace.yaml";
  if (source.kind == settings::Kind::workflow) return "the workflow";
  if (source.kind == settings::Kind::npm_config_list) return "the list of settings";
  if (const auto what = source.kind == settings::Kind::unknown && source.name.empty() ? settings::foreign(source.name, source.text).what : "";
      what.starts_with("a ") || what.starts_with("an "))
    return text::join({"the", what.substr(what.find(' '))});
  if (source.kind == settings::Kind::lockfile || source.kind == settings::Kind::log || source.kind == settings::Kind::unknown)
    return source.name.empty() ? source.kind == settings::Kind::lockfile ? "the lockfile" : "what you pasted" : source.name;
  if (source.part_of && text::contains(source.name, "/pnpm/")) return source.name;
  if (source.part_of && source.name == settings::setup_node_file) return "the .npmrc that setup-node writes";
  const std::string_view kind = source.kind == settings::Kind::yarnrc       ? ".yarnrc"
                                : source.kind == settings::Kind::yarnrc_yml ? source.name.ends_with(".yaml") ? ".yarnrc.yaml" : ".yarnrc.yml"
                                : source.kind == settings::Kind::bunfig     ? "bunfig.toml"
                                                                            : ".npmrc";
  switch (source.layer) {
    case settings::Layer::project: return "your project " + std::string(kind);
    case settings::Layer::user: return "your user " + std::string(kind);
    case settings::Layer::global: return "the global npmrc";
    case settings::Layer::builtin: return "npm's built-in npmrc";
  }
  return source.name;
}

bool is_read(const Context& c, std::size_t source) {
  return std::any_of(c.configuration.sources.begin(), c.configuration.sources.end(),
                     [&](const auto& each) {
                       return each.part_of == source && source < c.configuration.sources.size() && &each != &c.configuration.sources[source];
                     }) &&
         !(c.configuration.unread && c.configuration.unread->source == source);
}

bool only_error_tells(const Context& c, const settings::Place& place) {
  return place.kind == settings::Place::Kind::source && c.configuration.sources[place.source].part_of == place.source;
}

std::string where(const Context& c, const settings::Place& place) {
  switch (place.kind) {
    case settings::Place::Kind::source: {
      const auto& source = c.configuration.sources[place.source];
      if (only_error_tells(c, place)) return "as the error tells";
      if (source.part_of) {
        text::Span at = place.span;
        const settings::Source* whole = &source;
        bool of_paste = false;
        for (; whole->part_of; whole = &c.configuration.sources[*whole->part_of]) at = settings::in_whole(*whole, at), of_paste = of_paste || whole->cut_at;
        const auto& parent = c.configuration.sources[*source.part_of];
        return text::join({"line ", std::to_string(text::Lines(whole->text).position(at.begin).line),
                           of_paste                                  ? std::string(" of what you pasted")
                           : parent.kind == settings::Kind::workflow ? std::string(" of the workflow")
                           : parent.kind == settings::Kind::unknown  ? text::join({" of ", file_name(parent)})
                                                                     : std::string(" of the list of settings")});
      }
      // What a lockfile names is told by download.line.
      if (source.kind == settings::Kind::lockfile) return file_name(source);
      return text::fill(
          "line {} of {}",
          {std::to_string(text::Lines(std::string_view(source.text).substr(0, place.span.begin)).position(place.span.begin).line), file_name(source)});
    }
    case settings::Place::Kind::environment: return "the environment variable " + place.name;
    case settings::Place::Kind::flag: return place.name + " on the command line";
    default: return std::string(client::to_string(c.client.name)) + "'s own default";
  }
}

std::optional<Commands> config_set(const client::Client& client, std::string_view key, std::string_view value, settings::Layer layer) {
  // An npm that does not know --location would write into the user's file. Of another client's npm nothing is known.
  if (layer == settings::Layer::project && client.name == client::Name::npm && !client.does(client::Behaviour::sets_by_location)) return std::nullopt;
  const std::string place = layer == settings::Layer::project ? " --location=project" : "";
  const std::string set = text::fill("npm config set{} ", {place});
  if (value == new_token) {
    return Commands{text::join({set, single_quoted(key, "'\\''"), " \"$NPM_TOKEN\""}), text::join({set, single_quoted(key, "''"), " $env:NPM_TOKEN"}),
                    text::fill("{}\"{}\" \"%NPM_TOKEN%\"", {set, key})};
  }
  const auto plain = [](std::string_view s) {
    return s.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:") == std::string_view::npos;
  };
  const auto bash = [&](std::string_view s) { return plain(s) ? std::string(s) : single_quoted(s, "'\\''"); };
  const auto powershell = [&](std::string_view s) { return plain(s) ? std::string(s) : single_quoted(s, "''"); };
  const auto cmd = [&](std::string_view s) { return plain(s) ? std::string(s) : text::fill("\"{}\"", {s}); };
  return Commands{text::join({set, bash(key), " ", bash(value)}), text::join({set, powershell(key), " ", powershell(value)}),
                  text::join({set, cmd(key), " ", cmd(value)})};
}

std::string registry_with_slash(std::string_view registry) {
  std::string out(registry.substr(0, registry.find_first_of("?#")));
  if (!out.ends_with('/')) out += '/';
  return out;
}

std::string dart_of(const Context& c, std::string_view registry) { return credentials::nerf_dart(c.client, registry_with_slash(registry)); }

bool is_bytesafe(const Context& c, std::string_view registry) {
  const auto* known = evidence::registry_of(registry, c.profile);
  return known && known->name == "Bytesafe";
}

std::string how_to_get_a_token(const Context& c, std::string_view registry) {
  const std::string url = registry_with_slash(registry);
  const bool web_login = c.client.does(client::Behaviour::login_through_web);
  const std::string login = text::join({"npm login --registry=", url, web_login && is_bytesafe(c, url) ? " --auth-type=legacy" : ""});
  if (is_bytesafe(c, url)) {
    return text::fill(
        "Log in again with `{}` (with the slash at the end; the user name is `bytesafe`, the password is the session token from the registry's page in "
        "Bytesafe), or make a token in Bytesafe under your profile, “Access tokens”, and put it into the line.",
        {login});
  }
  // Who has a key in the address reads with that; to publish wants a token.
  if (const auto* known = evidence::registry_of(url, c.profile); known && (!known->token.empty() || known->path.empty()))
    return known->token.empty() ? text::fill("{} takes no tokens ({}).", {known->name, known->page})
                                : text::fill("To get a token for {}, {} ({}).", {known->name, known->token, known->page});
  return text::fill("Log in again with `{}`, or make a token on the registry's own site and put it into the line.", {login});
}

std::optional<std::size_t> credential_file(const Context& c) {
  const auto usable = [&](std::size_t i) {
    return c.configuration.sources[i].kind == settings::Kind::npmrc && c.configuration.sources[i].part_of != i && c.reads(i);
  };
  std::optional<std::size_t> any;
  for (std::size_t i = 0; i < c.configuration.sources.size(); ++i) {
    if (!usable(i)) continue;
    if (c.configuration.sources[i].layer == settings::Layer::user) return i;
    if (!any) any = i;
  }
  return any;
}

Fix add_line(const Context& c, std::string line, std::string title) {
  Fix fix;
  fix.title = std::move(title);
  if (const auto source = credential_file(c)) {
    // Under a section's header nobody would read it.
    const std::string& text = c.configuration.sources[*source].text;
    const auto sections = formats::ini(text).sections;
    if (sections.empty()) {
      fix.edits.push_back({*source, text::append_line(text, line)});
    } else {
      fix.edits.push_back({*source, {{sections.front().line.begin, sections.front().line.begin}, text::join({line, text::line_end(text)})}});
    }
  } else {
    fix.kind = FixKind::file;
    fix.file = NewFile{settings::Kind::npmrc, settings::Layer::user, "~/.npmrc", line + "\n"};
  }
  return fix;
}

Fix add_token(const Context& c, const std::string& dart, std::string title) {
  const auto* known = evidence::registry_of(text::join({"https:", dart}), c.profile);
  // The project's file is committed: the token goes into one's own, also where that was not pasted. On a CI's machine there is none to write into.
  const auto& sources = c.configuration.sources;
  const bool ci = std::any_of(sources.begin(), sources.end(),
                              [](const settings::Source& s) { return s.kind == settings::Kind::workflow || s.kind == settings::Kind::unknown; });
  const auto add = ci ? add_line : add_own_line;
  Fix fix;
  if (known && known->name == "Azure Artifacts") {
    // Of a personal access token it takes no Bearer.
    fix = add(c, text::fill("{}:username=any", {dart}), std::move(title));
    also(fix, add(c, text::join({dart, ":_password=", new_password}), ""));
    also(fix, add(c, text::join({dart, ":email=not-used@example.com"}), ""));
  } else {
    const std::string key = dart + ":_authToken";
    fix = add(c, text::join({key, "=", new_token}), std::move(title));
    fix.commands = config_set(c.client, key, new_token, settings::Layer::user);
  }
  fix.kind = FixKind::token;
  return fix;
}

Fix add_own_line(const Context& c, std::string line, std::string title) {
  if (const auto file = credential_file(c); file && c.configuration.sources[*file].layer == settings::Layer::user)
    return add_line(c, std::move(line), std::move(title));
  const settings::Value* named = c.simulation.settings.truthy("userconfig");
  Fix fix;
  fix.kind = FixKind::file;
  fix.title = std::move(title);
  fix.file = NewFile{settings::Kind::npmrc, settings::Layer::user, named ? settings::home_relative(named->text) : "~/.npmrc", line + "\n"};
  return fix;
}

std::optional<AddressPart> address_in(const settings::Configuration& configuration, const std::string& variable) {
  constexpr std::string_view around = "=\"' \t\r\n";
  const std::string use = text::fill("${{}}", {variable});
  std::vector<std::string> darts;
  std::optional<std::pair<std::string, std::string>> address;  // before and behind it, where nothing else varies there
  bool among_others = false;
  for (const auto& source : configuration.sources) {
    for (const std::string_view line : text::split(source.text, '\n')) {
      const std::size_t dart = line.find("//"), at = line.find(use);
      if (dart != std::string_view::npos && (dart == 0 || line[dart - 1] != ':')) {
        const std::string_view rest = line.substr(dart);
        darts.emplace_back(rest.substr(0, std::min(rest.find(":_"), rest.find_first_of(around))));
      }
      if (at == std::string_view::npos || text::contains(line.substr(0, at), ":_") || !text::contains(text::lower(line.substr(0, at)), "registr") ||
          (dart != std::string_view::npos && line.substr(0, dart).find_first_not_of(around) == std::string_view::npos))
        continue;
      const std::size_t begin = line.find_last_of(around, at), behind = at + use.size();
      const std::string_view before = line.substr(begin + 1, at - begin - 1), after = line.substr(behind, line.find_first_of(around, behind) - behind);
      if (!text::contains(before, "${") && !text::contains(after, "${"))
        address.emplace(before, after);
      else
        among_others = true;
    }
  }
  const auto takes = [&](std::string_view s) { return text::contains(s.substr(std::min(s.size(), s.find("//"))), use); };
  among_others =
      among_others || takes(configuration.command) ||
      std::any_of(configuration.environment.begin(), configuration.environment.end(), [&](const auto& set) { return set.second && takes(*set.second); });
  const std::string host = settings::made_up_host(variable);
  if (!address) return among_others ? std::optional(AddressPart{host}) : std::nullopt;
  const auto& [before, after] = *address;
  for (std::string& dart : darts) {
    while (dart.ends_with('/')) dart.pop_back();
  }
  // A variable hardly stands for the public registry where there is another.
  for (const bool is_public : {false, true}) {
    for (const std::string& dart : darts) {
      if (text::contains(dart, "${") || simulation::is_public(text::fill("https:{}/", {dart})) != is_public) continue;
      for (const std::string_view scheme : {"https:", "http:"}) {
        for (const std::string_view slash : {"/", ""}) {
          const std::string whole = text::join({scheme, dart, slash});
          if (whole.size() > before.size() + after.size() && whole.starts_with(before) && whole.ends_with(after))
            return AddressPart{whole.substr(before.size(), whole.size() - before.size() - after.size()), true};
        }
      }
    }
  }
  return AddressPart{before.empty() ? text::join({"https://", host, after.starts_with('/') ? "" : "/"}) : host};
}

std::vector<CredentialEntry> credential_entries(const settings::Settings& settings) {
  std::vector<CredentialEntry> out;
  for (const auto& layer : settings.layers) {
    for (const auto& [key, value] : layer.values) {
      for (const std::string_view option : {"_authToken", "_auth", "_password"}) {
        if (key.size() > option.size() && key.ends_with(option) && key[key.size() - option.size() - 1] == ':' && value.truthy()) {
          out.push_back({key, key.substr(0, key.size() - option.size() - 1), std::string(option), &value});
        }
      }
    }
  }
  return out;
}

bool could_be_meant_for(const Context& c, const CredentialEntry& entry, std::string_view registry) {
  const std::string dart = text::lower(entry.dart);
  if (text::contains(dart, url::parse_legacy(registry).hostname)) return true;
  if (simulation::is_public(text::fill("https:{}/", {dart}))) return false;
  for (const auto& layer : c.simulation.settings.layers) {
    for (const auto& [key, value] : layer.values) {
      if ((key == "registry" || key.ends_with(":registry")) && text::contains(dart, url::parse_legacy(value.text).hostname)) return false;
    }
  }
  return true;
}

}  // namespace doctor::rules
