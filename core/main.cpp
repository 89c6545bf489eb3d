// access-doctor: reads inputs as JSON (one, or JSON Lines) on standard input, prints one report a line.
//   --reveal   adds what tests need: mended texts, header values, unmasked addresses
//   --rules    prints every rule with its documentation
#include <cstdio>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/report/report.h"
#include "core/text/text.h"

namespace {

using nlohmann::json;
using namespace doctor;

// Taken out of there: a text may be long.
std::string string_at(json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? std::move(it->get_ref<std::string&>()) : std::string();
}

// The input's fields; one of another type than the format says counts as absent. `error` says what makes it no input at all.
diagnosis::Input input_from(json& j, std::string& error) {
  diagnosis::Input input;
  if (!j.is_object() || !j.contains("sources") || !j["sources"].is_array()) {
    error = "not an input: an object with the array \"sources\" is wanted";
    return input;
  }
  input.client = string_at(j, "client");
  input.client_name = string_at(j, "clientName");
  input.configuration.command = string_at(j, "command");
  input.log = string_at(j, "log");
  input.now = string_at(j, "now");
  for (auto& s : j["sources"]) {
    if (!s.is_object()) continue;
    std::string name = string_at(s, "name"), text = string_at(s, "text");
    const auto kind = report::kind_from(string_at(s, "kind"), name, text);
    input.configuration.sources.push_back({kind, report::layer_from(string_at(s, "layer")), std::move(name), std::move(text)});
  }
  if (j.contains("environment") && j["environment"].is_object()) {
    for (const auto& [name, value] : j["environment"].items()) {
      input.configuration.environment.insert_or_assign(name, value.is_string() ? std::optional(value.get<std::string>()) : std::nullopt);
    }
  }
  if (j.contains("packages") && j["packages"].is_array()) {
    for (auto& p : j["packages"]) {
      if (!p.is_object()) continue;
      if (std::string name = string_at(p, "name"); !name.empty()) input.packages.push_back({std::move(name), string_at(p, "version"), string_at(p, "tarball")});
    }
  }
  if (j.contains("tokenCheck") && j["tokenCheck"].is_object()) {
    auto& check = j["tokenCheck"];
    if (const auto outcome = evidence::check_from(string_at(check, "outcome"))) {
      input.check = evidence::TokenCheck{string_at(check, "registry"), *outcome,
                                         check.contains("status") && check["status"].is_number_integer() ? check["status"].get<int>() : 0};
    }
  }
  if (j.contains("profile") && j["profile"].is_object()) input.profile = {string_at(j["profile"], "registry"), string_at(j["profile"], "name")};
  return input;
}

// Where the parser gave up.
std::size_t error_offset(const std::string& text) {
  struct Finder : nlohmann::json_sax<json> {
    std::size_t offset = 0;
    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool start_object(std::size_t) override { return true; }
    bool key(string_t&) override { return true; }
    bool end_object() override { return true; }
    bool start_array(std::size_t) override { return true; }
    bool end_array() override { return true; }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
      offset = position > 0 ? position - 1 : 0;
      return false;
    }
  } finder;
  json::sax_parse(text, &finder);
  return finder.offset;
}

int print_rules() {
  json out = json::array();
  const auto add = [&](const rules::Rule& rule, const rules::Documentation& doc) {
    out.push_back({{"code", rule.code}, {"title", rule.title}, {"why", doc.why}, {"before", doc.before}, {"after", doc.after}, {"sources", doc.sources}});
  };
  std::size_t i = 0;
#define RULE(code) add(*rules::all()[i++], rules::code##_documentation);
#include "rule_list.inc"
#undef RULE
  std::cout << out.dump(2) << '\n';
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  bool reveal = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--reveal") {
      reveal = true;
    } else if (argument == "--rules") {
      return print_rules();
    } else if (argument == "--version") {
      std::cout << report::version << '\n';
      return 0;
    } else {
      std::cerr << "access-doctor: unknown option " << argument << "; it knows --reveal, --rules and --version\n";
      return 2;
    }
  }
  std::string all{std::istreambuf_iterator<char>(std::cin), {}};
  bool failed = false;
  const auto one = [&](json& j, std::size_t line) {
    std::string error = j.is_discarded() ? "not valid JSON" : "";
    const diagnosis::Input input = error.empty() ? input_from(j, error) : diagnosis::Input{};
    if (!error.empty()) {
      std::cerr << "access-doctor: line " << line << ": " << error << '\n';
      failed = true;
      return;
    }
    std::cout << report::to_json(diagnosis::diagnose(input), input, reveal) << '\n';
  };
  // One input may be spread over lines; where the whole is no JSON, each line is an input of its own.
  if (text::trim(all).empty()) {
    std::cerr << "access-doctor: no input: give a JSON object on standard input\n";
    failed = true;
  } else if (json whole = json::parse(all, nullptr, false); !whole.is_discarded()) {
    std::string().swap(all);  // which gives its memory back, as an assignment does not
    one(whole, 1);
  } else {
    std::vector<std::pair<std::size_t, json>> lines;
    std::size_t number = 0;
    bool any = false;
    for (const auto text : text::split(all, '\n')) {
      ++number;
      if (text::trim(text).empty()) continue;
      lines.emplace_back(number, json::parse(text, nullptr, false));
      any = any || lines.back().second.is_object();
    }
    // Not one line is an input: it is a single one, broken somewhere.
    if (!any) lines = {{text::Lines(all).position(error_offset(all)).line, json(json::value_t::discarded)}};
    for (auto& [line, j] : lines) one(j, line);
  }
  return failed ? 1 : 0;
}
