// The core for JavaScript. Inputs arrive as plain objects, field by field, so that no JSON parser is needed before the first
// diagnosis; what goes out is JSON text.
#include <emscripten/bind.h>
#include <emscripten/val.h>

#include <string>
#include <vector>

#include "core/report/report.h"
#include "core/text/text.h"

// libc++abi's own would print, and bring printf with all its number formats along.
extern "C" void abort_message(const char*, ...) { __builtin_trap(); }
// embind writes a type's address with it where something that it does not know is passed, which nothing is: without printf, 4 KB less.
extern "C" int siprintf(char* out, const char*, ...) { return *out = 0; }

namespace {

using emscripten::val;
using namespace doctor;

std::string string_at(const val& object, const char* key) {
  const val v = object[key];
  return v.isString() ? text::to_utf8(v.as<std::string>()) : std::string();
}

bool is_object(const val& v) { return !v.isUndefined() && !v.isNull() && v.typeOf().as<std::string>() == "object"; }

diagnosis::Input input_from(const val& j) {
  diagnosis::Input input;
  if (!is_object(j)) return input;
  input.client = string_at(j, "client");
  input.client_name = string_at(j, "clientName");
  input.configuration.command = string_at(j, "command");
  input.log = string_at(j, "log");
  input.now = string_at(j, "now");
  if (const val sources = j["sources"]; sources.isArray()) {
    const unsigned n = sources["length"].as<unsigned>();
    for (unsigned i = 0; i < n; ++i) {
      const val s = sources[i];
      if (!is_object(s)) continue;
      std::string name = string_at(s, "name"), text = string_at(s, "text");
      const auto kind = report::kind_from(string_at(s, "kind"), name, text);
      input.configuration.sources.push_back({kind, report::layer_from(string_at(s, "layer")), std::move(name), std::move(text)});
    }
  }
  if (const val environment = j["environment"]; is_object(environment)) {
    const val keys = val::global("Object").call<val>("keys", environment);
    const unsigned n = keys["length"].as<unsigned>();
    for (unsigned i = 0; i < n; ++i) {
      const val value = environment[keys[i]];
      input.configuration.environment.insert_or_assign(keys[i].as<std::string>(),
                                                       value.isString() ? std::optional(text::to_utf8(value.as<std::string>())) : std::nullopt);
    }
  }
  if (const val packages = j["packages"]; packages.isArray()) {
    const unsigned n = packages["length"].as<unsigned>();
    for (unsigned i = 0; i < n; ++i) {
      const val p = packages[i];
      if (is_object(p) && !string_at(p, "name").empty()) input.packages.push_back({string_at(p, "name"), string_at(p, "version"), string_at(p, "tarball")});
    }
  }
  if (const val check = j["tokenCheck"]; is_object(check)) {
    if (const auto outcome = evidence::check_from(string_at(check, "outcome"))) {
      input.check = evidence::TokenCheck{string_at(check, "registry"), *outcome, check["status"].isNumber() ? check["status"].as<int>() : 0};
    }
  }
  if (const val profile = j["profile"]; is_object(profile)) input.profile = {string_at(profile, "registry"), string_at(profile, "name")};
  return input;
}

std::string diagnose(val j) {
  const diagnosis::Input input = input_from(j);
  return report::to_json(diagnosis::diagnose(input), input, false);
}

std::string mend(val j, val ids) {
  std::vector<std::string> wanted;
  const unsigned n = ids.isArray() ? ids["length"].as<unsigned>() : 0;
  for (unsigned i = 0; i < n; ++i) wanted.push_back(ids[i].as<std::string>());
  return report::mended_to_json(diagnosis::mend(input_from(j), wanted));
}

std::string credential(val j) {
  const auto c = diagnosis::credential_to_check(input_from(j));
  return c ? report::credential_to_json(*c) : "null";
}

val without_secrets(val j, val texts) {
  std::vector<std::string> given;
  const unsigned n = texts["length"].as<unsigned>();
  for (unsigned i = 0; i < n; ++i) given.push_back(text::to_utf8(texts[i].as<std::string>()));
  val out = val::array();
  for (const auto& s : report::without_secrets(input_from(j), given)) out.call<void>("push", s);
  return out;
}

std::string recognize(const std::string& name, const std::string& text) { return std::string(report::to_string(settings::recognize(name, text))); }

std::string version() { return std::string(report::version); }

}  // namespace

EMSCRIPTEN_BINDINGS(access_doctor) {
  emscripten::function("diagnose", &diagnose);
  emscripten::function("mend", &mend);
  emscripten::function("credential", &credential);
  emscripten::function("recognize", &recognize);
  emscripten::function("withoutSecrets", &without_secrets);
  emscripten::function("releases", &report::releases_to_json);
  emscripten::function("downloads", emscripten::optional_override([](const std::string& lockfile) { return report::downloads_to_json(lockfile); }));
  emscripten::function("rules", &report::rules_to_json);
  emscripten::function("version", &version);
}
