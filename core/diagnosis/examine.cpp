#include "core/diagnosis/examine.h"

#include <algorithm>
#include <string_view>

#include "core/diagnosis/as_written.h"
#include "core/diagnosis/releases.h"
#include "core/rules/answer.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::diagnosis {

using rules::Fix;
using rules::FixKind;
using simulation::Command;
using simulation::Simulation;

namespace {

// A fix that a set may hold: proposal and fix by number.
struct Choice {
  std::size_t proposal, fix;
  FixKind kind;
};

int rank(FixKind kind) { return kind == FixKind::variable ? 1 : kind == FixKind::token ? 2 : kind == FixKind::release ? 3 : 0; }

bool overlap(const Fix& a, const Fix& b) {
  for (const auto& x : a.edits) {
    for (const auto& y : b.edits) {
      // Two appended lines go together; two changes of one place do not.
      if (x.source == y.source && x.edit.span == y.edit.span && x.edit.span.begin != x.edit.span.end) return true;
    }
  }
  return (a.kind == FixKind::command && b.kind == FixKind::command) || (a.release && b.release);
}

// At most so many sets are simulated, and so many of those that cure are compared: of hundreds of lines each might have been
// meant, and nobody waits for all ways to combine them.
constexpr int most_tried = 200, most_tried_behind = 25;  // behind another mend
// Of more mends at once, or more registries that lack something, not all ways to combine mends are tried.
constexpr std::size_t largest = 3;
constexpr std::size_t most_compared = 8;

// At most so many mends one after the other are looked behind, and so many in all.
constexpr int deepest = 4, most_looks = 6;

// Of each registry and host that something fails at, the first request; nullptr where none fails.
std::vector<const simulation::Request*> failing_registries(const Simulation& simulation) {
  constexpr std::size_t most = 20;
  std::vector<const simulation::Request*> out;
  for (const auto& r : simulation.requests) {
    const auto same = [&](const simulation::Request* other) {
      return other->registry == r.registry && url::parse_legacy(other->url).host() == url::parse_legacy(r.url).host();
    };
    if (rules::fails(r) && out.size() < most && std::none_of(out.begin(), out.end(), same)) out.push_back(&r);
  }
  if (out.empty()) out.push_back(nullptr);
  return out;
}

template <typename Cures>
std::vector<std::vector<Choice>> search(const std::vector<Choice>& choices, int kind, std::size_t size, const std::vector<std::vector<Choice>>& smaller,
                                        const std::vector<rules::Proposal>& proposals, const Cures& cures) {
  std::vector<std::vector<Choice>> found;
  std::vector<Choice> set;
  const auto fix_of = [&](const Choice& c) -> const Fix& { return proposals[c.proposal].fixes[c.fix]; };
  const auto extend = [&](const auto& self, std::size_t from) -> void {
    if (set.size() == size) {
      if (std::none_of(set.begin(), set.end(), [&](const Choice& c) { return rank(c.kind) == kind; })) return;
      for (const auto& s : smaller) {
        const bool inside = std::all_of(s.begin(), s.end(), [&](const Choice& a) {
          return std::any_of(set.begin(), set.end(), [&](const Choice& b) { return a.proposal == b.proposal && a.fix == b.fix; });
        });
        if (inside) return;
      }
      if (found.size() < most_compared && cures(set)) found.push_back(set);
      return;
    }
    for (std::size_t i = from; i < choices.size(); ++i) {
      const Choice& c = choices[i];
      if (rank(c.kind) > kind) continue;
      const bool clash =
          std::any_of(set.begin(), set.end(), [&](const Choice& other) { return other.proposal == c.proposal || overlap(fix_of(other), fix_of(c)); });
      if (clash) continue;
      set.push_back(c);
      self(self, i + 1);
      set.pop_back();
    }
  };
  extend(extend, 0);
  return found;
}

// Several registries may lack something each: one mend after the other that leaves less failing, then without those that the
// others made needless. Empty where that does not cure all. `remaining` tells how much a set leaves failing, `left` how much there is.
template <typename Remaining>
std::vector<Choice> one_by_one(const std::vector<Choice>& choices, std::size_t left, const std::vector<rules::Proposal>& proposals,
                               const Remaining& remaining) {
  std::vector<Choice> set;
  for (int allowed = 0; allowed <= rank(FixKind::token); ++allowed) {
    int tried = 0;
    for (const Choice& c : choices) {
      const auto clashes = [&](const Choice& other) {
        return other.proposal == c.proposal || overlap(proposals[other.proposal].fixes[other.fix], proposals[c.proposal].fixes[c.fix]);
      };
      if (left == 0 || tried == most_tried || rank(c.kind) != allowed || std::any_of(set.begin(), set.end(), clashes)) continue;
      ++tried;
      set.push_back(c);
      if (const std::size_t now = remaining(set); now < left) {
        left = now;
      } else {
        set.pop_back();
      }
    }
  }
  if (left > 0) return {};
  for (std::size_t i = set.size(); i-- > 0;) {
    std::vector<Choice> fewer = set;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    if (remaining(fewer) == 0) set = std::move(fewer);
  }
  return set;
}

class Examination {
 public:
  // `depth` mends were done before; `looks` at what lies behind others are left; `anew`: also with a line of its own for the registry.
  Examination(const Input& input, const evidence::Log& log, const Situation& situation, const Simulation& simulation,
              const std::vector<std::pair<Command, Simulation>>& others, int depth, int& looks, bool anew)
      : input_(input),
        log_(log),
        situation_(situation),
        simulation_(simulation),
        depth_(depth),
        looks_(looks),
        anew_(anew),
        unexplained_(situation),
        broken_(broken(situation, simulation)),
        refusing_(failing_registries(simulation)),
        context_{situation.client,    situation.configuration, situation.packages, simulation, others, input.check, input.profile, log,
                 situation.downloads, situation.lockfile,      input.now,          !broken_} {
    unexplained_.configuration.explain = false;
  }

  Examined examine() {
    propose();
    unhide();
    number();
    if (broken_) find_cures();
    look_behind();
    if (auto more = hidden_by_the_stop()) return std::move(*more);
    if (broken_ && curing_.empty() && refusing_.size() <= largest) {
      std::optional<Examined> more = look_further(false);
      if (!(more && more->cured) && anew_) {
        propose_anew(true);
        if (curing_.empty() && refusing_.size() == 1) {
          if (depth_ == 0) looks_ = most_looks;
          if (auto with_new = look_further(true); with_new && (with_new->cured || !more)) more = std::move(with_new);
        }
        if (curing_.empty()) propose_anew(false);
      }
      if (curing_.empty() && more) return std::move(*more);
    }
    refused_ = !broken_ && (input_.check ? rules::is_refusal(*input_.check) : rules::is_refusal(context_) && rules::log_decides(context_));
    if (refused_) explain_refusal();
    return findings();
  }

 private:
  // Each registry that something fails at is looked into; what concerns them all is proposed once.
  void propose() {
    proposals_.clear();
    codes_.clear();
    const AsWritten written(context_.configuration.environment);
    for (const auto* failing : refusing_) {
      context_.focus = failing;
      for (const rules::Rule* rule : rules::all()) {
        for (auto& p : rule->check(context_)) {
          const auto same = [&](const rules::Proposal& other) {
            return codes_[static_cast<std::size_t>(&other - proposals_.data())] == rule->code && other.message == p.message && other.at == p.at;
          };
          if (std::any_of(proposals_.begin(), proposals_.end(), same)) continue;
          if (context_.client.does(client::Behaviour::variables_in_keys)) written.in_files(p);
          proposals_.push_back(std::move(p));
          codes_.push_back(rule->code);
        }
      }
    }
  }

  // Whether, with these mends, a package goes to a public registry, or all do, and would not if the lines that hide were read as they are meant.
  bool find_hidden(const std::vector<const Fix*>& mended) {
    std::vector<const Fix*> all = mended;
    for (const auto& p : proposals_) {
      if (p.hides && !p.fixes.empty() && std::none_of(mended.begin(), mended.end(), [&](const Fix* other) { return overlap(*other, p.fixes.front()); }))
        all.push_back(&p.fixes.front());
    }
    if (all.size() == mended.size()) return false;
    const Simulation now = decide(with_fixes(unexplained_, mended)), then = decide(with_fixes(unexplained_, all));
    unexplained_.meant_private = !asks_private(now) && asks_private(then);
    for (const auto& r : now.requests) {
      const bool there = std::any_of(then.requests.begin(), then.requests.end(),
                                     [&](const auto& other) { return other.package == r.package && !simulation::is_public(other.url); });
      if (!r.package.empty() && asks_elsewhere(r) && there) unexplained_.meant_there.push_back(r.package);
    }
    return unexplained_.meant_private || !unexplained_.meant_there.empty();
  }

  void unhide() {
    if (broken_ || !find_hidden({})) return;
    broken_ = true;
    context_.sent = false;
    propose();
  }

  // What there is may be beyond mending: then a line of its own for the registry.
  void propose_anew(bool nothing_else) {
    context_.nothing_else = nothing_else;
    propose();
    number();
    if (nothing_else) find_cures();
  }

  void number() {
    choices_.clear();
    ids_.assign(proposals_.size(), {});
    for (std::size_t p = 0; p < proposals_.size(); ++p) {
      std::size_t before = 0;
      for (std::size_t q = 0; q < p; ++q) before += codes_[q] == codes_[p] ? proposals_[q].fixes.size() : 0;
      for (std::size_t f = 0; f < proposals_[p].fixes.size(); ++f) {
        choices_.push_back({p, f, proposals_[p].fixes[f].kind});
        ids_[p].push_back(text::join({codes_[p], ".", std::to_string(before + f + 1)}));
      }
    }
  }

  std::vector<const Fix*> fixes_of(const std::vector<Choice>& set) const {
    std::vector<const Fix*> fixes;
    fixes.reserve(set.size());
    for (const auto& c : set) fixes.push_back(&proposals_[c.proposal].fixes[c.fix]);
    return fixes;
  }

  std::size_t remaining(const std::vector<Choice>& set) const {
    const Situation after = with_fixes(unexplained_, fixes_of(set));
    return failures(after, decide(after));
  }

  // The best set: by kind, then by size, then without a last resort, then by what works in most other releases, then by code.
  void find_cures() {
    int tried = 0;
    const auto cures = [&](const std::vector<Choice>& set) { return ++tried <= (depth_ == 0 ? most_tried : most_tried_behind) && remaining(set) == 0; };
    int kind = 0;
    for (; kind <= 3 && refusing_.size() <= largest && curing_.empty(); ++kind) {
      for (std::size_t size = 1; size <= largest && curing_.empty(); ++size) {
        curing_ = search(choices_, kind, size, {}, proposals_, cures);
        if (curing_.size() > 1) best_first();
        if (!curing_.empty() && size < largest) {
          auto more = search(choices_, kind, size + 1, curing_, proposals_, cures);
          curing_.insert(curing_.end(), more.begin(), more.end());
        }
      }
    }
    if (curing_.empty()) {
      if (auto set = depth_ > 0 ? std::vector<Choice>()
                                : one_by_one(choices_, failures(unexplained_, simulation_), proposals_, [&](const auto& s) { return remaining(s); });
          !set.empty())
        curing_.push_back(std::move(set));
    }
    // Another release is always worth a word, where it cures by itself.
    if (curing_.empty() || kind > 3) return;
    for (const auto& c : choices_) {
      if (c.kind != FixKind::release || !cures({c})) continue;
      curing_.push_back({c});
      return;
    }
  }

  void best_first() {
    std::vector<std::pair<std::pair<bool, int>, std::vector<Choice>>> scored;
    for (auto& set : curing_) {
      const bool last = std::any_of(set.begin(), set.end(), [&](const Choice& c) { return proposals_[c.proposal].last_resort; });
      scored.emplace_back(std::pair(last, -works_elsewhere(situation_, fixes_of(set))), std::move(set));
    }
    text::sort(scored, [](const auto& a, const auto& b) { return a.first < b.first; });
    curing_.clear();
    for (auto& [score, set] : scored) curing_.push_back(std::move(set));
  }

  // All is sent, and refused: a mend that changes what is sent, or where to, says why.
  void explain_refusal() {
    const auto same = [](const simulation::Request& a, const simulation::Request& b) {
      return a.url == b.url && a.authorization == b.authorization && a.outcome == b.outcome;
    };
    for (const Choice& c : choices_) {
      if (!proposals_[c.proposal].refusal) continue;
      const Simulation after = decide(with_fixes(unexplained_, fixes_of({c})));
      if (rules::fails(after) || std::equal(after.requests.begin(), after.requests.end(), simulation_.requests.begin(), simulation_.requests.end(), same))
        continue;
      proposals_[c.proposal].certain = false;
      curing_.push_back({c});
    }
  }

  // What cures the failure that shows may leave a line that hides: that is to be mended with it, where it can be.
  void look_behind() {
    if (curing_.empty() || unexplained_.meant_private || !unexplained_.meant_there.empty() || !find_hidden(fixes_of(curing_.front()))) return;
    const std::vector<std::vector<Choice>> before = curing_;
    curing_.clear();
    find_cures();
    if (curing_.empty()) curing_ = before;
  }

  // What fails, as far as it tells whether a mend changes that.
  static bool same_failure(const Simulation& a, const Simulation& b) {
    if (a.stopped || b.stopped) {
      if (!a.stopped || !b.stopped) return false;
      // Releases put the same into other words.
      const settings::Stop &x = a.stopped->stop, &y = b.stopped->stop;
      return x.message == y.message || (x.at.kind == settings::Place::Kind::source && x.at == y.at);
    }
    return std::equal(a.requests.begin(), a.requests.end(), b.requests.begin(), b.requests.end(),
                      [](const auto& x, const auto& y) { return x.url == y.url && x.outcome == y.outcome && x.authorization == y.authorization; });
  }

  // What the error tells is of the files as they were: of a registry that is no longer asked it says nothing.
  const evidence::Log& log_beyond(const Simulation& then) const {
    const std::string host = url::parse_legacy(log_.url.empty() ? log_.registry : log_.url).hostname;
    const auto asks = [&](const Simulation& s) {
      return std::any_of(s.requests.begin(), s.requests.end(), [&](const auto& r) { return url::parse_legacy(r.url).hostname == host; });
    };
    return !host.empty() && asks(simulation_) && !then.requests.empty() && !asks(then) ? no_log_ : log_;
  }

  // Some of what is wrong shows only once something else is out of the way: a client stops at the first line that it cannot read, and
  // a file that it does not read may hold a misspelt key. So each mend that gets further, with what is found behind it.
  std::optional<Examined> look_further(bool anew) {
    std::optional<Examined> not_all;
    for (int allowed = 0; allowed <= rank(FixKind::release) && depth_ < deepest; ++allowed) {
      for (const Choice& c : choices_) {
        const Fix& fix = proposals_[c.proposal].fixes[c.fix];
        if (rank(c.kind) != allowed || proposals_[c.proposal].last_resort || looks_ == 0) continue;
        const Situation beyond = with_fixes(situation_, {&fix});
        const Simulation then = decide(beyond);
        if (same_failure(simulation_, then)) continue;
        --looks_;
        Examined more = Examination(input_, log_beyond(then), beyond, then, others_of(beyond), depth_ + 1, looks_, anew).examine();
        if (more.cured) return behind(c, std::move(more));
        const bool gets_on = simulation_.stopped && (c.kind == FixKind::release || (c.kind == FixKind::command && fix.edits.empty() && !fix.file));
        if (gets_on && !not_all) not_all = behind(c, std::move(more));
      }
    }
    return not_all;
  }

  // What gets past a stop may leave a line that hides, which no rule could see before.
  std::optional<Examined> hidden_by_the_stop() {
    if (curing_.empty() || curing_.front().size() != 1 || !simulation_.stopped || depth_ == deepest || looks_ == 0) return std::nullopt;
    --looks_;
    const Situation beyond = with_fixes(situation_, fixes_of(curing_.front()));
    const Simulation then = decide(beyond);
    Examined more = Examination(input_, log_beyond(then), beyond, then, others_of(beyond), depth_ + 1, looks_, anew_).examine();
    if (!more.broken || !more.cured) return std::nullopt;
    return behind(curing_.front().front(), std::move(more));
  }

  // What was found once the fix of a choice was done, with that fix before it.
  Examined behind(const Choice& c, Examined more) const {
    // Each examination counts a rule's fixes from one on.
    const auto renumber = [&](std::string& id) {
      const std::string_view code = std::string_view(id).substr(0, id.find('.'));
      std::size_t number = 0, before = 0;
      for (const char digit : std::string_view(id).substr(code.size() + 1)) number = number * 10 + static_cast<std::size_t>(digit - '0');
      for (std::size_t p = 0; p < proposals_.size(); ++p) before += codes_[p] == code ? proposals_[p].fixes.size() : 0;
      id = text::join({code, ".", std::to_string(number + before)});
    };
    const Fix& fix = proposals_[c.proposal].fixes[c.fix];
    Finding first{std::string(codes_[c.proposal]), rules::Role::cause, false, proposals_[c.proposal], {ids_[c.proposal][c.fix]}, {}};
    first.proposal.fixes = {fix};
    if (fix.release && !simulation_.stopped) {
      client::Client other = context_.client;
      other.version = *fix.release;
      first.proposal.title = text::fill("{} gets further", {other.title()});
      first.proposal.message = text::fill(more.cured ? "With {} no change of these files would do; with {} what stands below does."
                                                     : "With {} no change of these files would do; with {} it gets further, and what is left stands below.",
                                          {context_.client.title(), other.title()});
    }
    Examined out;
    out.broken = true;
    out.cured = more.cured;
    out.preferred = {first.fix_ids.front()};
    for (std::string& id : more.preferred) {
      renumber(id);
      out.preferred.push_back(std::move(id));
    }
    out.findings.push_back(std::move(first));
    for (Finding& finding : more.findings) {
      if (finding.role != rules::Role::cause) continue;
      for (std::string& id : finding.fix_ids) renumber(id);
      for (std::string& id : finding.after) renumber(id);
      finding.after.insert(finding.after.begin(), out.preferred.front());
      finding.proposal.at = place_before(fix, std::move(finding.proposal.at));
      out.findings.push_back(std::move(finding));
    }
    // Risks and advice as the files are now.
    const std::size_t causes = out.findings.size();
    for (Finding& finding : findings().findings) {
      const auto told = [&](const Finding& other) { return other.code == finding.code && other.proposal.title == finding.proposal.title; };
      if (finding.role != rules::Role::cause && std::none_of(out.findings.begin(), out.findings.begin() + static_cast<std::ptrdiff_t>(causes), told))
        out.findings.push_back(std::move(finding));
    }
    return out;
  }

  // Where something lay before a fix was done; nowhere, if that made it.
  settings::Place place_before(const Fix& fix, settings::Place at) const {
    if (at.kind != settings::Place::Kind::source) return at;
    if (at.source >= situation_.configuration.sources.size()) return {};
    std::vector<text::Edit> edits;
    for (const auto& e : fix.edits) {
      if (e.source == at.source) edits.push_back(e.edit);
    }
    at.span = text::before(at.span, edits);
    at.line = text::before(at.line, edits);
    return at;
  }

  // Of several releases only one is shown: the one that cures, else the smallest step.
  void keep_one_release(Finding& finding, std::size_t p) const {
    const auto chosen = [&]() -> std::size_t {
      for (const auto& set : curing_) {
        for (const auto& c : set) {
          if (c.proposal == p) return c.fix;
        }
      }
      return 0;
    }();
    if (finding.proposal.fixes.size() < 2 || finding.proposal.fixes[chosen].kind != FixKind::release) return;
    finding.proposal.fixes = {finding.proposal.fixes[chosen]};
    finding.fix_ids = {finding.fix_ids[chosen]};
  }

  // A cause by what its rule says alone: the answer itself is the proof. A last resort only where nothing else speaks.
  bool speaks(const rules::Proposal& p) const {
    const auto other_speaks = [&](const rules::Proposal& other) { return &other != &p && other.otherwise == rules::Role::cause && !other.last_resort; };
    return !p.last_resort || broken_ || (curing_.empty() && std::none_of(proposals_.begin(), proposals_.end(), other_speaks));
  }

  // Where nothing cures, the proposal that says why: of what it stops at, if one is; none where what is not here explains it.
  std::size_t explaining() const {
    if (!broken_ || !curing_.empty() || (rules::refuses_untold(log_) && !asks_private(simulation_))) return proposals_.size();
    // AD517 is for what no other rule knows better.
    const auto of_stop = [&](const rules::Proposal& p) {
      return p.explains && simulation_.stopped && p.at.kind == settings::Place::Kind::source && p.at == simulation_.stopped->stop.at &&
             codes_[static_cast<std::size_t>(&p - proposals_.data())] != "AD517";
    };
    auto it = std::find_if(proposals_.begin(), proposals_.end(), of_stop);
    if (it == proposals_.end()) it = std::find_if(proposals_.begin(), proposals_.end(), [](const rules::Proposal& p) { return p.explains; });
    return static_cast<std::size_t>(it - proposals_.begin());
  }

  // Causes of the best set first, then the other ways, then risks and advice.
  Examined findings() const {
    Examined out;
    out.broken = broken_;
    out.cured = !curing_.empty();
    const auto in = [](const std::vector<Choice>& set, std::size_t p) {
      return std::any_of(set.begin(), set.end(), [&](const Choice& c) { return c.proposal == p; });
    };
    const std::vector<Choice> best = curing_.empty() ? std::vector<Choice>{} : curing_.front();
    for (const auto& c : best) out.preferred.push_back(ids_[c.proposal][c.fix]);
    std::vector<Finding> causes, alternatives, rest;
    const std::size_t explains = explaining();
    for (std::size_t p = 0; p < proposals_.size(); ++p) {
      Finding finding{std::string(codes_[p]), rules::Role::cause, false, proposals_[p], ids_[p], {}};
      keep_one_release(finding, p);
      if (in(best, p)) {
        causes.push_back(std::move(finding));
      } else if (std::any_of(curing_.begin(), curing_.end(), [&](const auto& set) { return in(set, p); })) {
        finding.alternative = true;
        alternatives.push_back(std::move(finding));
      } else if (p == explains) {
        finding.proposal.fixes.clear();
        finding.fix_ids.clear();
        causes.push_back(std::move(finding));
      } else if (proposals_[p].otherwise == rules::Role::cause) {
        if (!speaks(proposals_[p])) continue;
        if (refused_ && input_.check && !finding.fix_ids.empty()) out.preferred.push_back(finding.fix_ids.front());
        causes.push_back(std::move(finding));
      } else if (proposals_[p].otherwise) {
        finding.role = *proposals_[p].otherwise;
        rest.push_back(std::move(finding));
      }
    }
    // Where a line of its own is all that cures, what is wrong with those that there are is still what the person wants to know.
    if (const auto why = std::find_if(proposals_.begin(), proposals_.end(),
                                      [&](const rules::Proposal& p) { return p.explains && !in(best, static_cast<std::size_t>(&p - proposals_.data())); });
        context_.nothing_else && best.size() == 1 && why != proposals_.end()) {
      Finding& anew = causes.front();
      anew.code = codes_[static_cast<std::size_t>(why - proposals_.begin())];
      anew.proposal.title = why->title;
      anew.proposal.message = text::join({why->message, " ", anew.proposal.message});
      anew.proposal.at = why->at;
      anew.proposal.certain = why->certain;
      std::erase_if(rest, [&](const Finding& finding) { return finding.code == anew.code && finding.proposal.title == anew.proposal.title; });
    }
    // Of a cause's fixes, the one of the best set stands first.
    for (auto& finding : causes) {
      for (std::size_t f = 1; f < finding.fix_ids.size(); ++f) {
        if (std::find(out.preferred.begin(), out.preferred.end(), finding.fix_ids[f]) == out.preferred.end()) continue;
        std::swap(finding.fix_ids[0], finding.fix_ids[f]);
        std::swap(finding.proposal.fixes[0], finding.proposal.fixes[f]);
      }
    }
    text::sort(rest, [](const Finding& a, const Finding& b) { return a.role < b.role; });
    for (auto* group : {&causes, &alternatives, &rest}) {
      for (auto& finding : *group) out.findings.push_back(std::move(finding));
    }
    return out;
  }

  const Input& input_;
  const evidence::Log& log_;
  const evidence::Log no_log_;
  const Situation& situation_;
  const Simulation& simulation_;
  int depth_;
  int& looks_;
  bool anew_;
  Situation unexplained_;  // for simulations whose traces nobody reads
  bool broken_, refused_ = false;
  std::vector<const simulation::Request*> refusing_;
  rules::Context context_;
  std::vector<rules::Proposal> proposals_;
  std::vector<std::string_view> codes_;        // of each proposal
  std::vector<std::vector<std::string>> ids_;  // of each proposal's fixes
  std::vector<Choice> choices_;                // every fix
  std::vector<std::vector<Choice>> curing_;    // the best set first
};

}  // namespace

Examined examine(const Input& input, const evidence::Log& log, const Situation& situation, const Simulation& simulation,
                 const std::vector<std::pair<Command, Simulation>>& others) {
  int looks = most_looks;
  return Examination(input, log, situation, simulation, others, 0, looks, true).examine();
}

}  // namespace doctor::diagnosis
