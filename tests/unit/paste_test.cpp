#include <gtest/gtest.h>

#include "core/settings/settings.h"

using doctor::settings::Kind;
using doctor::settings::Layer;
using doctor::settings::Source;

namespace {

std::vector<std::string> names(const std::string& text, std::string* rest = nullptr) {
  const Source paste{doctor::settings::recognize("", text), Layer::user, "", text};
  std::vector<std::string> out;
  const auto pieces = doctor::settings::read_paste(paste, 0);
  if (!pieces) return out;
  for (const auto& file : pieces->files) {
    EXPECT_EQ(text.substr(*file.cut_at, file.text.size()), file.text);
    out.push_back(file.name);
  }
  if (rest) *rest = pieces->rest;
  for (const auto& client : doctor::settings::clients_told(pieces->rest)) out.push_back(client);
  return out;
}

using List = std::vector<std::string>;

TEST(Paste, Fences) {
  std::string rest;
  EXPECT_EQ(names("In the project's `.npmrc`:\n```ini\nregistry=https://h/\n```\nand globally\n\n    ~~~\n//h/:_authToken=T\n~~~\n\nerror: GET https://h/x - "
                  "401\nbun 1.2.3\n",
                  &rest),
            (List{".npmrc", "~/.npmrc", "bun 1.2.3"}));
  EXPECT_TRUE(rest.find("- 401") != std::string::npos && rest.find("_authToken") == std::string::npos);
  EXPECT_EQ(names("1. first\n   ```yml\n   # .yarnrc.yml\n   npmScopes:\n     a:\n       npmAuthToken: T\n   ```\n"), (List{".yarnrc.yml"}));
  EXPECT_EQ(names("```\n[install.scopes]\na = \"https://h/\"\n```"), (List{"bunfig.toml"}));
  EXPECT_EQ(names("`registry=https://h/\n//h/:_authToken=T`\n"), (List{"~/.npmrc"}));
  EXPECT_EQ(names("```\n...\nnpmAuthToken: T\n...\n```\n"), (List{".yarnrc.yml"}));
}

TEST(Paste, WithAByteOrderMark) {
  const std::string paste = "I have this `.npmrc`:\n\n```\nregistry=https://acme.example/\n```\n";
  EXPECT_EQ(names("\xEF\xBB\xBF" + paste), names(paste));
  EXPECT_EQ(doctor::settings::recognize("", "\xEF\xBB\xBF```\n" + paste), doctor::settings::recognize("", "```\n" + paste));
}

TEST(Paste, HeadingsAndWords) {
  EXPECT_EQ(names("# .npmrc\nregistry=https://h/\n\n# ~/.npmrc\n//h/:_authToken=T\n"), (List{".npmrc", "~/.npmrc"}));
  EXPECT_EQ(names("I have this and it fails\nnpmAuthToken: T\n\n\xE2\x9E\xA4 YN0041: x@npm:1.0.0: Invalid authentication (as an anonymous user)\n"),
            (List{".yarnrc.yml"}));
  EXPECT_EQ(names("### pnpm version\n\n8.15.5\n\n```\n@a:registry=https://h/\n```\n"), (List{"~/.npmrc", "pnpm 8.15.5"}));
}

TEST(Paste, LeavesWhatIsOneTextAlone) {
  for (const char* text :
       {"registry=https://h/\n//h/:_authToken=T\n", "# ~/.npmrc\nregistry=https://h/\n", "# see ~/.npmrc for the token\nregistry=https://h/\n",
        "npm config set registry https://h/ --global\nregistry=https://h/\n", "a: b\n", "\xE2\x9E\xA4 YN0041: x\n", "```\nnpm ERR! code E401\n```\n", "",
        "name: ci\non: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          echo registry=https://h/ > .npmrc\n"})
    EXPECT_EQ(names(text), List{}) << text;
}

}  // namespace
