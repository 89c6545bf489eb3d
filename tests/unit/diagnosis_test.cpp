#include "core/diagnosis/diagnosis.h"

#include <gtest/gtest.h>

namespace doctor::diagnosis {
namespace {

Input with_file(std::string text) {
  Input input;
  input.client = "10.9.9";
  input.configuration.sources.push_back({settings::Kind::npmrc, settings::Layer::user, "~/.npmrc", std::move(text)});
  return input;
}

std::string repeated(std::string_view line, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += line;
  return out;
}

TEST(Diagnosis, ReadsNoFileOfThousandsOfLines) {
  const Input input = with_file("registry=https://acme.bytesafe.dev/r/main/\n" + repeated("//acme.bytesafe.dev/r/main/:_authToken=abcdefgh\n", 100'000));
  const Diagnosis d = diagnose(input);
  EXPECT_EQ(d.verdict.state, State::unknown);
  EXPECT_EQ(d.verdict.headline, "Your user .npmrc is too long to be one");
  EXPECT_TRUE(d.findings.empty());
  EXPECT_TRUE(mend(input, {"AD101.1"}).empty());
  EXPECT_FALSE(credential_to_check(input));
}

// As Windows PowerShell writes it, and a browser reads that.
TEST(Diagnosis, KnowsUtf16) {
  const std::string plain = "registry=https://npm.acme.example/\n//npm.acme.example/:_authToken=8YQ2kXvN4mB7tRz1LpW5cD3h\n";
  std::string text = "\xEF\xBF\xBD\xEF\xBF\xBD";
  for (const char c : plain) (text += c) += '\0';
  const Input input = with_file(text);
  const Diagnosis d = diagnose(input);
  EXPECT_EQ(d.verdict.state, State::not_sent);
  ASSERT_FALSE(d.findings.empty());
  EXPECT_EQ(d.findings.front().code, "AD504");
  const auto mended = mend(input, d.preferred);
  ASSERT_EQ(mended.size(), 1u);
  EXPECT_EQ(mended.front().file.text, plain);
}

// What a secret of a workflow holds nobody knows: there is nothing to check, in whatever form it would be sent.
TEST(Diagnosis, ChecksNoCredentialOfAWorkflow) {
  for (const std::string_view line :
       {"_authToken=${{ secrets.T }}", "_auth=${{ secrets.T }}", "_password=${{ secrets.T }}", "_password=$T", "_password='${T}'"}) {
    Input input;
    input.client = "npm 10.9.0";
    const std::string workflow = text::fill(
        "on: push\njobs:\n  a:\n    env:\n      T: ${{ secrets.T }}\n    steps:\n      - run: |\n          npm config set registry https://acme.example/\n     "
        "     npm config set //acme.example/:username me\n          npm config set //acme.example/:{}\n          npm ci\n",
        {line});
    input.configuration.sources.push_back({settings::Kind::workflow, settings::Layer::project, "ci.yml", workflow});
    EXPECT_EQ(diagnose(input).verdict.state, State::sent) << line;
    EXPECT_FALSE(credential_to_check(input)) << line;
  }
}

TEST(Diagnosis, ReadsCertificatesInLongLines) {
  const Diagnosis d = diagnose(
      with_file("registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=abcdefgh\nca=\"" + repeated("MIIF", 50'000) + "\"\n"));
  EXPECT_EQ(d.verdict.state, State::sent);
}

// Scopes, each at a registry of its own, none with a token: every way to combine mends would take for ever.
TEST(Diagnosis, MendsManyRegistriesAtOnce) {
  std::string text;
  for (int i = 0; i < 20; ++i) text += "@scope" + std::to_string(i) + ":registry=https://registry" + std::to_string(i) + ".example.com/npm/\n";
  const Diagnosis d = diagnose(with_file(text));
  EXPECT_EQ(d.verdict.state, State::not_sent);
  EXPECT_EQ(d.preferred.size(), 20u);
  const auto mended = mend(with_file(text), d.preferred);
  ASSERT_EQ(mended.size(), 1u);
  EXPECT_EQ(diagnose(with_file(mended[0].file.text)).verdict.state, State::sent);
}

}  // namespace
// The client stops at one line after the other; each is found behind the mend of the one before, and has a number of its own.
TEST(Diagnosis, MendsBehindMends) {
  Input input;
  input.client = "4.9.2";
  input.client_name = "yarn";
  input.configuration.command = "yarn install";
  const std::string first = "npmRegistryServe: \"https://acme.bytesafe.dev/r/main/\"\n", second = "npmAlwaysAut: true\n",
                    third = "npmAuthTokn: \"01EPF8PPQ9WZQ5TADPCV8DPMG5\"\n";
  input.configuration.sources.push_back({settings::Kind::yarnrc_yml, settings::Layer::project, ".yarnrc.yml", first + second + third});
  const auto d = diagnose(input);
  EXPECT_EQ(d.preferred, (std::vector<std::string>{"AD513.1", "AD513.2", "AD513.3"}));
  std::vector<std::size_t> lines;
  for (const auto& finding : d.findings) lines.push_back(finding.proposal.at.line.begin);
  EXPECT_EQ(lines, (std::vector<std::size_t>{0, first.size(), first.size() + second.size()}));
  const std::string whole = "npmRegistryServer: \"https://acme.bytesafe.dev/r/main/\"\nnpmAlwaysAuth: true\nnpmAuthToken: \"01EPF8PPQ9WZQ5TADPCV8DPMG5\"\n";
  ASSERT_EQ(mend(input, d.preferred).size(), 1U);
  EXPECT_EQ(mend(input, d.preferred).front().file.text, whole);
  EXPECT_EQ(mend(input, {d.preferred.back()}).front().file.text, whole);  // what goes before is done with it
}

}  // namespace doctor::diagnosis

using namespace doctor;

TEST(Diagnosis, ReadsALogAmongTheFilesHoweverLong) {
  diagnosis::Input input;
  input.client = "10.9.9";
  input.configuration.sources.push_back({settings::Kind::npmrc, settings::Layer::user, "~/.npmrc",
                                         "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=01EPF8PPQ9WZQ5TADPCV8DPMG5\n"});
  std::string log(400000, '\n');
  log += "npm error code E401\nnpm error 401 Unauthorized - GET https://acme.bytesafe.dev/r/main/left-pad\n";
  input.configuration.sources.push_back({settings::Kind::log, settings::Layer::project, "debug-0.log", log});
  const auto d = diagnosis::diagnose(input);
  EXPECT_EQ(d.log.status, 401);
  ASSERT_FALSE(d.findings.empty());
  EXPECT_EQ(d.findings.front().code, "AD701");
}

TEST(Diagnosis, FilesTellTheClientWhereNobodyDoes) {
  diagnosis::Input input;
  input.configuration.sources.push_back(
      {settings::Kind::package_json, settings::Layer::project, "package.json", R"({"packageManager":"yarn@4.9.2+sha512.abc"})"});
  EXPECT_EQ(diagnosis::diagnose(input).client.title(), "yarn 4.9.2");
  input.client = "10.9.9";
  EXPECT_EQ(diagnosis::diagnose(input).client.title(), "npm 10.9.9");
  input.client = "";
  input.client_name = "pnpm";
  EXPECT_EQ(diagnosis::diagnose(input).client.name, client::Name::pnpm);
  input.client_name = "";
  input.configuration.sources = {{settings::Kind::bunfig, settings::Layer::project, "bunfig.toml", "[install]\n"}};
  EXPECT_EQ(diagnosis::diagnose(input).client.name, client::Name::bun);
  input.configuration.command = "npm ci";
  EXPECT_EQ(diagnosis::diagnose(input).client.name, client::Name::npm);
}
