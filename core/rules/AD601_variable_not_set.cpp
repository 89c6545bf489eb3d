#include <algorithm>

#include "core/rules/lines.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

bool is_set(const Context& c, const std::string& name) {
  const auto it = c.configuration.environment.find(name);
  return it != c.configuration.environment.end() && it->second;
}

// A variable that is set and whose name is off by a letter or two.
std::string near_miss(const Context& c, const std::string& name) {
  for (const auto& [other, value] : c.configuration.environment) {
    if (value && other != name && text::distance(text::lower(other), text::lower(name)) <= 2) return other;
  }
  return "";
}

// The same setting in a weaker file, which would do if the one at `winner` were not there.
const settings::Value* hidden_by(const Context& c, const settings::Place& winner) {
  const std::string* key = nullptr;
  for (const auto& layer : c.simulation.settings.layers) {
    for (const auto& [name, value] : layer.values) {
      if (value.at == winner)
        key = &name;
      else if (key && name == *key && value.truthy() &&
               std::all_of(value.variables.begin(), value.variables.end(), [&](const std::string& used) { return is_set(c, used); }) &&
               value.at.kind == settings::Place::Kind::source)
        return &value;
    }
  }
  return nullptr;
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  const auto propose = [&](const std::string& name, const settings::Place& at, const std::string& written, bool left_out = false) {
    // No shell sets a variable of another name: what `${NPM_TOKEN-}` is meant to say is no matter of the environment.
    if (!settings::is_variable_name(name)) return;
    if (is_set(c, name) || std::any_of(out.begin(), out.end(), [&](const Proposal& p) { return p.fixes.back().variable == name; })) return;
    const auto address = address_in(c.configuration, name);
    Proposal p;
    p.title = text::fill("The variable {} is not set", {name});
    p.at = at;
    p.explains = true;
    p.message = text::fill("{} takes its value from ${{}}, which is not set where {} runs. ",
                           {only_error_tells(c, at) ? std::string("A line of a file that you did not paste") : text::capital(where(c, at)), name,
                            client::to_string(c.client.name)});
    const auto elsewhere = [&](const settings::Source& source) { return source.kind == settings::Kind::workflow && text::contains(source.text, name + ":"); };
    if (std::any_of(c.configuration.sources.begin(), c.configuration.sources.end(), elsewhere))
      p.message += text::fill("The workflow sets it for another step than the one that runs `{}`. ", {text::trim(c.configuration.command)});
    if (c.simulation.settings.stop) {
      p.message += how_it_stops(c) + ".";
    } else if (left_out) {
      p.message.pop_back();  // AD608 says what becomes of the line
    } else if (c.client.does(client::Behaviour::unset_variable_drops_file)) {
      p.message += c.client.title() + " then leaves out the whole file.";
    } else if (c.client.does(client::Behaviour::unset_variable_is_empty) || text::contains(written, text::fill("${{}?}", {name}))) {
      p.message += c.client.title() + " reads it as empty.";
    } else if (address) {
      p.message += text::fill("{} then takes the text ${{}} itself for an address.", {c.client.title(), name});
    } else if (!text::contains(written, name) || text::contains(written, name + ":-")) {
      p.message += c.client.title() + " then sends what stands there in its place, which no registry accepts.";
    } else {
      p.message += text::fill("{} then sends the text ${{}} itself, which no registry accepts.", {c.client.title(), name});
    }
    if (const std::string near = near_miss(c, name); !near.empty()) p.message += text::fill(" {} is set: one of the two names is misspelt.", {near});
    if (address) {
      p.message += text::fill(
          " Set it to the registry's address, or what belongs in its place there, in the shell that runs the command; in CI, for that very step (GitHub "
          "Actions: `env: {}: …`).",
          {name});
    } else {
      p.message += text::fill(
          " Set it in the shell that runs the command; in CI, hand the secret to that very step as an environment variable (GitHub Actions: `env: {}: ${{ "
          "secrets.{} }}`; GitLab: a masked CI/CD variable; Docker: `--secret`, not `ARG`).",
          {name, name});
    }
    if (const auto* hidden = hidden_by(c, at))
      p.message += text::fill(" This line wins over {}, which {} for the same; without the line that one would be used.",
                              {where(c, hidden->at),
                               hidden->variables.empty() ? "holds a value of its own" : text::fill("takes ${{}}, which is set,", {hidden->variables.front()})});
    Fix fix = set_variable(name);
    if (address) {
      fix.value = address->text;
      if (address->fits) fix.title = text::fill("Set {} to {}", {name, address->text});
      const std::string use = text::fill("${{}}", {name});
      if (const auto use_at = at.kind == settings::Place::Kind::source ? c.configuration.sources[at.source].text.find(use, at.line.begin) : std::string::npos;
          address->fits && use_at != std::string::npos) {
        p.fixes.push_back(
            replace(at.source, {use_at, use_at + use.size()}, address->text, text::fill("Write {} in its place ({})", {address->text, where(c, at)})));
      }
    }
    p.fixes.push_back(std::move(fix));
    out.push_back(std::move(p));
  };
  // What a step writes with a variable of its shell, which replaces it before any client reads the file.
  for (std::size_t i = 0; i < c.configuration.sources.size(); ++i) {
    const auto& source = c.configuration.sources[i];
    for (const auto& emptied : source.emptied) {
      if (!c.reads(i) || std::any_of(out.begin(), out.end(), [&](const Proposal& p) { return p.fixes.back().variable == emptied.variable; })) continue;
      const std::string& name = emptied.variable;
      Proposal p;
      p.title = text::fill("The variable {} is not set", {name});
      p.at = {settings::Place::Kind::source, i, {emptied.at, emptied.at}, {emptied.at, emptied.at}, {}};
      p.explains = true;
      const auto& whole = c.configuration.sources[source.part_of.value_or(i)];
      const bool docker = settings::foreign(whole.name, whole.text).runner == settings::Runner::docker;
      if (!settings::is_variable_name(name)) {
        const bool own = name.starts_with('$');
        p.title = own ? text::fill("{} is no variable of the environment", {name}) : text::fill("The action has no input {}", {name.substr(7)});
        p.message = text::fill(own ? "{} writes {} into a file. In PowerShell that is a variable of the script itself, and empty; the environment's is $env:{}."
                                   : "{} writes {} into a file, and the action declares no input of that name, so GitHub puts nothing in its place. Declare it "
                                     "under `inputs:`, or use one that is declared there, and hand it over where the action is used (`with:`).{}",
                               {text::capital(where(c, p.at)), name, own ? std::string_view(name).substr(1) : ""});
        Fix fix;
        fix.kind = FixKind::token;
        fix.title = own ? text::fill("Write $env:{}", {name.substr(1)}) : text::fill("Hand over {}", {name});
        fix.edits.push_back({i, {{emptied.at, emptied.at}, std::string(new_token)}});
        p.fixes.push_back(std::move(fix));
        out.push_back(std::move(p));
        continue;
      }
      p.message = text::fill(docker ? "{} writes the value of {} into a file. No `ARG` or `ENV` of this stage of the build names {}, so the shell puts nothing "
                                      "in its place, and {} finds no value there."
                                    : "{} writes the value of {} into a file. No `env:` of that step, of its job or of the workflow sets {}, so the shell puts "
                                      "nothing in its place, and {} finds no value there.",
                             {text::capital(where(c, p.at)), name, name, c.client.title()});
      if (is_set(c, name))
        p.message += " It is set only for the step that runs the command, which comes later.";
      else if (const std::string near = near_miss(c, name); !near.empty())
        p.message += text::fill(" {} is set: one of the two names is misspelt.", {near});
      if (docker)
        p.message += text::fill(
            " Hand it over as a secret: `RUN --mount=type=secret,id=npm_token,env={} …`, and `docker build --secret id=npm_token,env={}`. An `ARG` stays in "
            "the image's history.",
            {name, name});
      else
        p.message += text::fill(" Hand the secret to the very step that writes: `env: { {}: ${{ secrets.{} }} }` under its `run:`.", {name, name});
      p.fixes.push_back(set_variable(name));
      p.fixes.back().edits.push_back({i, {{emptied.at, emptied.at}, std::string(new_token)}});
      out.push_back(std::move(p));
    }
  }
  const auto from = [&](const settings::Value& v) {
    for (const auto& name : v.variables) propose(name, v.at, v.written);
  };
  if (c.simulation.settings.stop) {
    // The setting that the client stops at was not kept.
    const auto& stop = *c.simulation.settings.stop;
    if (!stop.variable.empty()) propose(stop.variable, stop.at, "");
    return out;
  }
  for (const auto& left_out : c.simulation.settings.dropped) {
    for (const auto& name : left_out.variables) propose(name, left_out.why.at, "", !left_out.whole);
  }
  const auto* failing = c.failing();
  if (!failing && !c.simulation.stopped) return out;
  if (failing && failing->lookup.credential) {
    for (const auto& name : failing->lookup.credential->variables) propose(name, failing->lookup.credential->at, failing->lookup.credential->value);
  }
  for (const auto& layer : c.simulation.settings.layers) {
    for (const auto& [key, value] : layer.values) {
      const bool registry = key == "registry" || key.ends_with(":registry");
      const bool credential = key.ends_with("_authToken") || key.ends_with("_auth") || key.ends_with("_password") || key.ends_with(":username");
      if (registry || credential) from(value);
    }
  }
  return out;
}

}  // namespace

const Rule AD601{"AD601", "A variable is not set", check};

const Documentation AD601_documentation{
    "A value such as ${NPM_TOKEN} is filled in from the environment of the process that runs the client. Where the variable is not set there, npm 5, npm 6 and "
    "yarn 1 stop, and npm 7 and later send the text itself as the token.",
    "//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n# NPM_TOKEN is not set\n",
    "//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n# NPM_TOKEN is set for the step that runs npm\n",
    "npm lib/config/core.js, envReplace; @npmcli/config lib/env-replace.js; yarn src/util/env-replace.js"};

}  // namespace doctor::rules
