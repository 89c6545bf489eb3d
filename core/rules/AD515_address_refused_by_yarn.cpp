#include <algorithm>

#include "core/rules/yarnrc.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  if (!c.client.does(client::Behaviour::yaml_settings) || c.simulation.settings.stop || !c.simulation.stopped) return {};
  const auto& stop = c.simulation.stopped->stop;
  const bool http = text::contains(stop.message, "Unsafe http"), shape = text::contains(stop.message, "Invalid URL");
  if (!http && !shape) return {};
  std::string registry;
  for (const auto& layer : c.simulation.settings.layers) {
    for (const auto& [key, value] : layer.values) {
      if (value.at == stop.at) registry = value.text;
    }
  }
  Proposal p;
  p.at = stop.at;
  p.explains = true;
  const auto parsed = url::parse(registry);
  const std::string host = parsed ? parsed->hostname : "";
  const bool near = host == "localhost" || host.starts_with("127.");
  const auto write = [&](const std::string& address) {
    Fix fix;
    fix.title = text::join({"Write ", address});
    if (stop.at.kind == settings::Place::Kind::source) {
      fix.edits.push_back({stop.at.source, {stop.at.span, address}});
    } else {
      fix.kind = FixKind::variable;
      fix.variable = stop.at.name;
      fix.value = address;
    }
    p.fixes.push_back(std::move(fix));
  };
  const auto straight = [](std::string value) {
    for (const std::string_view quote : {"\xE2\x80\x9C", "\xE2\x80\x9D", "\xE2\x80\x9E", "\xE2\x80\x98", "\xE2\x80\x99"})
      value = text::replace_all(std::move(value), quote, "");
    return value;
  };
  if (shape && text::is_masked(registry)) return {};
  if (shape && straight(registry) != registry && url::parse(straight(registry)) && stop.at.kind == settings::Place::Kind::source) {
    p.title = "The registry stands in curled quotes";
    p.message = text::fill("{} holds {}: such quotes, as Word and chats make them, are letters to YAML. {}. Write straight ones, there and around the token.",
                           {text::capital(where(c, stop.at)), registry, how_it_stops(c)});
    Fix fix;
    fix.title = "Write straight quotes";
    for (const auto& line : yarn_lines(c)) {
      if (straight(line.entry.value) != line.entry.value && line.source == stop.at.source) also(fix, yarn_value(line, straight(line.entry.value), ""));
    }
    p.fixes.push_back(std::move(fix));
    return {p};
  }
  const std::string bare = std::string(text::trim(text::replace_all(text::replace_all(registry, "'", ""), "\"", "")));
  if (shape && bare != registry && url::parse(bare)) {
    p.title = "The registry's address holds quotes or blanks";
    p.message = text::fill("{} holds {}: what stands around the address is part of it. {}. Write the address alone.",
                           {text::capital(where(c, stop.at)), registry, how_it_stops(c)});
    write(bare);
    return {p};
  }
  if (shape) {
    p.title = "The registry has no scheme";
    p.message = text::fill("{} holds {}, which is no address of a registry. {}. Write it whole, with https:// before it.",
                           {text::capital(where(c, stop.at)), registry, how_it_stops(c)});
    const std::string whole = text::join({"https://", registry.substr(std::min(registry.size(), registry.find_first_not_of(":/")))});
    if (!text::contains(registry, "://") && url::parse(whole)) write(whole);
    return {p};
  }
  p.title = "yarn refuses a registry at http:";
  p.message = text::fill(
      "{} leads to {}, which is not encrypted: a token sent there can be read on the way. {} asks such a host only where unsafeHttpWhitelist names it. {}",
      {text::capital(where(c, stop.at)), registry, c.client.title(), near ? "" : "Use https: if the registry has it."});
  if (!near && registry.starts_with("http:")) write(text::join({"https:", registry.substr(5)}));
  // An environment that sets the list hides what a file says of it.
  const auto list = c.configuration.environment.find("YARN_UNSAFE_HTTP_WHITELIST");
  if (list != c.configuration.environment.end() && list->second) {
    Fix fix;
    fix.kind = FixKind::variable;
    fix.title = text::fill("Name {} in YARN_UNSAFE_HTTP_WHITELIST", {host});
    fix.variable = "YARN_UNSAFE_HTTP_WHITELIST";
    fix.value = host;
    p.fixes.push_back(std::move(fix));
  } else if (stop.at.kind == settings::Place::Kind::source) {
    const std::string& text = c.configuration.sources[stop.at.source].text;
    const std::string_view nl = text::line_end(text);
    Fix fix;
    fix.title = text::fill("Name {} in unsafeHttpWhitelist", {host});
    fix.edits.push_back({stop.at.source, text::append_line(text, text::fill("unsafeHttpWhitelist:{}  - \"{}\"", {nl, host}))});
    p.fixes.push_back(std::move(fix));
  }
  return {p};
}

}  // namespace

const Rule AD515{"AD515", "yarn refuses the registry's address", check};

const Documentation AD515_documentation{
    "yarn 2 and later ask a host over http: only where unsafeHttpWhitelist names it, and stop at an address without a scheme.",
    "npmRegistryServer: \"acme.bytesafe.dev/r/main/\"\n", "npmRegistryServer: \"https://acme.bytesafe.dev/r/main/\"\n",
    "yarn packages/yarnpkg-core/sources/httpUtils.ts, request"};

}  // namespace doctor::rules
