#include "core/diagnosis/releases.h"

#include <algorithm>
#include <optional>
#include <type_traits>
#include <utility>

namespace doctor::diagnosis {
namespace {

using rules::Fix;
using simulation::Command;
using simulation::Outcome;
using simulation::Simulation;

// What `simulate` gives for each release, where one that differs from an earlier one only in behaviours that its simulation
// never asked for does the same.
template <typename Simulate>
class Releases {
 public:
  using Result = std::invoke_result_t<Simulate, const Situation&>;
  Releases(Situation situation, Simulate simulate) : situation_(std::move(situation)), simulate_(std::move(simulate)) {
    situation_.configuration.explain = false;
  }

  Result of(const client::Client& release) {
    const auto same = std::find_if(done_.begin(), done_.end(), [&](const auto& earlier) { return earlier.first.did_as(release); });
    if (same != done_.end()) return same->second;
    situation_.client = release;
    Result result = simulate_(situation_);
    return done_.emplace_back(situation_.client, std::move(result)).second;
  }

 private:
  Situation situation_;
  Simulate simulate_;
  std::vector<std::pair<client::Client, Result>> done_;
};

// Calls `visit` with each release at which any behaviour changes, oldest first.
template <typename Visit>
void for_each_release(const Visit& visit) {
  for (const client::Name name : {client::Name::npm, client::Name::yarn, client::Name::pnpm, client::Name::bun}) {
    for (const auto& version : client::change_points(name)) {
      client::Client release;
      release.name = name;
      release.version = version;
      visit(release);
    }
  }
}

// The worst of the requests of one purpose.
Outcome worst(const Simulation& s, simulation::Purpose purpose) {
  Outcome out = s.unknown.empty() ? Outcome::none : Outcome::unknown;
  bool any = false;
  for (const auto& r : s.requests) {
    if (r.purpose != purpose) continue;
    if (!any || r.outcome == Outcome::none || r.outcome == Outcome::unusable) out = r.outcome;
    any = true;
  }
  return out;
}

}  // namespace

int works_elsewhere(const Situation& situation, const std::vector<const Fix*>& fixes) {
  Releases fails(with_fixes(situation, fixes), [](const Situation& s) { return rules::fails(decide(s)); });
  int count = 0;
  for_each_release([&](const client::Client& release) { count += fails.of(release) ? 0 : 1; });
  return count;
}

std::vector<ClientRange> across_clients(const Situation& situation) {
  using simulation::Purpose;
  Releases installs(situation, [](const Situation& s) {
    const Simulation install = run(s, Command::install);
    return std::pair(worst(install, Purpose::packument), worst(install, Purpose::tarball));
  });
  Releases publishes(situation, [](const Situation& s) { return worst(run(s, Command::publish), Purpose::publish); });
  std::vector<ClientRange> out;
  for_each_release([&](const client::Client& release) {
    const auto [packument, tarball] = installs.of(release);
    const Outcome publish = publishes.of(release);
    if (!out.empty() && out.back().name == release.name) {
      ClientRange& before = out.back();
      if (before.packument == packument && before.tarball == tarball && before.publish == publish) return;
      before.to = release.version;
    }
    out.push_back({release.name, release.version, std::nullopt, packument, tarball, publish});
  });
  return out;
}

}  // namespace doctor::diagnosis
