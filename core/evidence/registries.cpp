#include <algorithm>
#include <array>

#include "core/evidence/evidence.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::evidence {
namespace {

#define REGISTRY(name, hosts, path, tokens, whoami, is_public, token, page) Registry{name, hosts, path, tokens, Whoami::whoami, is_public, token, page},
constexpr auto registries = std::to_array<Registry>({
#include "core/evidence/registries.inc"
});
#undef REGISTRY

// Scopes of public packages that everybody knows: chosen by hand, none that is sold from a registry of its maker. In order, for the search.
constexpr std::string_view public_scopes[] = {
    "@angular",     "@angular-devkit", "@ant-design",    "@apollo",          "@astrojs",      "@aws-sdk",  "@azure",     "@babel",
    "@biomejs",     "@changesets",     "@commitlint",    "@docusaurus",      "@emotion",      "@esbuild",  "@eslint",    "@fastify",
    "@floating-ui", "@google-cloud",   "@grpc",          "@headlessui",      "@heroicons",    "@hookform", "@ionic",     "@isaacs",
    "@jest",        "@jridgewell",     "@mui",           "@nestjs",          "@next",         "@ngrx",     "@nodelib",   "@npmcli",
    "@nuxt",        "@octokit",        "@opentelemetry", "@playwright",      "@popperjs",     "@prisma",   "@radix-ui",  "@react-native",
    "@reduxjs",     "@remix-run",      "@rollup",        "@sentry",          "@sinclair",     "@smithy",   "@storybook", "@sveltejs",
    "@swc",         "@tailwindcss",    "@tanstack",      "@testing-library", "@tiptap",       "@trpc",     "@types",     "@typescript-eslint",
    "@vitejs",      "@vitest",         "@vue",           "@vueuse",          "@webassemblyjs"};
static_assert(std::is_sorted(std::begin(public_scopes), std::end(public_scopes)));

// Whether one of the words of `list` is such.
template <typename Is>
bool any(std::string_view list, const Is& is) {
  while (!list.empty()) {
    const auto space = std::min(list.find(' '), list.size());
    if (is(list.substr(0, space))) return true;
    list.remove_prefix(std::min(space + 1, list.size()));
  }
  return false;
}

bool is_host(std::string_view pattern, const url::Url& url) {
  if (pattern.starts_with("*.")) return url.hostname.ends_with(pattern.substr(1));
  return pattern == url.hostname || pattern == text::join({url.hostname, ":", url.port});
}

// A part of the path that is long enough for a key. No package stands so far to the front.
std::string_view key_in_path(std::string_view path) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
  constexpr std::size_t least = 20;
  for (const std::string_view part : text::split(path.substr(0, std::min(path.find("/-/"), path.find("/@"))), '/')) {
    if (part.size() >= least && part.find_first_not_of(letters) == std::string_view::npos && part.find_first_of("0123456789") != std::string_view::npos)
      return part;
  }
  return {};
}

}  // namespace

bool is_public_scope(std::string_view scope) { return std::binary_search(std::begin(public_scopes), std::end(public_scopes), scope); }

std::string_view key_in_address(std::string_view address) {
  const Registry* known = registry_of(address);
  return known && known->is_public && !known->path.empty() ? key_in_path(address.substr(std::min(address.size(), address.find("//") + 2))) : std::string_view();
}

const Registry* registry_of(std::string_view address, const Profile& told) {
  const url::Url url = url::parse_legacy(address);
  const bool is_told = !told.name.empty() && url::parse_legacy(told.registry).host() == url.host();
  const auto it = std::find_if(registries.begin(), registries.end(), [&](const Registry& r) {
    if (is_told) return text::lower(r.name) == text::lower(told.name) && r.path != "KEY";
    if (!r.hosts.empty() && !any(r.hosts, [&](std::string_view host) { return is_host(host, url); })) return false;
    if (r.path == "KEY") return !key_in_path(url.path).empty() && url.path.starts_with(text::fill("/{}/", {key_in_path(url.path)}));
    return r.path.starts_with('^') ? url.path.starts_with(r.path.substr(1)) : text::contains(url.path, r.path);
  });
  return it == registries.end() ? nullptr : &*it;
}

bool accepts(const Registry& registry, const TokenKind& kind) {
  return registry.tokens.empty() || any(registry.tokens, [&](std::string_view name) { return name == kind.name; });
}

}  // namespace doctor::evidence
