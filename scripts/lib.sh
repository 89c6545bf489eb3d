# What the commands in this folder share. They source it; each then stands at the top of the tree.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# One installation or build at a time, whoever asks.
locked() { mkdir -p build; ( flock 9; "$@" 9>&- ) 9>build/.lock; }

# Installs the Debian packages among the given ones that are missing.
debian() {
  local have missing=() package
  have=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
  for package; do grep -qx "$package installed" <<<"$have" || missing+=("$package"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  echo "installing ${missing[*]}" >&2
  # policy-rc.d: a web server that was only just installed must not start to serve
  $([ "$(id -u)" = 0 ] || echo sudo) bash -ec '
    export DEBIAN_FRONTEND=noninteractive
    policy=/usr/sbin/policy-rc.d
    [ -e $policy ] || { trap "rm $policy" EXIT; printf "#!/bin/sh\nexit 101\n" >$policy; chmod +x $policy; }
    apt-get -qq update
    apt-get -qq install -y --no-install-recommends "$@"
  ' _ "${missing[@]}" >&2 </dev/null
}

npm_packages() {
  cmp -s package-lock.json node_modules/.installed-lock && return
  npm ci --no-audit --no-fund >&2
  cp package-lock.json node_modules/.installed-lock
}

build() { # native, sanitize or wasm
  [ "build/$1/build.ninja" -nt CMakePresets.json ] || cmake --fresh --preset "$1" >&2
  cmake --build --preset "$1" --parallel "$(nproc)" >&2
}

build_tools() {
  debian cmake ninja-build g++ nlohmann-json3-dev libgtest-dev $(command -v em-config >/dev/null || echo emscripten)
  npm_packages
}

build_all() {
  build_tools
  build native
  build wasm
  node web/build.mjs >&2
}
