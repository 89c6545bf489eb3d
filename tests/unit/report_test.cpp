#include "core/report/report.h"

#include <gtest/gtest.h>

using namespace doctor;

TEST(Mask, ShowsTheFirstEightAndLastFourOfALongSecret) {
  EXPECT_EQ(report::mask("token abcdefghijklmnopqrst!", {"abcdefghijklmnopqrst"}), "token abcdefgh…qrst!");
  EXPECT_EQ(report::mask("token abcdefghij!", {"abcdefghij"}), "token …!");
}

TEST(Mask, ReplacesAShortSecretOnlyWhereItIsTheWhole) {
  EXPECT_EQ(report::mask("T", {"T"}), "…");
  EXPECT_EQ(report::mask("The T", {"T"}), "The T");
}

TEST(Mask, KnowsTokensThatNoSettingHolds) {
  EXPECT_EQ(report::mask("see 01EPF8PPQ9WZQ5TADPCV8DPMG5.", {}), "see 01EPF8PP…PMG5.");
  EXPECT_EQ(report::mask("npm_abcdefghijklmnopqrstuvwxyz0123456789", {}), "npm_abcd…6789");
  EXPECT_EQ(report::mask("https://acme.bytesafe.dev/r/main/", {}), "https://acme.bytesafe.dev/r/main/");
}

TEST(Evidence, ReadsWhatATokenTells) {
  const auto kind = evidence::token_kind("01EPF8PPQ9WZQ5TADPCV8DPMG5");
  ASSERT_TRUE(kind && kind->created_ms);
  EXPECT_EQ(kind->name, "bytesafe");
  EXPECT_EQ(evidence::iso_time(*kind->created_ms), "2020-11-06T17:12:14Z");
  EXPECT_EQ(evidence::iso_time(*evidence::token_kind("01EPF8RQX26R2Q2ZCY28AP1JMH")->created_ms), "2020-11-06T17:13:21Z");
  EXPECT_FALSE(evidence::token_kind("01EPF8PPQ9WZQ5TADPCV8DPMGI"));  // no I in Crockford's base 32
  EXPECT_EQ(evidence::token_kind("ghp_x")->name, "github");
  EXPECT_EQ(evidence::token_kind("0b2c0a5e-1f7b-4f0e-9d0a-2b1c3d4e5f60")->name, "uuid");
}

TEST(Log, TakesNoQuotesOffWhatHasNone) {
  EXPECT_EQ(evidence::read_log("npm error Invalid auth configuration found: `_auth` must be renamed to `//h/:_auth` in user config\n").settings,
            "registry=https://h/\n_auth=***\n");
  EXPECT_EQ(evidence::read_log("npm error Invalid auth configuration found: `_auth` must be renamed to é//h/:_auth in user config\n").settings, "");
}

TEST(Evidence, ReadsLogs) {
  const auto log = evidence::read_log("npm ERR! code E401\nnpm ERR! 401 Unauthorized - GET https://one.example.test/r/one/plainpkg - unauthorized\n");
  EXPECT_EQ(log.status, 401);
  EXPECT_EQ(log.code, "E401");
  EXPECT_EQ(log.url, "https://one.example.test/r/one/plainpkg");
}

TEST(Simulation, JudgesHeaders) {
  using credentials::Credential;
  using credentials::Scheme;
  using simulation::Outcome;
  const auto bearer = [](std::string v) { return simulation::judge({Scheme::bearer, std::move(v), {}, {}, {}}); };
  EXPECT_EQ(bearer("abc=="), Outcome::usable);
  for (const auto* bad : {"", "a b", "\"a\"", "<a>", "${A}", "true", "undefined", "a=b"}) EXPECT_EQ(bearer(bad), Outcome::unusable) << bad;
  for (const auto* masked : {"(protected)", "npm_***", "01EPF8PP…PMG5"}) EXPECT_EQ(bearer(masked), Outcome::usable) << masked;
  EXPECT_EQ(simulation::judge({Scheme::basic, "dTpw", {}, {}, {}}), Outcome::usable);
  EXPECT_EQ(simulation::judge({Scheme::basic, "u:p", {}, {}, {}}), Outcome::unusable);
}

TEST(WithoutSecrets, KeepsWordsThatStandForATokenButNoPasswordThatBeginsLikeThem) {
  const auto stays = [](const std::string& token) {
    diagnosis::Input input;
    const std::string text = "registry=https://npm.example.com/\n//npm.example.com/:_authToken=" + token + "\n";
    input.configuration.sources.push_back({settings::Kind::npmrc, settings::Layer::user, "~/.npmrc", text});
    return report::without_secrets(input, {text}).front() == text;
  };
  EXPECT_TRUE(stays("YOUR_TOKEN_HERE"));
  EXPECT_FALSE(stays("yourmother1975"));
  EXPECT_FALSE(stays("01EPF8PPQ9WZQ5TADPCV8DPMG5"));
}
