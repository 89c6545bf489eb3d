#include <algorithm>

#include "core/rules/answer.h"
#include "core/rules/lines.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::rules {
namespace {

std::optional<Wanted> wanted(const Context& c) {
  if (const auto* failing = c.failing()) {
    if (failing->lookup.credential) return std::nullopt;
    if (failing->purpose == simulation::Purpose::tarball && url::parse_legacy(failing->url).host() != url::parse_legacy(failing->registry).host())
      return std::nullopt;
  }
  const auto out = wanted_registry(c);
  return out && out->at.kind == settings::Place::Kind::fallback ? std::nullopt : out;
}

// The user's name that stands beside a password.
const settings::Value* user_of(const Context& c, const CredentialEntry& password) {
  return c.simulation.settings.truthy(text::join({password.dart, ":username"}));
}

// A client that goes by the host alone sends the last line's token to each of its registries, though one has a line of its own.
std::vector<Proposal> of_a_neighbour(const Context& c) {
  if (c.client.name != client::Name::bun || c.client.does(client::Behaviour::exact_path)) return {};
  for (const auto& r : c.simulation.requests) {
    if (!r.lookup.credential || !r.wants_token) continue;
    const std::string own = dart_of(c, r.registry);
    const settings::Value* sent = c.simulation.settings.get(r.lookup.credential->key);
    const auto entries = credential_entries(c.simulation.settings);
    const auto meant = std::find_if(entries.begin(), entries.end(), [&](const CredentialEntry& e) { return e.dart == own; });
    const std::string other = r.lookup.credential->key.substr(0, r.lookup.credential->key.rfind(':'));
    if (!sent || meant == entries.end() || own.starts_with(other) || (meant->value->text == sent->text && !text::is_masked(sent->text))) continue;
    Proposal p;
    p.title = "Another registry's token is sent";
    p.at = sent->at;
    p.otherwise = is_refusal(c.log) ? Role::cause : Role::risk;
    p.message = text::fill(
        "{} goes by the host alone, and of several lines for one host the last counts: {} gets the token in {}, which is for {}, and not its own in {}. Later "
        "releases go by the path: upgrade bun (`bun upgrade`), or write each token beside its scope in bunfig.toml.",
        {c.client.title(), registry_with_slash(r.registry), where(c, sent->at), other, where(c, meant->value->at)});
    return {p};
  }
  return {};
}

std::vector<Proposal> check(const Context& c) {
  if (auto out = of_a_neighbour(c); !out.empty()) return out;
  const auto target = wanted(c);
  // Nobody can get a token for an address that lacks its variable's value.
  if (!target || text::contains(target->registry, "${")) return {};
  const std::string dart = dart_of(c, target->registry);
  const auto registry = url::parse_legacy(target->registry);
  const settings::Value* setting = c.simulation.settings.registry_at(target->at);
  if (dart.empty() || (setting && text::contains(setting->written, " "))) return {};
  // Of the tokens that there are, the one nearest: a parent path of this host, a sibling on it, another host.
  const CredentialEntry* best = nullptr;
  int best_rank = 0;
  const auto entries = credential_entries(c.simulation.settings);
  for (const auto& entry : entries) {
    if (!entry.dart.starts_with("//") || !entry.dart.ends_with('/') || entry.dart == dart) continue;
    if (entry.option != "_authToken" && entry.option != "_auth" && (entry.option != "_password" || !user_of(c, entry))) continue;
    const bool parent = dart.starts_with(entry.dart);
    const bool same_host = entry.dart.starts_with(text::fill("//{}/", {registry.host()}));
    const int rank = parent ? 3 : same_host ? 2 : could_be_meant_for(c, entry, target->registry) ? 1 : 0;
    if (rank > best_rank) best = &entry, best_rank = rank;
  }
  if (!best) return {};
  // A line for this very registry, even one misspelt, is the more specific matter of other rules.
  if (names(c, dart) || scope_misspelt(c)) return {};
  // AD107 knows the other name of a feed.
  if (const std::string feed = azure_feed(dart); !feed.empty() && setting && setting->at.kind == settings::Place::Kind::source && setting->variables.empty() &&
                                                 std::any_of(entries.begin(), entries.end(), [&](const auto& entry) { return azure_feed(entry.dart) == feed; }))
    return {};
  // Nor is a page where no packages lie to be given the token.
  if (const std::string other = npm_address(setting ? in_full(c, *setting) : target->registry); !other.empty() && names(c, dart_of(c, other))) return {};

  Proposal p;
  p.at = best->value->at;
  p.explains = true;
  const std::string_view noun = best->option == "_authToken" ? "token" : best->option == "_auth" ? "credential" : "user name and password";
  const std::string_view is = best->option == "_password" ? " are for " : " is for ";
  if (best_rank >= 2) {
    p.title = text::join({"The ", noun, is, best_rank == 3 ? "a parent path of this registry" : "another registry of this host"});
    p.message = text::fill("The {} in {}{}{}; the registry in use is {}. {} Give this registry a line of its own{}",
                           {noun, where(c, best->value->at), is, best->dart, dart,
                            c.client.does(client::Behaviour::walks_up) ? c.client.title() + " uses one for the registry's own path or a path above it."
                                                                       : c.client.title() + " wants the registry's exact path, so it is not sent.",
                            best_rank == 3 ? "." : ", with the same if it is valid for both, else with a new token."});
    p.certain = best_rank == 3;
    // Of a token that was masked nobody has the text.
    if (!text::is_masked(best->value->written)) {
      Fix same =
          add_line(c, text::fill("{}:{}={}", {dart, best->option, best->value->written}), text::fill("Add a line for {} with the same {}", {dart, noun}));
      if (best->option == "_password") also(same, add_line(c, text::join({dart, ":username=", user_of(c, *best)->written}), ""));
      p.fixes.push_back(std::move(same));
    }
  } else {
    p.title = text::fill("The {}{}another registry", {noun, is});
    p.message = text::fill("The only {} that you have ({}){}{}; the registry in use is {}. A token is never sent to another host. {}",
                           {noun, where(c, best->value->at), is, best->dart, dart, how_to_get_a_token(c, target->registry)});
  }
  Fix own = add_token(c, dart, "Add a line with a new token for " + registry_with_slash(target->registry));
  // What leads there stands in no file that is here.
  if (own.file && setting && only_error_tells(c, setting->at)) own.file->text.insert(0, text::fill("{}={}\n", {setting->key, setting->written}));
  p.fixes.push_back(std::move(own));
  return {p};
}

}  // namespace

const Rule AD202{"AD202", "The token is for another path or registry", check};

const Documentation AD202_documentation{
    "A token line belongs to the registry that its key names. npm 7.11 and later also use one for a path above; npm before that and yarn 1 want the exact "
    "path. None uses one of a neighbouring path or another host.",
    "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/:_authToken=${NPM_TOKEN}\n",
    "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/:_authToken=${NPM_TOKEN}\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "npm-registry-fetch lib/auth.js, regKeyFromURI; npm lib/config/get-credentials-by-uri.js; yarn src/registries/npm-registry.js"};

}  // namespace doctor::rules
