#include "core/diagnosis/diagnosis.h"

#include <algorithm>
#include <array>

#include "core/diagnosis/as_written.h"
#include "core/diagnosis/examine.h"
#include "core/diagnosis/masks.h"
#include "core/diagnosis/prepare.h"
#include "core/diagnosis/releases.h"
#include "core/diagnosis/secrets.h"
#include "core/rules/answer.h"
#include "core/rules/lines.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::diagnosis {

using rules::Fix;
using settings::made_up;
using simulation::Outcome;
using simulation::Simulation;

std::string_view to_string(State s) {
  constexpr std::array<std::string_view, 5> names{"not-sent", "refused", "accepted", "sent", "unknown"};
  return names[static_cast<std::size_t>(s)];
}

namespace {

const simulation::Request* first_usable(const Simulation& s) {
  const auto it =
      std::find_if(s.requests.begin(), s.requests.end(), [](const auto& r) { return r.lookup.credential && r.outcome == Outcome::usable && r.wants_token; });
  return it == s.requests.end() ? nullptr : &*it;
}

// What a verdict is told by.
struct Proof {
  const Input& input;
  const Diagnosis& diagnosis;  // all but its verdict
  const Situation& situation;
  const rules::Context& context;
  bool broken, undecided;
  bool left_out;         // credentials: only a listing is known, and it never shows them
  const Finding* cause;  // the first that is not another's alternative; or nullptr

  std::string who() const { return situation.client.title(); }
};

Verdict not_sent(const Proof& p) {
  Verdict v{State::not_sent, {}, {}};
  const Simulation& simulation = p.diagnosis.simulation;
  const auto* failing = p.context.failing();
  if (simulation.stopped && simulation.stopped->stop.code == "ENEEDAUTH") {
    v.headline = p.who() + " asks for a login before it sends anything";
  } else if (simulation.stopped) {
    v.headline = p.who() + " stops before it sends your token";
  } else if (failing && failing->outcome == Outcome::unusable) {
    v.headline = p.who() + " will send something that no registry accepts";
  } else if (!failing) {
    v.headline = p.who() + " will not ask your registry at all";
  } else {
    const auto& tried = failing->lookup.tried;
    const bool any = !rules::credential_entries(simulation.settings).empty() || std::any_of(tried.begin(), tried.end(), [](const auto& t) { return t.found; });
    v.headline = p.who() + (any ? " will not send your token" : " has no token to send");
  }
  if (p.cause) {
    const auto& at = p.cause->proposal.at;
    const bool placed = at.kind == settings::Place::Kind::source || at.kind == settings::Place::Kind::environment || at.kind == settings::Place::Kind::flag;
    // Beside one that is mended another may be left.
    const auto& findings = p.diagnosis.findings;
    const auto left = std::find_if(findings.begin(), findings.end(),
                                   [](const Finding& f) { return f.role == rules::Role::cause && !f.alternative && f.proposal.fixes.empty(); });
    v.next =
        text::join({p.cause->proposal.title, placed ? text::fill(" ({})", {rules::where(p.context, at)}) : "", ". ",
                    left == findings.end() ? "Mended, every request carries the token."
                    : &*left == p.cause    ? "No change of these files alone would cure it."
                                           : text::fill("Mended, it gets further; what no change of these files cures is left: {}.", {left->proposal.title})});
  } else if (failing) {
    v.next = text::fill("No token is sent to {}, and no mend is known for it here.", {failing->url});
  } else if (simulation.stopped) {
    v.next = text::capital(simulation.stopped->stop.message) + ".";
  } else {
    const auto unread = unread_file(p.situation, simulation);
    v.next = unread ? text::fill("{} does not read {}: what it holds has no effect here, and everything goes to public registries.",
                                 {p.who(), rules::file_name(p.situation.configuration.sources[*unread])})
                    : "There is a token, but no line leads to its registry: everything goes to public registries.";
  }
  return v;
}

Verdict registry_untold(const Proof& p) {
  const std::string_view vendor = p.diagnosis.log.vendor;
  const std::string answered =
      vendor.empty() ? std::string() : text::fill("{} answered, not npmjs.com: that address stands in a lockfile, or in a file that is not here. ", {vendor});
  return {State::unknown, "The error does not say which registry it is of",
          text::fill("{}Nothing else in what you pasted leads to a private one. Paste the file that {} reads, or the output of `npm config list`, and a "
                     "lockfile if there is one.",
                     {answered, p.who()})};
}

// Nothing that decides fails, and no token check has said more.
Verdict sent(const Proof& p) {
  const auto* usable = first_usable(p.diagnosis.simulation);
  const evidence::Log& log = p.diagnosis.log;
  const auto& requests = p.diagnosis.simulation.requests;
  const std::string asked = evidence::registry_asked(log);
  const bool all_public = (asked.empty() || simulation::is_public(asked)) &&
                          std::all_of(requests.begin(), requests.end(), [](const auto& r) { return simulation::is_public(r.url); });
  const std::string asks_public = all_public ? " asks public registries, which need no token" : " sends no token, and what failed is not for that";
  if (usable && rules::sends_placeholder(*usable))
    return {p.cause ? State::not_sent : State::sent, p.who() + " sends a placeholder in the place of a token",
            text::join({p.cause ? p.cause->proposal.title : "No step sets NODE_AUTH_TOKEN where the command runs", "."})};
  if (p.cause && log.purpose == "login" && asked.empty() && all_public && !p.diagnosis.simulation.settings.truthy("registry"))
    return {State::unknown, p.cause->proposal.title, "The error does not say which registry that is."};
  // Of a token that was refused the check tells more than a guess.
  if (p.cause && (log.status != 401 || !p.cause->proposal.last_resort))
    return {State::sent, p.who() + (usable ? " sends your token" : asks_public), text::fill("Something else is in the way: {}.", {p.cause->proposal.title})};
  if (usable) return {State::sent, p.who() + " sends your token", "Whether it is still valid, only the registry knows. Check the token."};
  if (std::any_of(requests.begin(), requests.end(), [](const auto& r) { return !evidence::key_in_address(r.url).empty(); })) {
    return {State::sent, p.who() + " sends the key that stands in the registry's address",
            "Whether it is still valid, only the registry knows. Whoever reads the file, a log or a lockfile reads it too."};
  }
  if (!p.cause && p.diagnosis.simulation.command == simulation::Command::ping && !all_public)
    return {State::sent, p.who() + " asks whether the registry is there, without a token",
            text::fill("`{} ping` tells nothing of a token. Say which command fails, or try `{} whoami`.",
                       {client::to_string(p.situation.client.name), client::to_string(p.situation.client.name)})};
  if (!p.cause && (log.status == 401 || log.status == 403 || log.code == "ENEEDAUTH" || log.code == "YN0033") && asked.empty()) {
    return registry_untold(p);
  }
  // What a lockfile names lies where it says.
  for (const auto& layer : p.diagnosis.simulation.settings.layers) {
    for (const auto& [key, value] : layer.values) {
      if (p.situation.downloads.empty() || requests.empty() || !rules::names_registry(key) || !value.truthy() || simulation::is_public(value.text)) continue;
      return {State::sent, p.who() + asks_public,
              text::fill("The packages of the lockfile come from {}; {} ({}) is asked for none of them.",
                         {url::parse_legacy(requests.front().url).host(), value.text, rules::where(p.context, value.at)})};
    }
  }
  const auto& unread = p.situation.configuration.unread;
  return {State::sent, p.who() + asks_public,
          unread ? text::fill("Nothing that is understood here leads to a private registry; {} may.", {rules::where(p.context, *unread)})
                 : "Nothing in what you pasted leads to a private registry."};
}

Verdict verdict(const Proof& p) {
  using evidence::Check;
  const Simulation& simulation = p.diagnosis.simulation;
  if (!simulation.unknown.empty())
    return {State::unknown, text::fill("It depends on the npm that {} finds", {client::to_string(p.situation.client.name)}), simulation.unknown};
  const bool all_public = std::all_of(simulation.requests.begin(), simulation.requests.end(), [](const auto& r) { return simulation::is_public(r.url); });
  if (!p.cause && !p.undecided && all_public && rules::hides_registry(p.diagnosis.log)) {
    return {State::unknown, "The error hides which registry it is of",
            text::fill("Nothing else in what you pasted leads to a private one. Paste the file that {} reads, or the output of `npm config list`; its tokens "
                       "may be replaced by `***`.",
                       {p.who()})};
  }
  if (!p.cause && !p.undecided && rules::leaves_registry_untold(p.diagnosis.log, simulation)) return registry_untold(p);
  const auto elsewhere = std::find_if(simulation.requests.begin(), simulation.requests.end(), [](const auto& r) { return r.outcome == Outcome::unknown; });
  if (!p.broken && !p.undecided && elsewhere != simulation.requests.end())
    return {State::unknown, text::fill("What {} sends is decided elsewhere", {p.who()}), elsewhere->trace.back().text};
  if (p.undecided) {
    const Question& question = p.diagnosis.questions.front();
    return {State::unknown, "It depends on " + question.id, question.text + (p.broken ? "" : text::fill(" If it is, {} sends your token.", {p.who()}))};
  }
  if (p.broken && p.left_out) {
    return {State::unknown, "This list leaves tokens out",
            "`npm config list` of npm 5 and 6 shows no tokens, nor does npm with `--json`, nor do the lines that yarn prints. Paste the file itself; its "
            "tokens may be replaced by `***`."};
  }
  if (p.broken && p.situation.configuration.unread && p.cause && p.cause->code == "AD201") {
    return {State::unknown, text::fill("It depends on what {} does", {rules::where(p.context, *p.situation.configuration.unread)}),
            "It may write a token where it is looked for, and is not understood here. Without it, there is none."};
  }
  if (p.broken && !p.cause && !simulation.stopped && all_public && rules::refuses_untold(p.diagnosis.log)) {
    return {State::unknown, "The error does not say which registry it is of",
            text::fill("It wants a token, so another file than those here leads to it: paste that too, mostly the .npmrc in the project, or the output of `npm "
                       "config list` from where {} failed.",
                       {p.who()})};
  }
  if (p.broken) return not_sent(p);
  const auto& check = p.input.check;
  if (check && check->outcome == Check::forbidden) {
    return {State::refused, "Your token is sent and known, but not allowed to do this",
            "Ask the account admin whether its user is still active, what it may do, and from which addresses."};
  }
  if (check && rules::is_refusal(*check)) {
    return {State::refused, "Your token is sent, but the registry does not accept it",
            "It was revoked, has expired, or is not the one that you think. Compare it with the list of active access tokens, then make a new one."};
  }
  if (check && check->outcome == Check::valid) {
    return {State::accepted, "Your token is sent, and the registry accepts it",
            "If the command still fails, look at what the token may do, at the package's name, and at the network."};
  }
  return sent(p);
}

// The variables that decide whether it works.
std::vector<Question> questions_of(const Situation& set, const std::vector<std::string>& unknown, bool set_broken) {
  std::vector<Question> out;
  const auto ask = [&](const std::string& name) { out.push_back({name, text::fill("Is {} set where this runs?", {name})}); };
  for (const auto& name : unknown) {
    Situation one = set;
    one.configuration.environment.insert_or_assign(name, std::nullopt);
    if (broken(one, decide(one)) != set_broken) ask(name);
  }
  if (out.empty()) ask(unknown.front());
  return out;
}

// Whether another release might do otherwise, where nobody said which this is.
bool version_decides(const Diagnosis& d) {
  const auto bad = [](Outcome o) { return o != Outcome::usable; };
  return !d.client.recognized && std::any_of(d.clients.begin(), d.clients.end(), [&](const ClientRange& range) {
    return range.name == d.client.name && bad(range.packument) != (d.simulation.requests.empty() || bad(d.simulation.requests.front().outcome));
  });
}

// With the fixes of these ids, after those that have to be done before them.
Situation with_wanted(const Situation& s, const std::vector<Finding>& findings, const std::vector<std::string>& wanted) {
  const auto fixes_of = [&](const std::vector<std::string>& ids, const std::vector<std::string>& after) {
    std::vector<const Fix*> fixes;
    for (const auto& id : ids) {
      for (const auto& finding : findings) {
        for (std::size_t f = 0; finding.after == after && f < finding.fix_ids.size(); ++f) {
          if (finding.fix_ids[f] == id) fixes.push_back(&finding.proposal.fixes[f]);
        }
      }
    }
    return fixes;
  };
  std::vector<std::string> before;
  for (const auto& finding : findings) {
    const bool asked = std::any_of(finding.fix_ids.begin(), finding.fix_ids.end(),
                                   [&](const auto& id) { return std::find(wanted.begin(), wanted.end(), id) != wanted.end(); });
    if (asked && finding.after.size() > before.size()) before = finding.after;
  }
  Situation out = s;
  std::vector<std::string> done;
  for (const auto& id : before) {
    out = with_fixes(out, fixes_of({id}, done));
    done.push_back(id);
  }
  return with_fixes(out, fixes_of(wanted, done));
}

}  // namespace

Diagnosis diagnose(const Input& input) {
  if (auto plain = unmasked(input)) {
    Diagnosis d = diagnose(plain->input);
    for (auto& m : plain->masks) d.masks.push_back(std::move(m));
    return d;
  }
  Diagnosis d;
  if (const auto source = too_long(input)) {
    d.client = client::read(input.client, client::name_from(input.client_name), input.configuration.command);
    d.verdict = {
        State::unknown, text::join({text::capital(rules::file_name(input.configuration.sources[*source])), " is too long to be one"}),
        "What stands there is longer than any such file, and is not read. Paste only what the file itself holds: some lines, one of them with the token."};
    return d;
  }
  const Prepared prepared = prepare(input);
  d.client = prepared.situation.client;
  d.log = prepared.log;
  d.parts.assign(prepared.situation.configuration.sources.begin() + static_cast<std::ptrdiff_t>(input.configuration.sources.size()),
                 prepared.situation.configuration.sources.end());
  const Situation situation = with_variables(prepared.situation, prepared.unknown, true);
  d.simulation = decide(situation);
  const bool set_broken = broken(situation, d.simulation);
  bool undecided = false;
  if (!prepared.unknown.empty()) {
    const Situation unset = with_variables(prepared.situation, prepared.unknown, false);
    undecided = broken(unset, decide(unset)) != set_broken;
  }
  if (undecided) d.questions = questions_of(situation, prepared.unknown, set_broken);

  const auto others = others_of(situation);
  Examined examined = examine(input, prepared.log, situation, d.simulation, others);
  d.findings = std::move(examined.findings);
  d.preferred = std::move(examined.preferred);
  if (input.other_releases) d.clients = across_clients(situation);
  std::vector<const Simulation*> all{&d.simulation};
  for (const auto& [command, s] : others) all.push_back(&s);
  d.secrets = secrets_of(situation, all);
  d.requests = run(situation).requests;
  for (const auto& [command, s] : others) {
    for (const auto& r : s.requests) {
      if (r.purpose != simulation::Purpose::packument) d.requests.push_back(r);
    }
  }
  if (version_decides(d)) {
    d.questions.push_back({"client-version", text::fill("Which version does `{} --version` print? Other releases would do otherwise than {}.",
                                                        {client::to_string(d.client.name), d.client.title()})});
  }

  const rules::Context context{situation.client,    situation.configuration, situation.packages, d.simulation,    others, input.check, input.profile, d.log,
                               situation.downloads, situation.lockfile,      input.now,          !examined.broken};
  const auto cause = std::find_if(d.findings.begin(), d.findings.end(), [](const Finding& f) { return f.role == rules::Role::cause && !f.alternative; });
  const bool left_out = situation.leaves_out_credentials && rules::credential_entries(d.simulation.settings).empty();
  d.verdict = verdict({input, d, situation, context, examined.broken, undecided, left_out, cause == d.findings.end() ? nullptr : &*cause});
  // What is not understood may write it, and nothing failed; but not a task that comes too late.
  const auto& unread = situation.configuration.unread;
  if (d.verdict.state == State::unknown && examined.broken && unread && prepared.log.status == 0 && prepared.log.code.empty() && !input.check &&
      !text::trim(std::string_view(situation.configuration.sources[unread->source].text).substr(unread->span.begin)).starts_with("- task: ")) {
    for (auto& finding : d.findings) finding.role = finding.role == rules::Role::cause && finding.code == "AD201" ? rules::Role::risk : finding.role;
    std::erase_if(d.preferred, [](const std::string& id) { return id.starts_with("AD201."); });
  }
  // What seems to be missing is only left out.
  if (examined.broken && !undecided && left_out) {
    d.findings.clear();
    d.preferred.clear();
  }
  AsWritten(situation.configuration.environment).in_words(d);
  return d;
}

std::vector<Mended> mend(const Input& input, const std::vector<std::string>& wanted) {
  if (const auto plain = unmasked(input)) {
    auto out = mend(plain->input, wanted);
    for (auto& m : out) m.file.text = masked(std::move(m.file.text), plain->masks);
    return out;
  }
  if (too_long(input)) return {};
  Prepared prepared = prepare(input);
  const Situation situation = with_variables(prepared.situation, prepared.unknown, true);
  const Simulation simulation = decide(situation);
  const Examined examined = examine(input, prepared.log, situation, simulation, others_of(situation));
  Situation after = with_wanted(situation, examined.findings, wanted);
  const AsWritten written(situation.configuration.environment);
  std::vector<Mended> out;
  std::vector<std::vector<text::Edit>> pieces(input.configuration.sources.size());
  for (std::size_t i = 0; i < after.configuration.sources.size(); ++i) {
    const auto& source = after.configuration.sources[i];
    if (!source.cut_at || *source.part_of >= pieces.size() || source.text == situation.configuration.sources[i].text) continue;
    pieces[*source.part_of].push_back({{*source.cut_at, *source.cut_at + situation.configuration.sources[i].text.size()}, source.text});
  }
  for (std::size_t i = 0; i < after.configuration.sources.size(); ++i) {
    auto& source = after.configuration.sources[i];
    const bool is_new = i >= input.configuration.sources.size();
    if (source.part_of) continue;
    if (!is_new && !pieces[i].empty()) source.text = text::apply(source.text, std::move(pieces[i]));
    if (!is_new && source.text == situation.configuration.sources[i].text) continue;
    // What a workflow's secret holds nobody knows here.
    out.push_back({is_new ? std::nullopt : std::optional(i),
                   {source.kind, source.layer, source.name, text::replace_all(written.to_fill_in(std::move(source.text)), made_up, rules::new_token)}});
  }
  return out;
}

std::optional<Credential> credential_to_check(const Input& input) {
  if (too_long(input)) return std::nullopt;
  Prepared prepared = prepare(input);
  // A made-up value must never leave: only what the input itself holds.
  const Simulation simulation = run(with_variables(prepared.situation, prepared.unknown, false));
  const auto* request = first_usable(simulation);
  if (!request || text::is_masked(request->authorization) || text::contains(request->authorization, "${") || text::contains(request->authorization, made_up))
    return std::nullopt;
  // Nor where it is encoded with a user's name: as a workflow's secret stands in what a step writes, or in a variable.
  const auto& credential = *request->lookup.credential;
  const auto& configuration = prepared.situation.configuration;
  if (credential.at.kind == settings::Place::Kind::source && !configuration.sources[credential.at.source].stands_at.empty()) {
    for (const std::string& secret : {std::string(made_up), text::base64_encode(made_up)}) {
      if (text::contains(configuration.sources[credential.at.source].text, secret)) return std::nullopt;
    }
  }
  for (const auto& name : credential.variables) {
    if (const auto it = configuration.environment.find(name); it != configuration.environment.end() && text::contains(it->second.value_or(""), made_up))
      return std::nullopt;
  }
  const auto registry = url::parse(rules::registry_with_slash(request->registry));
  const auto asked = url::parse(request->url);
  // To the registry that the credential is configured for, and nowhere else.
  if (!registry || !asked || registry->origin() != asked->origin()) return std::nullopt;
  std::string address = registry->origin() + registry->path;
  const auto* known = evidence::registry_of(address, input.profile);
  return Credential{std::move(address), request->authorization, known};
}

}  // namespace doctor::diagnosis
