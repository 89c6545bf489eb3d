#include "core/rules/lines.h"
#include "core/url/url.h"

namespace doctor::rules {
namespace {

// A Bytesafe registry's address as it is meant: its host ends in bytesafe.dev, its path begins with /r/. Empty where it is so.
std::string meant_address(const url::Url& url) {
  const auto at = url.hostname.find(".bytesafe.");
  const std::string host = at == std::string::npos ? url.hostname : url.hostname.substr(0, at) + ".bytesafe.dev";
  if (!host.ends_with(".bytesafe.dev") || url.path == "/") return "";
  const std::string path = url.path.starts_with("/r/") ? url.path : "/r" + url.path;
  return host == url.hostname && path == url.path ? std::string() : registry_with_slash(text::join({"https://", host, path}));
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto& layer : c.simulation.settings.layers) {
    for (const auto& [key, value] : layer.values) {
      const auto url = names_registry(key) ? url::parse(value.text) : std::nullopt;
      const std::string address = url && value.variables.empty() ? meant_address(*url) : std::string();
      if (address.empty() || value.at.kind != settings::Place::Kind::source) continue;
      Proposal p;
      p.title = "The registry's address looks misspelt";
      p.at = value.at;
      p.certain = false;
      p.refusal = true;
      p.otherwise = c.log.status == 404 || c.log.trouble == evidence::Trouble::name ? Role::cause : Role::risk;
      p.message = text::fill("{} names {}. Registries of Bytesafe have addresses of the form https://WORKSPACE.bytesafe.dev/r/REGISTRY/, so this may be meant: {}. Compare it with the one on the registry's page in Bytesafe.", {text::capital(where(c, value.at)), value.text, address});
      Fix fix = replace(value.at.source, value.at.span, address, text::fill("Write {} ({})", {address, where(c, value.at)}));
      fix.commands = config_set(c.client, key, address, c.configuration.sources[value.at.source].layer);
      p.fixes.push_back(std::move(fix));
      out.push_back(std::move(p));
    }
  }
  return out;
}

}  // namespace

const Rule AD108{"AD108", "The registry's address looks misspelt", check};

const Documentation AD108_documentation{
    "A registry of Bytesafe is told by `bytesafe.dev` and by `/r/` in its path. Another ending, or the registry's name right behind the host, leads to a page or to nobody.",
    "registry=https://acme.bytesafe.com/r/main/\n", "registry=https://acme.bytesafe.dev/r/main/\n",
    "Bytesafe, “Managing tokens”"};

}  // namespace doctor::rules
