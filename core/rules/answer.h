// What the rules on the registry's answer share: which request was answered, and by whom.
#pragma once
#include <string>
#include <vector>

#include "core/rules/rules.h"

namespace doctor::rules {

// Whether the error is for the rules on answers to explain: everything is sent as it should be, no token check has said more
// since, and the request that failed is one that this configuration makes.
bool log_decides(const Context& c);
// The registry whose log-in failed, with its slash; empty: none did.
std::string refused_login(const Context& c);
// The private registry that a package of a scope may come from, where no line maps the scope and a public registry answered for
// it: one that the input holds a credential for. Empty: no such thing.
std::string meant_for_scope(const Context& c);
// Whether the error names a registry whose host somebody hid: "https://***/npm/".
bool hides_registry(const evidence::Log& log);
// Whether some registry answered that the error does not name, where the client would have asked for a login first at its default one.
bool leaves_registry_untold(const evidence::Log& log, const simulation::Simulation& simulation);
// A variable that is set for the command, by its name for a token, and that no file takes it from.
std::string_view unused_variable(const Context& c);
// Whether a registry refused that the error does not name: one that wants a token, so no public one that was sent none.
bool refuses_untold(const evidence::Log& log);
// Whether the log speaks of an address that nothing in the input leads to.
bool log_is_of_another(const Context& c);
// Whether it is of a registry that other files or settings than these lead to (AD706), not one that a registry of theirs passes on to.
bool reads_other_files(const Context& c);
// The request of this input that GitLab redirects to npmjs.com, as it does with a package that it does not have, or may not show; else nullptr.
const simulation::Request* passed_on(const Context& c);
// The request that failed, as this configuration makes it; nullptr where it makes none.
const simulation::Request* answered(const Context& c);
// "https://acme.bytesafe.dev/r/main/ answered 403, “forbidden: access denied”".
std::string answer(const Context& c);
// Who is asked by a request: its registry, or the one that its address is of, where a lockfile or the registry's data name another.
std::string whom(const simulation::Request& request);
// "the account admin of your Bytesafe workspace" or "whoever runs acme.example".
std::string who_decides(const Context& c);
// Whether the registry does not know whose the token is: 401, verdaccio's 403 to everybody whom it does not know, npmjs.com's 404 beside
// the word that the token has expired.
bool is_refusal(const evidence::Log& log);
// The same of this input: npmjs.com answers 404 to a publish with the placeholder of setup-node, or with a token of GitHub's, too.
bool is_refusal(const Context& c);
// Whether GitHub's registry was sent the token of a job; and of one whose permissions give it no right to packages.
bool sends_token_of_job(const Context& c);
bool lacks_permission(const Context& c);
// What to write then, as the end of a sentence; `right` is "read" or "write".
std::string lacked_permission(const Context& c, std::string_view right);
// Whether it is the placeholder of setup-node that is sent.
bool sends_placeholder(const simulation::Request& request);
// Whether the registry knows the credential and does not take it.
bool is_refusal(const evidence::TokenCheck& check);
// Whether the registry refuses a version or name that is taken: some say so with 403.
bool is_about_the_version(const evidence::Log& log);
// Whether the log tells how a registry answered to what only some of them know: `npm audit`, `npm token`, `npm logout`.
bool is_about_an_extra(const evidence::Log& log);
// Of each token that is sent, the first request with it; `of_bytesafe`: to registries of Bytesafe only.
std::vector<const simulation::Request*> tokens_sent(const Context& c, bool of_bytesafe);
// A finding about a token that is sent and may be refused for what stands in it; its words are the rule's.
Proposal likely_refused(const Context& c, const credentials::Credential& credential, std::string title);
// A new token in the place of this credential, or in the variable that holds it.
Fix replace_credential(const Context& c, const credentials::Credential& credential);

}  // namespace doctor::rules
