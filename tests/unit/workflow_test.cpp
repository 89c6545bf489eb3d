// What workflows and their scripts write.
#include <gtest/gtest.h>

#include "core/settings/shell.h"

namespace doctor::settings {
namespace {

Shell run(std::string_view script, Environment variables = {}) {
  Shell shell;
  shell.variables = std::move(variables);
  shell.variables.emplace("HOME", "~");
  shell.whole = true;
  std::vector<Shell::Line> lines;
  for (std::size_t i = 0; const auto line : text::split(script, '\n')) lines.push_back({std::string(line), {i, ++i}});
  const auto commands = shell.commands(lines);
  shell.run(commands, commands.size());
  return shell;
}

std::string text_of(const Shell& shell, std::string_view name = ".npmrc") {
  for (const auto& file : shell.files) {
    if (file.name == name) return file.text;
  }
  return "no file";
}

TEST(Shell, WritesWhatIsPrinted) {
  EXPECT_EQ(text_of(run("echo registry=https://a.example/ > .npmrc")), "registry=https://a.example/\n");
  EXPECT_EQ(text_of(run("echo a=1 > .npmrc\necho b=2 >> ./.npmrc")), "a=1\nb=2\n");
  EXPECT_EQ(text_of(run("echo a=1 > .npmrc; echo b=2 > .npmrc")), "b=2\n");
  EXPECT_EQ(text_of(run("echo a=1 | tee -a ~/.npmrc"), "~/.npmrc"), "a=1\n");
  EXPECT_EQ(text_of(run("printf 'a=%s\\nb=%s\\n' 1 2 >$HOME/.npmrc"), "~/.npmrc"), "a=1\nb=2\n");
  EXPECT_EQ(text_of(run("printf '%s\\n' a=1 b=2 > .npmrc")), "a=1\nb=2\n");
  EXPECT_EQ(text_of(run("echo -e 'a=1\\nb=2' > .npmrc")), "a=1\nb=2\n");
  EXPECT_EQ(text_of(run("echo 'a=1\nb=2' > \"${HOME}/.npmrc\""), "~/.npmrc"), "a=1\nb=2\n");
  EXPECT_EQ(text_of(run("cat <<EOF > .npmrc\na=$A\nb=\\$A\nEOF\necho c=3 >> .npmrc", {{"A", "1"}})), "a=1\nb=$A\nc=3\n");
  EXPECT_EQ(text_of(run("cat > .npmrc <<'EOF'\na=${A}\nEOF", {{"A", "1"}})), "a=${A}\n");
  EXPECT_EQ(text_of(run("if [ -n x ]; then\n  echo a=1 2>/dev/null >> .npmrc && true\nfi")), "a=1\n");
  EXPECT_EQ(text_of(run("echo a=1 > .npmrc && rm -f .npmrc")), "no file");
}

TEST(Shell, ReplacesVariables) {
  const std::string line = "echo \"//a.example/:_authToken=${A}\" > .npmrc";
  EXPECT_EQ(text_of(run(line, {{"A", "1"}})), "//a.example/:_authToken=1\n");
  EXPECT_EQ(text_of(run("A=2; " + line)), "//a.example/:_authToken=2\n");
  EXPECT_EQ(text_of(run("export A=$(cat token)\n" + line)), "//a.example/:_authToken=set-in-the-environment\n");
  EXPECT_EQ(text_of(run("echo '//a.example/:_authToken=${A}' > .npmrc", {{"A", "1"}})), "//a.example/:_authToken=${A}\n");
  EXPECT_EQ(text_of(run("echo \"//a.example/:_authToken=\\${A}\" > .npmrc", {{"A", "1"}})), "//a.example/:_authToken=${A}\n");
  EXPECT_EQ(text_of(run("echo \"//a.example/:_authToken=${A:-3}\" > .npmrc")), "//a.example/:_authToken=3\n");
  const Shell unset = run("echo a=1 > .npmrc\n" + line + "\necho \"b=$B\" >> .npmrc");
  EXPECT_EQ(text_of(unset), "//a.example/:_authToken=\nb=\n");
  ASSERT_EQ(unset.files[0].emptied.size(), 2u);
  EXPECT_EQ(unset.files[0].emptied[0], (Source::Emptied{"A", 24}));
}

TEST(Shell, SetsSettings) {
  EXPECT_EQ(text_of(run("npm config set //a.example/:_authToken abc"), "~/.npmrc"), "//a.example/:_authToken=abc\n");
  EXPECT_EQ(text_of(run("npm set //a.example/:_authToken=abc=="), "~/.npmrc"), "//a.example/:_authToken=abc==\n");
  EXPECT_EQ(text_of(run("npm config set --location=project @a:registry https://a.example/")), "@a:registry=https://a.example/\n");
  EXPECT_EQ(text_of(run("npm config set --location project a 1")), "a=1\n");
  EXPECT_EQ(text_of(run("pnpm config set registry https://a.example/"), "~/.npmrc"), "registry=https://a.example/\n");
  EXPECT_EQ(text_of(run("yarn config set registry https://a.example/"), "~/.yarnrc"), "\"registry\" \"https://a.example/\"\n");
  EXPECT_EQ(text_of(run("yarn config set npmScopes.a.npmAuthToken t\nyarn config set npmAlwaysAuth true\nyarn config set npmScopes.a.npmRegistryServer "
                        "https://a.example"),
                    ".yarnrc.yml"),
            "\"npmScopes\":\n  \"a\":\n    \"npmRegistryServer\": \"https://a.example\"\n    \"npmAuthToken\": \"t\"\n\"npmAlwaysAuth\": \"true\"\n");
  EXPECT_EQ(text_of(run("yarn config set 'npmRegistries[\"https://a.example\"].npmAuthToken' t"), ".yarnrc.yml"),
            "\"npmRegistries\":\n  \"https://a.example\":\n    \"npmAuthToken\": \"t\"\n");
}

TEST(Shell, SaysWhatItDoesNotUnderstand) {
  for (const std::string_view script : {"npm login", "aws codeartifact login --tool npm", "sed -i s/a/b/ .npmrc", "base64 -d x > ~/.npmrc", "cp ci/.npmrc .",
                                        "npx google-artifactregistry-auth", "npm config set registry x --userconfig y", "echo x > $dir/.npmrc",
                                        "echo \"registry=$(url)\" > .npmrc", "./write-npmrc.sh"}) {
    EXPECT_TRUE(run(script).unread) << script;
  }
  for (const std::string_view script : {"cat .npmrc", "npm ci", "git add .npmrc", "docker login", "echo done", "'", "\"", "$(", "${", "`", "<<", "cat <<EOF",
                                        ">", "a\\", "echo ${A", "<<<", "| | |"}) {
    EXPECT_FALSE(run(script).unread) << script;
  }
}

TEST(Shell, KeepsTheFolder) {
  EXPECT_EQ(text_of(run("cd packages/a\ncd ../b && echo a=1 > .npmrc"), "packages/b/.npmrc"), "a=1\n");
  EXPECT_EQ(text_of(run("echo a=1 > packages/a/.npmrc"), "packages/a/.npmrc"), "a=1\n");
  EXPECT_EQ(text_of(run("cd ..\ncd /tmp\necho a=1 > .npmrc")), "a=1\n");
}

TEST(Shell, ReadsPowerShell) {
  const auto powershell = [](std::string_view script) {
    Shell shell;
    shell.powershell = true;
    shell.variables.emplace("A", "1");
    std::vector<Shell::Line> lines;
    for (const auto line : text::split(script, '\n')) lines.push_back({std::string(line), {}});
    const auto commands = shell.commands(lines);
    shell.run(commands, commands.size());
    return shell;
  };
  EXPECT_EQ(text_of(powershell("\"a=$env:A\" | Out-File -FilePath .npmrc -Encoding utf8")), "a=1\n");
  EXPECT_EQ(text_of(powershell("Set-Content .npmrc \"a=${env:A}`nb=2\"")), "a=1\nb=2\n");
  EXPECT_EQ(text_of(powershell("Add-Content -Path .\\.npmrc -Value 'a=$env:A'")), "a=$env:A\n");
  EXPECT_EQ(text_of(powershell("@\"\na=$env:A\n\"@ | Out-File .npmrc\necho \"b=2\" >> .npmrc")), "a=1\nb=2\n");
  const Shell bare = powershell("\"a=$A\" > .npmrc\n\"b=$NOT\" | Out-File .npmrc -Append");
  ASSERT_EQ(bare.files.size(), 1u);
  for (const std::string_view script : {"\"", "@\"", "`", "\"`", "$env:", "${env:", "Out-File", "Set-Content -Path", "| Out-File .npmrc"}) powershell(script);
}

Reading read(std::string_view workflow, Told told = {}) { return read_workflow({Kind::workflow, Layer::project, "ci.yml", std::string(workflow)}, 0, told); }

TEST(Workflow, FindsItsCommand) {
  const std::string_view workflow =
      "on: push\njobs:\n  a:\n    steps:\n      - run: npm install -g npm@11\n      - run: npm ci && npm test\n      - run: |\n          npm run build\n       "
      "   npm publish --access public\n        env:\n          T: ${{ secrets.T }}\n";
  EXPECT_EQ(read(workflow).command, "npm ci");
  EXPECT_FALSE(read(workflow).environment.at("T"));
  Told told;
  told.purpose = "publish";
  EXPECT_EQ(read(workflow, told).command, "npm publish --access public");
  EXPECT_EQ(read(workflow, told).environment.at("T"), made_up);
  told.client = client::Name::yarn;
  EXPECT_EQ(read(workflow, told).command, "");
  EXPECT_EQ(read("on: push\njobs:\n  a:\n    steps:\n      - run: yarn\n").command, "yarn");
  EXPECT_EQ(read("on: push\njobs:\n  a:\n    steps:\n      - run: yarn workspaces foreach -A npm publish --tolerate-republish\n").command,
            "yarn workspaces foreach -A npm publish --tolerate-republish");
  EXPECT_EQ(read("on: push\njobs:\n  a:\n    steps:\n      - run: npx semantic-release\n").command, "npm publish");
}

TEST(Workflow, ChoosesTheJobOfTheHost) {
  const std::string_view workflow =
      "on: push\njobs:\n  npmjs:\n    steps:\n      - uses: actions/setup-node@v4\n        with:\n          registry-url: https://registry.npmjs.org\n      - "
      "run: npm publish\n"
      "  github:\n    steps:\n      - uses: actions/setup-node@v4\n        with:\n          registry-url: https://npm.pkg.github.com\n      - run: npm "
      "publish\n";
  Told told;
  told.purpose = "publish";
  told.host = "npm.pkg.github.com";
  told.scope = "@acme";
  const Reading github = read(workflow, told);
  ASSERT_EQ(github.files.size(), 1u);
  EXPECT_EQ(github.files[0].text, "//npm.pkg.github.com/:_authToken=${NODE_AUTH_TOKEN}\n@acme:registry=https://npm.pkg.github.com/\nalways-auth=false\n");
  told.host = "registry.npmjs.org";
  EXPECT_TRUE(read(workflow, told).files[0].text.starts_with("//registry.npmjs.org/:_authToken"));
}

TEST(Workflow, ReadsParts) {
  const std::string_view steps = "- uses: actions/setup-node@v4\n        with:\n          registry-url: https://a.example/\n      - run: |\n          npm ci\n";
  for (const std::string& part :
       {std::string(steps), "      " + std::string(steps), "    steps:\n      " + std::string(steps),
        "  build:\n    runs-on: x\n    steps:\n      " + std::string(steps), "jobs:\n  build:\n    steps:\n      " + std::string(steps)}) {
    EXPECT_EQ(recognize("", part), Kind::workflow) << part;
    const Reading reading = read(part);
    EXPECT_EQ(reading.command, "npm ci") << part;
    ASSERT_EQ(reading.files.size(), 1u) << part;
    const text::Span at = in_whole(reading.files[0], {5, 5});
    EXPECT_EQ(part.substr(at.begin, at.end - at.begin), "https://a.example/") << part;
  }
  EXPECT_EQ(recognize("", "- name: Publish\n  run: npm publish\n  env:\n    A: b\n"), Kind::workflow);
  EXPECT_EQ(recognize("", "# uses: this\nregistry=https://a.example/\n"), Kind::npmrc);
}

TEST(Workflow, SaysWhereAStepWrites) {
  const std::string_view workflow =
      "on: push\njobs:\n  a:\n    steps:\n      - run: |\n          true\n          echo a=1 >> .npmrc\n          echo b=2 >> .npmrc\n      - run: npm ci\n";
  const Reading reading = read(workflow);
  ASSERT_EQ(reading.files.size(), 1u);
  const text::Span at = in_whole(reading.files[0], {4, 7});
  EXPECT_EQ(workflow.substr(at.begin, at.end - at.begin), "echo b=2 >> .npmrc");
}

}  // namespace
}  // namespace doctor::settings
