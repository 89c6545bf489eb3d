// The core's share of scripts/bench, with the inputs that bench.mjs wrote into the folder that BENCH_INPUTS names.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "core/diagnosis/diagnosis.h"
#include "core/evidence/evidence.h"
#include "core/formats/formats.h"
#include "core/report/report.h"
#include "core/simulation/simulation.h"

namespace {

using namespace doctor;

std::string input(const char* name) {
  const char* folder = std::getenv("BENCH_INPUTS");
  std::ifstream file(std::string(folder ? folder : ".") + "/" + name, std::ios::binary);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

void parse(benchmark::State& state, const char* name) {
  const std::string text = input(name);
  for (auto _ : state) benchmark::DoNotOptimize(formats::ini(text));
}

diagnosis::Input npm(const char* name) {
  diagnosis::Input out;
  out.client = "10.9.9";
  out.configuration.command = "npm install left-pad";
  out.configuration.sources.push_back({settings::Kind::npmrc, settings::Layer::user, "~/.npmrc", input(name)});
  return out;
}

// The header of each request, from the text on.
void credential(benchmark::State& state, const char* name) {
  const diagnosis::Input in = npm(name);
  const client::Client client = client::read(in.client, {}, in.configuration.command);
  for (auto _ : state) {
    settings::Configuration configuration = in.configuration;
    configuration.explain = false;
    configuration.readings = std::make_shared<formats::Readings>();
    benchmark::DoNotOptimize(simulation::simulate(client, configuration, {{"left-pad", "1.3.0", {}}}, std::nullopt));
  }
}

void diagnose(benchmark::State& state, const char* name) {
  for (auto _ : state) {
    const diagnosis::Input in = npm(name);
    benchmark::DoNotOptimize(report::to_json(diagnosis::diagnose(in), in, false));
  }
}

void lockfile(benchmark::State& state, const char* name) {
  const std::string text = input(name);
  for (auto _ : state) benchmark::DoNotOptimize(evidence::read_lockfile(text));
}

}  // namespace

BENCHMARK_CAPTURE(parse, 2_KB, "2k.npmrc");
BENCHMARK_CAPTURE(parse, 100_KB, "100k.npmrc");
BENCHMARK_CAPTURE(parse, 10_MB, "10m.npmrc");
BENCHMARK_CAPTURE(credential, 2_KB, "2k.npmrc");
BENCHMARK_CAPTURE(diagnose, 2_KB, "2k.npmrc");
BENCHMARK_CAPTURE(lockfile, 1_MB, "1m.json");
BENCHMARK_CAPTURE(lockfile, 15_MB, "15m.json");
BENCHMARK_CAPTURE(lockfile, 100_MB, "100m.json");
BENCHMARK_CAPTURE(lockfile, pnpm_1_MB, "1m.yaml");
BENCHMARK_MAIN();
